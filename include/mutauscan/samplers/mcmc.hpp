#pragma once

#include <memory>

#include "mutauscan/samplers/adaptive_sampler.hpp"

namespace mutauscan {

/// The version of its proposals: to be raised with every change of them.
inline constexpr int mcmc_version = 1;
/// Fewest chains of an ensemble: the archive starts with as many states, and moves need three of its half.
inline constexpr std::uint64_t fewest_chains = 6;
/// Fewest ensembles: that they agree is what says that they have converged.
inline constexpr std::uint64_t fewest_ensembles = 2;

/// Sampler `mcmc`: the posterior, L times the uniform density of the unit cube, by DE-MC(Z) with snooker
/// moves (ter Braak, Vrugt 2008, Stat. Comput. 18, 435) in random subspaces (DREAM, Vrugt et al. 2009) with
/// `islands` ensembles of `size` chains. Generations of draws from the prior until max(10 d, 2 size islands)
/// are made and `size` of them are finite, at most 50 times as many; the best of them are where the chains
/// start. Then generation g is a step of ensemble g mod islands. During burn-in, chains that lag far behind
/// in ln L go on from the place of another one. The run stops when, for every axis, the ensembles agree
/// (nested R-hat < `rhat`) and the effective sample size exceeds `ess`, as of the last check.
///
/// Proposals outside the cube are rejected without evaluation: where axes are correlated, a reflected jump is
/// not as likely back as forth.
///
/// Derived columns: `weight`, the share of the steps after burn-in that chains stood at the point of the row
/// (they sum to 1; all 0 while there is no such step), and `chain`, which made the row (-1: drawn from the
/// prior). Throws std::invalid_argument for fewer than `fewest_ensembles`.
std::unique_ptr<AdaptiveSampler> make_mcmc(const AdaptiveSettings& settings);

}  // namespace mutauscan
