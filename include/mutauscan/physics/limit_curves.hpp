#pragma once

#include <string_view>
#include <vector>

namespace mutauscan {

/// A published exclusion curve as points read off it, interpolated linearly in log x, log y.
struct LimitCurve {
  struct Knot {
    double x, y;
  };
  std::string_view name;
  std::string_view symbol;  ///< for the legend of a figure
  std::vector<Knot> knots;  ///< x ascending, all positive

  /// y at x: exactly the knot's at a knot, NaN outside their range, where the curve says nothing.
  double at(double x) const;
};

// Upper limits on the Z' coupling g as functions of its mass [GeV].
const LimitCurve& ccfr_curve();
const LimitCurve& babar_curve();
const LimitCurve& borexino_curve();
const LimitCurve& white_dwarf_curve();
const LimitCurve& na64mu_curve();

// Lower limits on the Z' mass [GeV] as functions of its coupling g: a thermal Z' lighter than this heats the
// neutrinos too much. N_eff below 3.5 and below 3.2.
const LimitCurve& n_eff_35_curve();
const LimitCurve& n_eff_32_curve();

std::vector<const LimitCurve*> limit_curves();

}  // namespace mutauscan
