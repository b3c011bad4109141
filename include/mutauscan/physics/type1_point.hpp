#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "mutauscan/core/enum_names.hpp"

namespace mutauscan {

/// One point of the type-I seesaw with three heavy neutrinos in the parametrisation of Casas and Ibarra,
/// hep-ph/0103065; members named as in configs, columns and ULYSSES cards. The defaults are the card 1N3F of
/// that program (1BE3F, normal ordering).
struct Type1Point {
  double m = -0.921;                               ///< log10 of the lightest neutrino's mass in eV
  double M1 = 6.0, M2 = 6.5, M3 = 7.0;             ///< log10 of the heavy masses in GeV
  double delta = 281.0, a21 = 182.0, a31 = 345.0;  ///< phases of the PMNS matrix [deg]
  double x1 = 132.23, y1 = 171.5, x2 = 88.0, y2 = 2.68, x3 = -30.0,
         y3 = 177.5;                           ///< complex angles of R [deg]
  double t12 = 33.82, t13 = 8.61, t23 = 49.7;  ///< mixing angles [deg]
};

/// Equations of thermal leptogenesis: nBEmF, Boltzmann equations of N_1..N_n and m flavours; nDME, those of
/// the 3x3 density matrix of flavours; full: this program's own, with all N, spectators and scatterings.
enum class Type1Equations { be_1_1f, be_1_2f, be_1_3f, be_2_1f, be_2_2f, be_2_3f, dme_1, dme_2, dme_3, full };

/// Abundance of heavy neutrinos at the start.
enum class InitialAbundance { vanishing, thermal };

struct Type1Settings {
  Type1Equations equations = Type1Equations::be_1_3f;
  bool radiative_corrections = false;  ///< of light-neutrino masses at one loop, in the Casas-Ibarra relation
  InitialAbundance initial_abundance = InitialAbundance::vanishing;  ///< full: vanishing only
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

}  // namespace mutauscan
