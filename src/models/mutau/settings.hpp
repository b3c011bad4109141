#pragma once

#include <vector>

#include "mutauscan/models/setting_table.hpp"
#include "mutauscan/physics/model_settings.hpp"
#include "mutauscan/physics/oscillation_data.hpp"

namespace mutauscan {

/// The settings of kind mutau as they are chosen, key by key.
struct MutauSettings {
  ModelSettings model;
  bool texture_given = false;                     ///< else it is the one that has a solution
  bool potential_given = false;                   ///< else it follows model.thermal_coefficients
  bool ordering_given = false;                    ///< else it follows model.nufit
  const OscillationData* nufit = nullptr;         ///< model.nufit
  const OscillationData* limits_nufit = nullptr;  ///< limits.nufit
};

const std::vector<SettingRow<MutauSettings>>& mutau_settings();

}  // namespace mutauscan
