#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace mutauscan {

/// One quantity along several chains of equal length: values[chain x draws + draw]. Chains that share a
/// starting distribution form superchains: consecutive ones, equally many each.
struct Chains {
  std::vector<double> values;
  std::size_t chains = 0;

  std::size_t draws() const { return chains == 0 ? 0 : values.size() / chains; }
};

/// Normal scores of the ranks r among all S values, Phi^-1((r - 3/8) / (S + 1/4)); equal values share their
/// mean rank. Vehtari, Gelman, Simpson, Carpenter, Buerkner 2021 (Bayesian Analysis 16, 667), eq. (14).
Chains rank_normalised(const Chains&);

/// Distances from the median of all values: what tells chains of different width apart.
Chains folded(const Chains&);

/// Each chain cut into its first and its second half; the middle draw of an odd number is left out.
Chains split(const Chains&);

/// sqrt((n-1)/n + B/W) with W the mean variance within chains and B the variance of their means; 1 if nothing
/// varies.
double potential_scale_reduction(const Chains&);

/// sqrt(1 + B/W): B is the variance of the means of superchains, W the mean over superchains of the variance
/// of chain means within them plus the mean variance within chains. It says whether superchains agree, also
/// where each chain is short. Needs superchains >= 2. Margossian et al. 2024 (Bayesian Analysis, 2110.13017).
double nested_potential_scale_reduction(const Chains&, std::size_t superchains);

/// Effective number of draws for the mean, chains x draws / tau with tau from autocorrelations summed over
/// Geyer's initial monotone sequence; at most chains x draws x log10(chains x draws). Needs 4 draws.
double effective_sample_size(const Chains&);
/// What tells whether one quantity has been sampled well.
struct Convergence {
  double
      nested_rhat;  ///< whether superchains agree: the larger of rank-normalised and folded, rank-normalised
  double rhat;      ///< the same of single chains: Vehtari et al. 2021
  double ess;       ///< bulk ESS: of rank-normalised values
};
/// Of split chains throughout. Needs 8 draws.
Convergence convergence_of(const Chains&, std::size_t superchains);

/// The points of a set of chains at each step, thinned to at most `most` a chain: when they are full, every
/// second one goes, and from then on only every second of those to come is kept.
class ThinnedDraws {
 public:
  ThinnedDraws(std::size_t chains, std::size_t dimension, std::size_t most = 2000)
      : chains_(chains), dimension_(dimension), most_(most) {}

  /// The points of all chains at the next step, chain by chain.
  void add(std::span<const double> points);
  std::size_t draws() const { return points_.size() / (chains_ * dimension_); }
  Chains axis(std::size_t) const;

 private:
  std::size_t chains_, dimension_, most_, stride_ = 1, offered_ = 0;
  std::vector<double> points_;  ///< draw by draw
};

}  // namespace mutauscan
