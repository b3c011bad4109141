#include "mutauscan/physics/measurements.hpp"

namespace mutauscan {

const std::vector<GMinus2Measurement>& g_minus_2_measurements() {
  static const std::vector<GMinus2Measurement> table = {
      {GMinus2::y2021_wp20, 2.51e-9, 0.59e-9, "BNL and FNAL run 1 2104.03281, prediction 2006.04822", 2021},
      {GMinus2::y2023_wp20, 2.49e-9, 0.48e-9, "BNL and FNAL runs 1–3 2308.06230, prediction 2006.04822",
       2023},
      {GMinus2::y2025_wp20, 2.61e-9, 0.45e-9, "BNL and FNAL runs 1–6 2506.03069, prediction 2006.04822",
       2025},
      {GMinus2::y2025_wp25, 0.385e-9, 0.637e-9, "BNL and FNAL runs 1–6 2506.03069, prediction 2505.21476",
       2025},
  };
  return table;
}

const GMinus2Measurement& g_minus_2_measurement(GMinus2 choice) {
  for (const GMinus2Measurement& m : g_minus_2_measurements())
    if (m.choice == choice) return m;
  return g_minus_2_measurements().front();
}

}  // namespace mutauscan
