#pragma once

namespace mutauscan {

/// Contribution of a vector Z' with coupling g to the muon to its anomalous magnetic moment:
/// Delta a_mu = g^2/(8 pi^2) int_0^1 dx 2 x^2 (1-x) / [x^2 + (1-x) m_Z'^2/m_mu^2].  m_Z' [GeV] > 0.
/// Ref.: Baek et al. hep-ph/0104141. Relative accuracy 1e-10.
double muon_anomalous_moment(double gauge_coupling, double m_zp);

/// Branching ratio of h -> sigma sigma* into `scalars` light complex scalars:
/// Gamma = scalars * lambda_phi_sigma^2 (246.22 GeV)^2/(16 pi m_h), over Gamma + 4.07 MeV.
double higgs_invisible_branching_ratio(double lambda_phi_sigma, int scalars);

/// The scalar potential is bounded from below: lambda_phi_sigma > -sqrt(2 lambda_Phi lambda_sigma) with two
/// scalars of equal couplings, > -2 sqrt(lambda_Phi lambda_sigma) with one.
bool potential_is_bounded(double lambda_phi_sigma, double lambda_sigma, int scalars);

}  // namespace mutauscan
