#include "mutauscan/physics/asymmetry_estimate.hpp"

namespace mutauscan {

double sphaleron_conversion(SphaleronFactor factor) {
  return factor == SphaleronFactor::symmetric_phase ? 28.0 / 79.0 : 12.0 / 37.0;
}

Eigen::Vector3d effective_multiplicity(const Eigen::Vector3d& multiplicity, const DecayWidths<3>& widths) {
  Eigen::Vector3d effective = multiplicity;
  for (int j = 2; j > 0; --j)
    for (int i = 0; i < j; ++i) effective(i) += effective(j) * widths.scalar(j, i) / widths.total(j);
  return effective;
}

double estimate_baryon_asymmetry(const ModelPoint& point, const ModelSettings& settings, double cp_source) {
  return -sphaleron_conversion(settings.sphaleron_factor) * 0.75 * point.T_R / point.m_phi * cp_source;
}

}  // namespace mutauscan
