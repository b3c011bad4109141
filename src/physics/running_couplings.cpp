#include "mutauscan/physics/running_couplings.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "mutauscan/core/constants.hpp"
#include "mutauscan/numerics/piecewise_chebyshev.hpp"

namespace mutauscan {
namespace {

using Values = std::array<double, 7>;

constexpr double table_start = 50.0, table_end = 1e19;  // Q [GeV]

Values values_of(const RunningCouplings& c) {
  return {c.gauge_y, c.gauge_2, c.gauge_3, c.top, c.higgs_quartic, c.portal_ratio, c.portal_integral};
}

RunningCouplings couplings_of(const Values& v) { return {v[0], v[1], v[2], v[3], v[4], v[5], v[6]}; }

/// Fourth-order Runge-Kutta in ln Q from Q_0.
Values run(double log_scale) {
  using namespace constants;
  Values y = {msbar_gauge_y, msbar_gauge_2, msbar_gauge_3, msbar_top_yukawa, msbar_higgs_quartic, 1.0, 0.0};
  constexpr int steps = 100;  // error 1e-10
  const double h = (log_scale - std::log(top_scale)) / steps;
  const auto moved = [&y](double step, const Values& slope) {
    Values z = y;
    for (std::size_t i = 0; i < z.size(); ++i) z[i] += step * slope[i];
    return z;
  };
  const auto slope = [](const Values& v) { return values_of(slopes(couplings_of(v))); };
  for (int n = 0; n < steps; ++n) {
    const Values k1 = slope(y), k2 = slope(moved(0.5 * h, k1)), k3 = slope(moved(0.5 * h, k2)),
                 k4 = slope(moved(h, k3));
    for (std::size_t i = 0; i < y.size(); ++i) y[i] += h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
  }
  return y;
}

}  // namespace

RunningCouplings slopes(const RunningCouplings& c) {
  constexpr double loop = 1.0 / (16.0 * std::numbers::pi * std::numbers::pi);
  const double gy2 = c.gauge_y * c.gauge_y, g22 = c.gauge_2 * c.gauge_2, g32 = c.gauge_3 * c.gauge_3,
               yt2 = c.top * c.top, lambda = c.higgs_quartic;
  return {loop * 41.0 / 6.0 * gy2 * c.gauge_y,
          loop * -19.0 / 6.0 * g22 * c.gauge_2,
          loop * -7.0 * g32 * c.gauge_3,
          loop * c.top * (4.5 * yt2 - 8.0 * g32 - 2.25 * g22 - 17.0 / 12.0 * gy2),
          loop * (24.0 * lambda * lambda + 12.0 * lambda * yt2 - 6.0 * yt2 * yt2 -
                  3.0 * lambda * (3.0 * g22 + gy2) + 0.375 * (2.0 * g22 * g22 + (g22 + gy2) * (g22 + gy2))),
          loop * c.portal_ratio * (12.0 * lambda + 6.0 * yt2 - 4.5 * g22 - 1.5 * gy2),
          loop * c.portal_ratio * c.portal_ratio};
}

RunningCouplings running_couplings(double scale) {
  static const PiecewiseChebyshev table(
      int(Values{}.size()), {std::log(table_start), std::log(table_end)},
      [](double log_scale, double* values) {
        const Values v = run(log_scale);
        std::copy(v.begin(), v.end(), values);
      },
      [](double, double, const double*, double* allowed) { std::fill_n(allowed, Values{}.size(), 1e-11); });
  Values v;
  table.evaluate(std::log(scale), v.data());
  return couplings_of(v);
}

}  // namespace mutauscan
