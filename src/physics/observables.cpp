#include "mutauscan/physics/observables.hpp"

#include <cmath>
#include <numbers>

#include <boost/math/quadrature/gauss_kronrod.hpp>

#include "mutauscan/core/constants.hpp"

namespace mutauscan {

using std::numbers::pi;

double muon_anomalous_moment(double gauge_coupling, double m_zp) {
  const double ratio = m_zp / constants::muon_mass;
  const double r2 = ratio * ratio;
  // The only structure of the integrand is at x ~ r; the rule adapts to it.
  const auto integrand = [r2](double x) { return 2.0 * x * x * (1.0 - x) / (x * x + (1.0 - x) * r2); };
  const double integral =
      boost::math::quadrature::gauss_kronrod<double, 31>::integrate(integrand, 0.0, 1.0, 15, 1e-12);
  return gauge_coupling * gauge_coupling / (8.0 * pi * pi) * integral;
}

double higgs_invisible_branching_ratio(double lambda_phi_sigma, int scalars) {
  using namespace constants;
  const double width = scalars * lambda_phi_sigma * lambda_phi_sigma * higgs_vev_246 * higgs_vev_246 /
                       (16.0 * pi * higgs_mass);
  return width / (width + higgs_width_sm);
}

bool potential_is_bounded(double lambda_phi_sigma, double lambda_sigma, int scalars) {
  return lambda_phi_sigma > -std::sqrt(4.0 / scalars * constants::higgs_quartic * lambda_sigma);
}

}  // namespace mutauscan
