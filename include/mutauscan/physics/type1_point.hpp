#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "mutauscan/core/enum_names.hpp"
#include "mutauscan/core/parameter.hpp"

namespace mutauscan {

/// One point of the type-I seesaw with three heavy neutrinos; members named as in configs, columns and
/// ULYSSES cards. It has two parametrisations: that of Casas and Ibarra, hep-ph/0103065, and explicit
/// Yukawas. In both the defaults are the card 1N3F of that program (1BE3F, normal ordering).
struct Type1Point {
  // Heavy masses, of both, and Casas-Ibarra parameters
  double m = -0.921;                               ///< log10 of the lightest neutrino's mass in eV
  double M1 = 6.0, M2 = 6.5, M3 = 7.0;             ///< log10 of the heavy masses in GeV
  double delta = 281.0, a21 = 182.0, a31 = 345.0;  ///< phases of the PMNS matrix [deg]
  double x1 = 132.23, y1 = 171.5, x2 = 88.0, y2 = 2.68, x3 = -30.0,
         y3 = 177.5;                           ///< complex angles of R [deg]
  double t12 = 33.82, t13 = 8.61, t23 = 49.7;  ///< mixing angles [deg]

  // Dirac Yukawas h_{alpha i} = |h| e^{i arg} in the convention of type1_seesaw.hpp: moduli, phases [deg]
  double h_e1 = 1.5712775674307023e-05, h_e2 = 0.0067063793639407345, h_e3 = 0.011925288344522961;
  double h_mu1 = 8.522670829409757e-05, h_mu2 = 0.0223414726946682, h_mu3 = 0.03973002099337668;
  double h_tau1 = 1.0230431979593406e-05, h_tau2 = 0.026107414525535364, h_tau3 = 0.04642619734271927;
  double arg_h_e1 = -64.0494299228021, arg_h_e2 = 165.76698467332253, arg_h_e3 = 75.76512745888677;
  double arg_h_mu1 = 165.27604744351842, arg_h_mu2 = -13.415207109183909, arg_h_mu3 = -103.41522064219727;
  double arg_h_tau1 = -98.60082332181031, arg_h_tau2 = 169.7447143477972, arg_h_tau3 = 79.7446795345078;
};

/// The members of h_{alpha i} at [alpha][i].
inline constexpr double Type1Point::*yukawa_modulus[3][3] = {
    {&Type1Point::h_e1, &Type1Point::h_e2, &Type1Point::h_e3},
    {&Type1Point::h_mu1, &Type1Point::h_mu2, &Type1Point::h_mu3},
    {&Type1Point::h_tau1, &Type1Point::h_tau2, &Type1Point::h_tau3}};
inline constexpr double Type1Point::*yukawa_phase[3][3] = {
    {&Type1Point::arg_h_e1, &Type1Point::arg_h_e2, &Type1Point::arg_h_e3},
    {&Type1Point::arg_h_mu1, &Type1Point::arg_h_mu2, &Type1Point::arg_h_mu3},
    {&Type1Point::arg_h_tau1, &Type1Point::arg_h_tau2, &Type1Point::arg_h_tau3}};

/// What a point is given by, besides M1, M2, M3; the rest is derived from it.
enum class Type1Parametrisation { casas_ibarra, yukawas };

/// Equations of thermal leptogenesis: nBEmF, Boltzmann equations of N_1..N_n and m flavours; nDME, those of
/// the 3x3 density matrix of flavours; full: this program's own, with all N, spectators and scatterings.
enum class Type1Equations { be_1_1f, be_1_2f, be_1_3f, be_2_1f, be_2_2f, be_2_3f, dme_1, dme_2, dme_3, full };

/// Abundance of heavy neutrinos at the start.
enum class InitialAbundance { vanishing, thermal };

/// Section [model] of kind type1.
struct Type1Settings {
  Type1Equations equations = Type1Equations::be_1_3f;
  /// Of light-neutrino masses, at one loop: in the Casas-Ibarra relation, or in the masses that explicit
  /// Yukawas give.
  bool radiative_corrections = false;
  InitialAbundance initial_abundance = InitialAbundance::vanishing;  ///< full: vanishing only
  Type1Parametrisation parametrisation = Type1Parametrisation::casas_ibarra;
};

template <>
struct EnumNames<Type1Parametrisation> {
  static constexpr std::array<std::pair<Type1Parametrisation, std::string_view>, 2> names{
      {{Type1Parametrisation::casas_ibarra, "casas_ibarra"}, {Type1Parametrisation::yukawas, "yukawas"}}};
};

template <>
struct EnumNames<Type1Equations> {
  static constexpr std::array<std::pair<Type1Equations, std::string_view>, 10> names{
      {{Type1Equations::be_1_1f, "1BE1F"},
       {Type1Equations::be_1_2f, "1BE2F"},
       {Type1Equations::be_1_3f, "1BE3F"},
       {Type1Equations::be_2_1f, "2BE1F"},
       {Type1Equations::be_2_2f, "2BE2F"},
       {Type1Equations::be_2_3f, "2BE3F"},
       {Type1Equations::dme_1, "1DME"},
       {Type1Equations::dme_2, "2DME"},
       {Type1Equations::dme_3, "3DME"},
       {Type1Equations::full, "full"}}};
};

template <>
struct EnumNames<InitialAbundance> {
  static constexpr std::array<std::pair<InitialAbundance, std::string_view>, 2> names{
      {{InitialAbundance::vanishing, "vanishing"}, {InitialAbundance::thermal, "thermal"}}};
};

/// A parameter, the parametrisation that reads it (none: both), and the member that holds it.
struct Type1Parameter {
  Parameter parameter;
  std::optional<Type1Parametrisation> parametrisation;
  double Type1Point::*member;
};

/// The parameters of kind type1 in their order.
const std::vector<Type1Parameter>& type1_parameters();

/// True if points of these settings read the parameter.
bool is_input(const Type1Parameter& parameter, const Type1Settings& settings);

/// An objection for each input parameter outside its domain, and if the masses decrease.
std::vector<PointObjection> check_point(const Type1Point& point, const Type1Settings& settings);

}  // namespace mutauscan
