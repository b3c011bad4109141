#include "mutauscan/physics/limit_curves.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mutauscan {

double LimitCurve::at(double x) const {
  if (!(x >= knots.front().x && x <= knots.back().x)) return std::numeric_limits<double>::quiet_NaN();
  const auto upper = std::lower_bound(knots.begin(), knots.end(), x,
                                      [](const Knot& k, double value) { return k.x < value; });
  if (upper->x == x) return upper->y;
  const auto lower = upper - 1;
  const double t = std::log(x / lower->x) / std::log(upper->x / lower->x);
  return lower->y * std::exp(t * std::log(upper->y / lower->y));
}

const LimitCurve& ccfr_curve() {
  // Above the last knot: g/m < 1.86e-3 / GeV.
  static const LimitCurve curve{"ccfr",
                                "CCFR",
                                {{1e-3, 7.2e-4},
                                 {3.2e-3, 7.65e-4},
                                 {1e-2, 8.2e-4},
                                 {2e-2, 8.75e-4},
                                 {5e-2, 9.66e-4},
                                 {0.1, 1.09e-3},
                                 {0.2, 1.29e-3},
                                 {0.4, 1.66e-3},
                                 {1.0, 2.70e-3},
                                 {2.0, 4.41e-3},
                                 {5.0, 9.8e-3},
                                 {10.0, 1.90e-2},
                                 {20.0, 3.76e-2},
                                 {100.0, 0.188}}};
  return curve;
}

const LimitCurve& babar_curve() {
  static const LimitCurve curve{"babar",
                                "BaBar",
                                {{0.22, 1.0e-3},
                                 {0.3, 1.1e-3},
                                 {0.5, 1.2e-3},
                                 {0.7, 1.4e-3},
                                 {1.0, 1.8e-3},
                                 {1.5, 2.3e-3},
                                 {2.0, 3.1e-3},
                                 {3.0, 5.1e-3},
                                 {4.0, 9e-3},
                                 {5.0, 1.2e-2},
                                 {6.0, 2.3e-2},
                                 {7.0, 5e-2}}};
  return curve;
}

const LimitCurve& borexino_curve() {
  // Heavier than the momentum transfer only g/m counts: g < 6.2e-5 (m / MeV) from 2 to 25 MeV.
  static const LimitCurve curve{"borexino", "Borexino", {{2e-3, 2 * 6.2e-5}, {25e-3, 25 * 6.2e-5}}};
  return curve;
}

const LimitCurve& white_dwarf_curve() {
  // g < 4.9e-5 (m / MeV): a contact interaction at the energies of plasmon decay, keV. Above 100 MeV others
  // are stronger.
  static const LimitCurve curve{"white_dwarf", "white dwarfs", {{1e-3, 4.9e-5}, {0.1, 100 * 4.9e-5}}};
  return curve;
}

const LimitCurve& na64mu_curve() {
  // Read off the published figure to 15 %.
  static const LimitCurve curve{"na64mu",
                                "NA64μ",
                                {{1e-3, 5e-4},
                                 {1e-2, 5.5e-4},
                                 {2.5e-2, 6e-4},
                                 {5e-2, 7e-4},
                                 {0.1, 9e-4},
                                 {0.2, 1.2e-3},
                                 {0.5, 2e-3},
                                 {1.0, 4e-3}}};
  return curve;
}

const LimitCurve& n_eff_35_curve() {
  static const LimitCurve curve{
      "n_eff_35",
      "N_eff < 3.5",
      {{2.1e-6, 6e-3}, {4.5e-5, 8e-3}, {1.6e-4, 9e-3}, {4.9e-4, 10e-3}, {1.35e-3, 11e-3}, {3.4e-3, 12e-3}}};
  return curve;
}

const LimitCurve& n_eff_32_curve() {
  static const LimitCurve curve{"n_eff_32",
                                "N_eff < 3.2",
                                {{1.8e-5, 12e-3},
                                 {9.2e-5, 14e-3},
                                 {1.9e-4, 15e-3},
                                 {3.9e-4, 16e-3},
                                 {7.4e-4, 17e-3},
                                 {1.4e-3, 18e-3},
                                 {2.4e-3, 19e-3}}};
  return curve;
}

std::vector<const LimitCurve*> limit_curves() {
  return {&ccfr_curve(),        &babar_curve(),    &borexino_curve(), &na64mu_curve(),
          &white_dwarf_curve(), &n_eff_35_curve(), &n_eff_32_curve()};
}

}  // namespace mutauscan
