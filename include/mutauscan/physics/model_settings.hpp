#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "mutauscan/core/enum_names.hpp"

namespace mutauscan {

/// Which entries of the right-handed mass matrix vanish (physics: two-zero textures of M and M^{-1}).
enum class Texture {
  emu_mumu,     ///< M_emu = M_mumu = 0
  etau_tautau,  ///< M_etau = M_tautau = 0
  mumu_tautau,  ///< M_mumu = M_tautau = 0: sigma_1 alone
  none,         ///< no zero imposed; the low-energy phases and the lightest mass are inputs
};
/// Order of the light neutrino masses.
enum class Ordering { normal, inverted };
/// The texture's solutions come in pairs delta <-> 2 pi - delta with opposite signs of CP violation.
enum class CpBranch { delta_above_pi, delta_below_pi };
/// Thermal masses of sigma: one loop from the Lagrangian, as printed in the talk, or its order-of-magnitude
/// form.
enum class ThermalCoefficients { lagrangian, talk, estimate };
/// Right-handed neutrinos as they decay: a density matrix (mixing.hpp); its closed form for a pair; single
/// ones, whose mixing a regulator keeps finite.
enum class Coherence { density_matrix, pair, none };
/// What the inflaton decays into: numbers f_I of mass eigenstates, or what couplings that conserve L_mu -
/// L_tau make (neutrino_decays.hpp).
enum class InitialState { mass, charge };
/// Vacuum of sigma at temperature T: minimum of the potential to two loops or one, or from thermal masses
/// alone.
enum class ThermalPotential { two_loop, one_loop, high_temperature };
/// The width A in the resonant propagator Delta / (Delta^2 + A^2).
enum class Regulator { pilaftsis_underwood, sum, difference, none };
/// Whether masses and couplings follow the temperature.
enum class TemperatureMode { running, fixed_at_TR };
/// Whether all chemical potentials share in the wash-out, or those of leptons only.
enum class Spectators { full, none };
/// Which scatterings change lepton number by one.
enum class Scatterings { top_and_gauge, top, none };
/// Which scatterings change lepton number by two.
enum class DeltaL2 { full, operator_limit, none };
/// Masses of sigma in decays of N: none, or those at T.
enum class ScalarMasses { massless, thermal };
/// Baryon number per B - L at sphaleron freeze-out: symmetric phase 28/79, broken phase 12/37.
enum class SphaleronFactor { symmetric_phase, broken_phase };
/// Which measurement and prediction of the muon anomalous moment the model is compared with.
enum class GMinus2 { y2021_wp20, y2023_wp20, y2025_wp20, y2025_wp25 };

struct OscillationData;

/// The choices of one model: everything that is not a number to scan. Defaults are the recommended physics.
struct ModelSettings {
  Texture texture = Texture::emu_mumu;
  Ordering ordering = Ordering::normal;
  CpBranch cp_branch = CpBranch::delta_above_pi;
  ThermalCoefficients thermal_coefficients = ThermalCoefficients::lagrangian;
  Coherence coherence = Coherence::density_matrix;
  InitialState initial_state = InitialState::mass;
  ThermalPotential thermal_potential = ThermalPotential::two_loop;  ///< of `lagrangian` coefficients
  Regulator regulator = Regulator::pilaftsis_underwood;
  TemperatureMode temperature = TemperatureMode::running;
  Spectators spectators = Spectators::full;
  Scatterings scatterings = Scatterings::top_and_gauge;
  DeltaL2 delta_l2 = DeltaL2::full;
  ScalarMasses scalar_masses = ScalarMasses::massless;
  SphaleronFactor sphaleron_factor = SphaleronFactor::symmetric_phase;
  GMinus2 g_minus_2 = GMinus2::y2021_wp20;
  double g_star = 106.75;  ///< relativistic degrees of freedom, constant

  // What limits and likelihoods compare with: these, and g_minus_2, change no other number.
  const OscillationData* oscillation_fit = nullptr;  ///< null: NuFIT 5.1 without SK of the ordering
  double Y_B_theory_factor = 3.0;                    ///< theory error of Y_B: a factor up or down, 1 sigma

