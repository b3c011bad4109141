#pragma once

#include <string>

namespace mutauscan {

/// What is wrong with a value, and what to do about it.
struct Objection {
  std::string constraint;  ///< "must be one of ..."
  std::string hint = {};
};

/// The same of a key that may stand in a config.
struct KeyObjection {
  std::string key;  ///< "model.initial_abundance"
  Objection objection;
};

/// Why a point lies outside its model's domain.
struct PointObjection {
  std::string parameter;  ///< the one at fault; a relation: "f_N1 + f_N2 + f_N3"
  std::string value;
  Objection objection;

  /// "m_zp = 0: must be a number > 0 [GeV]", as problems of a config are told.
  std::string text() const {
    return parameter + " = " + value + ": " + objection.constraint +
           (objection.hint.empty() ? "" : " (" + objection.hint + ")");
  }
};

}  // namespace mutauscan
