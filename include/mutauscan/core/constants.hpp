#pragma once

// Every physical constant of the program: value, unit, source. Nothing here is scanned; what is scanned
// is a parameter (physics/parameters.hpp).

namespace mutauscan::constants {

/// Reduced Planck mass (8 pi G)^{-1/2} [GeV]; CODATA 2018.
inline constexpr double reduced_planck_mass = 2.435323e18;

/// Electroweak vacuum in the convention <Phi> = v, m_D = lambda v [GeV]; (sqrt(8) G_F)^{-1/2}, PDG 2022.
inline constexpr double higgs_vev = 174.0;

/// The same vacuum in the convention <Phi> = v/sqrt(2) [GeV]; (sqrt(2) G_F)^{-1/2}, PDG 2022.
inline constexpr double higgs_vev_246 = 246.22;

/// Higgs boson mass [GeV]; PDG 2022.
inline constexpr double higgs_mass = 125.25;

/// Quartic coupling of V = -mu^2 |Phi|^2 + lambda |Phi|^4 with <Phi> = 174 GeV: lambda = m_h^2 / (4 v^2).
inline constexpr double higgs_quartic = higgs_mass * higgs_mass / (4.0 * higgs_vev * higgs_vev);

/// Couplings of the Standard Model in the MS-bar scheme at `top_scale` [GeV]: Buttazzo et al. 1307.3536, for
/// a top mass of 173.1 GeV. V = -mu^2 |Phi|^2 + lambda |Phi|^4 with mu^2 = msbar_higgs_mass^2/2.
inline constexpr double top_scale = 173.1;
inline constexpr double msbar_gauge_y = 0.3583;
inline constexpr double msbar_gauge_2 = 0.6478;
inline constexpr double msbar_gauge_3 = 1.1666;
inline constexpr double msbar_top_yukawa = 0.9369;
inline constexpr double msbar_higgs_quartic = 0.12604;
inline constexpr double msbar_higgs_mass = 131.55;

/// Standard Model width of the Higgs boson [GeV]; LHC Higgs cross section working group, 1610.07922.
inline constexpr double higgs_width_sm = 4.07e-3;

/// Electroweak crossover temperature [GeV]; D'Onofrio, Rummukainen 1508.07161.
inline constexpr double crossover_temperature = 159.5;

/// Freeze-out of electroweak sphalerons [GeV]; D'Onofrio, Rummukainen, Tranberg 1404.3565.
inline constexpr double sphaleron_temperature = 131.7;

/// Muon mass [GeV]; CODATA 2018.
inline constexpr double muon_mass = 0.1056583745;

/// Gamma_phi = this * sqrt(pi^2 g_star / 90) T_R^2 / M_P (reduced Planck mass): the project's definition of
/// T_R, in place of the rule of thumb Gamma = H. The two-fluid system of inflaton and radiation has
/// rho_R = rho_phi at T_R for 2.4378929, as a test of the reheating equations shows; with the value here,
/// that of the reference solutions, it is at 1.000033 T_R.
inline constexpr double reheating_width_factor = 2.4380524;

}  // namespace mutauscan::constants
