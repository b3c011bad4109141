#pragma once

// The keys of [model], [solver] and [output] as tables: what reads a config, writes its canonical form and
// describes it to the user.

#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "mutauscan/scan/config.hpp"

namespace mutauscan {

/// Kinds of model that a key belongs to.
enum class KindSet { mutau, type1, both };
inline bool contains(KindSet kinds, ModelKind kind) {
  return kinds == KindSet::both || (kinds == KindSet::type1) == (kind == ModelKind::type1);
}

/// A key of [model] whose value is one of a few words.
struct ChoiceKey {
  std::string_view name;
  std::string meaning;
  std::string choices;
  KindSet kinds;                                              ///< which it is a key of
  std::function<bool(ModelSettings&, std::string_view)> set;  ///< false: not one of the choices
  std::function<std::string(const ModelSettings&)> get;
};
const std::vector<ChoiceKey>& choice_keys();

/// A key whose value is a number in [lower, upper].
struct NumberKey {
  std::string_view section;
  std::string_view name;
  std::string meaning;
  bool whole;
  double lower, upper;
  std::function<void(RunConfig&, double)> set;
  std::function<double(const RunConfig&)> get;
};
const std::vector<NumberKey>& number_keys();

}  // namespace mutauscan