  /// The talk's coefficients are high-temperature forms.
  ThermalPotential effective_thermal_potential() const {
    return thermal_coefficients == ThermalCoefficients::lagrangian ? thermal_potential
                                                                   : ThermalPotential::high_temperature;
  }
};

template <>
struct EnumNames<Texture> {
  static constexpr std::array<std::pair<Texture, std::string_view>, 4> names{
      {{Texture::emu_mumu, "emu_mumu"},
       {Texture::etau_tautau, "etau_tautau"},
       {Texture::mumu_tautau, "mumu_tautau"},
       {Texture::none, "none"}}};
};

template <>
struct EnumNames<Ordering> {
  static constexpr std::array<std::pair<Ordering, std::string_view>, 2> names{
      {{Ordering::normal, "NO"}, {Ordering::inverted, "IO"}}};
};

template <>
struct EnumNames<CpBranch> {
  static constexpr std::array<std::pair<CpBranch, std::string_view>, 2> names{
      {{CpBranch::delta_above_pi, "delta>pi"}, {CpBranch::delta_below_pi, "delta<pi"}}};
};

template <>
struct EnumNames<ThermalCoefficients> {
  static constexpr std::array<std::pair<ThermalCoefficients, std::string_view>, 3> names{
      {{ThermalCoefficients::lagrangian, "lagrangian"},
       {ThermalCoefficients::talk, "talk"},
       {ThermalCoefficients::estimate, "estimate"}}};
};

template <>
struct EnumNames<Coherence> {
  static constexpr std::array<std::pair<Coherence, std::string_view>, 3> names{
      {{Coherence::density_matrix, "density_matrix"}, {Coherence::pair, "pair"}, {Coherence::none, "none"}}};
};

template <>
struct EnumNames<InitialState> {
  static constexpr std::array<std::pair<InitialState, std::string_view>, 2> names{
      {{InitialState::mass, "mass"}, {InitialState::charge, "charge"}}};
};

template <>
struct EnumNames<ThermalPotential> {
  static constexpr std::array<std::pair<ThermalPotential, std::string_view>, 3> names{
      {{ThermalPotential::two_loop, "two_loop"},
       {ThermalPotential::one_loop, "one_loop"},
       {ThermalPotential::high_temperature, "high_temperature"}}};
};

template <>
struct EnumNames<Regulator> {
  static constexpr std::array<std::pair<Regulator, std::string_view>, 4> names{
      {{Regulator::pilaftsis_underwood, "pu"},
       {Regulator::sum, "sum"},
       {Regulator::difference, "diff"},
       {Regulator::none, "none"}}};
};

template <>
struct EnumNames<TemperatureMode> {
  static constexpr std::array<std::pair<TemperatureMode, std::string_view>, 2> names{
      {{TemperatureMode::running, "running"}, {TemperatureMode::fixed_at_TR, "fixed_at_TR"}}};
};

template <>
struct EnumNames<Spectators> {
  static constexpr std::array<std::pair<Spectators, std::string_view>, 2> names{
      {{Spectators::full, "full"}, {Spectators::none, "none"}}};
};

template <>
struct EnumNames<Scatterings> {
  static constexpr std::array<std::pair<Scatterings, std::string_view>, 3> names{
      {{Scatterings::top_and_gauge, "top+gauge"}, {Scatterings::top, "top"}, {Scatterings::none, "none"}}};
};

template <>
struct EnumNames<DeltaL2> {
  static constexpr std::array<std::pair<DeltaL2, std::string_view>, 3> names{
      {{DeltaL2::full, "full"}, {DeltaL2::operator_limit, "operator"}, {DeltaL2::none, "none"}}};
};

template <>
struct EnumNames<ScalarMasses> {
  static constexpr std::array<std::pair<ScalarMasses, std::string_view>, 2> names{
      {{ScalarMasses::massless, "massless"}, {ScalarMasses::thermal, "thermal"}}};
};

template <>
struct EnumNames<SphaleronFactor> {
  static constexpr std::array<std::pair<SphaleronFactor, std::string_view>, 2> names{
      {{SphaleronFactor::symmetric_phase, "28/79"}, {SphaleronFactor::broken_phase, "12/37"}}};
};

template <>
struct EnumNames<GMinus2> {
  static constexpr std::array<std::pair<GMinus2, std::string_view>, 4> names{
      {{GMinus2::y2021_wp20, "2021/WP20"},
       {GMinus2::y2023_wp20, "2023/WP20"},
       {GMinus2::y2025_wp20, "2025/WP20"},
       {GMinus2::y2025_wp25, "2025/WP25"}}};
};

}  // namespace mutauscan
