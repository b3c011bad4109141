#pragma once

#include <vector>

#include "boltzmann_problem.hpp"
#include "mutauscan/numerics/piecewise_chebyshev.hpp"

namespace mutauscan {

/// What the equations need at one temperature, as numbers of modest size: `balance` has rates divided by
/// reference_rate(T) (losses off the diagonal, in the table, by that on the diagonal of their column: what
/// one neutrino loses to another is a fraction), wash-out turned into rates (12/T^3 times the reaction
/// density; the resonant part per deviation/T^3), and the densities of slow neutrinos by T^3 and times
/// relief(M/T). Asymmetries by_deviation are per loss_qq: then what a slow neutrino makes while it is
/// produced and while it decays cancels as it should.
struct SlowNeutrinoRow {
  NeutrinoBalance balance;
  Eigen::Array<double, 6, 1> delta_l2;
  Eigen::Array3d mass, width;  ///< of slow neutrinos [GeV]
};

/// The Hubble rate at T [GeV], but for a factor of order one: sqrt(pi^2 g_star/90) T^2/M_P after reheating,
/// steeper before.
double reference_rate(const BoltzmannProblem& problem, double temperature);

/// The rows as a table in ln T. Numbers are met to rtol of their largest on each piece, or of the size below
/// which they do not matter: for asymmetries a tenth of what, over an e-fold, adds up to problem.scale.
class SlowNeutrinoTable {
 public:
  SlowNeutrinoTable(const BoltzmannProblem& problem, const SlowNeutrinos& slow, double hottest);

  const std::vector<int>& slow() const { return slow_; }  ///< the slow neutrinos, ascending

  /// The row at T [GeV], densities without relief. Allocates nothing; what does not belong to slow neutrinos
  /// is left as it is.
  void read(double temperature, SlowNeutrinoRow& row) const;

 private:
  std::vector<int> slow_;
  PiecewiseChebyshev table_;
  mutable std::vector<double> values_;
};

}  // namespace mutauscan
