#pragma once

#include <string_view>
#include <vector>

namespace mutauscan {

/// A published exclusion curve as points read off it, interpolated linearly in log x, log y.
struct LimitCurve {
  /// A point of the curve.
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
/// Neutrino tridents at CCFR.
const LimitCurve& ccfr_curve();
/// e+ e- -> mu+ mu- Z' at BaBar.
const LimitCurve& babar_curve();
/// Solar neutrinos at Borexino.
const LimitCurve& borexino_curve();
/// Cooling of white dwarfs.
const LimitCurve& white_dwarf_curve();
/// Missing energy of muons at NA64mu.
const LimitCurve& na64mu_curve();

// Lower limits on the Z' mass [GeV] as functions of its coupling g: a thermal Z' lighter than this heats the
// neutrinos too much. N_eff below 3.5 and below 3.2.
/// N_eff < 3.5.
const LimitCurve& n_eff_35_curve();
/// N_eff < 3.2.
const LimitCurve& n_eff_32_curve();

/// All of them.
std::vector<const LimitCurve*> limit_curves();

}  // namespace mutauscan
