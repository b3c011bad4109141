#pragma once

// Points many decades wide in every parameter of both kinds of model, with every option of the equations:
// point `index` of `seed` is always the same.

#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>

#include "mutauscan/physics/model_point.hpp"
#include "mutauscan/physics/model_settings.hpp"
#include "mutauscan/physics/type1_point.hpp"

namespace mutauscan::consistency {

/// A point of one of the two kinds of model.
struct RandomPoint {
  bool is_type1 = false;
  ModelPoint point;
  ModelSettings model;
  Type1Point type1;
  Type1Settings type1_settings;
};

class Dice {
 public:
  Dice(std::uint64_t seed, std::uint64_t index) : generator_(seed * 0x9e3779b97f4a7c15ull + index) {
    generator_.discard(16);
  }

  double uniform(double lower, double upper) {
    return lower + (upper - lower) * double(generator_() >> 11) * 0x1p-53;
  }
  double log_uniform(double lower, double upper) {
    return std::exp(uniform(std::log(lower), std::log(upper)));
  }
  bool chance(double probability) { return uniform(0.0, 1.0) < probability; }
  template <class E>
  E any() {
    const auto& names = EnumNames<E>::names;
    return names[std::size_t(uniform(0.0, double(names.size())))].first;
  }

 private:
  std::mt19937_64 generator_;
};

/// The recommended options half of the time.
inline void choose_options(Dice& dice, ModelSettings& m) {
  if (dice.chance(0.5)) return;
  m.spectators = dice.any<Spectators>();
  m.scatterings = dice.any<Scatterings>();
  m.delta_l2 = dice.any<DeltaL2>();
  m.regulator = dice.any<Regulator>();
  m.coherence = dice.any<Coherence>();
}

inline RandomPoint mutau_point(Dice& dice) {
  RandomPoint r;
  ModelSettings& m = r.model;
  m.texture = dice.any<Texture>();
  m.cp_branch = dice.any<CpBranch>();
  choose_options(dice, m);
  m.thermal_potential = dice.any<ThermalPotential>();
  if (dice.chance(0.3)) {
    m.thermal_coefficients = dice.any<ThermalCoefficients>();
    m.scalar_masses = dice.any<ScalarMasses>();
    if (dice.chance(0.3)) m.temperature = TemperatureMode::fixed_at_TR;
  }
  // Most points where asymmetries are made, still decades wide; the others wherever the model has a domain.
  const bool wide = dice.chance(0.2);
  const auto size = [&](double lowest, double low, double high, double highest) {
    return wide ? dice.log_uniform(lowest, highest) : dice.log_uniform(low, high);
  };
  ModelPoint& p = r.point;
  p.lambda_phi_sigma = size(1e-12, 1e-6, 0.1, 1.0) * (dice.chance(wide ? 0.6 : 0.9) ? -1.0 : 1.0);
  p.h_etau = size(1e-6, 0.03, 3.0, 3.5);
  p.M_mutau = size(1.0, 1e3, 1e9, 1e13);
  p.T_R = size(140.0, 500.0, 1e8, 1e12);
  p.g_zp = size(1e-9, 1e-5, 0.1, 1.0);
  p.m_zp = size(1e-13, 1e-3, 10.0, 1e4);
  p.lambda_sigma = size(1e-13, 1e-8, 1e-2, 1.0);
  p.lambda_large = size(1e-5, 0.03, 3.0, 3.5);
  p.vev_ratio = m.texture == Texture::mumu_tautau ? 0.0 : size(1e-5, 1e-2, 10.0, 1e2);
  p.m_phi = size(1e4, 1e5, 1e12, 1e18);
  p.relative_vev_phase = dice.chance(0.5) ? 0.0 : dice.uniform(0.0, 2.0 * std::numbers::pi);
  if (dice.chance(0.3)) {
    const double all = dice.uniform(0.0, 2.0), first = dice.uniform(0.0, all);
    p.f_N1 = first, p.f_N2 = dice.uniform(0.0, all - first), p.f_N3 = all - first - p.f_N2;
  }
  // The two-zero textures have a solution for one side of 45 deg only.
  const bool upper = m.texture == Texture::emu_mumu || (m.texture == Texture::none && dice.chance(0.5));
  p.theta23_deg = upper ? dice.uniform(45.3, 52.0) : dice.uniform(40.0, 44.7);
  if (m.texture == Texture::mumu_tautau) {
    m.ordering = Ordering::inverted;
    p.dm3l_eV2 = -2.498e-3;
  }
  p.delta_deg = dice.uniform(0.0, 360.0);
  p.eta2_deg = dice.uniform(0.0, 180.0);
  p.eta3_deg = dice.uniform(0.0, 180.0);
  p.m_lightest_eV = dice.log_uniform(1e-6, 1.0);
  for (double* lambda : {&p.lambda_e, &p.lambda_mu, &p.lambda_tau}) *lambda = dice.log_uniform(1e-9, 1.0);
  return r;
}

inline RandomPoint type1_point(Dice& dice) {
  RandomPoint r;
  ModelSettings& m = r.model;
  r.is_type1 = true;
  r.type1_settings.equations = dice.any<Type1Equations>();
  m.ordering = dice.any<Ordering>();
  if (r.type1_settings.equations != Type1Equations::full && dice.chance(0.3))
    r.type1_settings.initial_abundance = InitialAbundance::thermal;
  choose_options(dice, m);
  Type1Point& p = r.type1;
  p.m = dice.uniform(-6.0, 0.0);
  p.M1 = dice.uniform(3.0, 14.0);
  p.M2 = p.M1 + (dice.chance(0.2) ? dice.log_uniform(1e-9, 0.1) : dice.uniform(0.1, 3.0));
  p.M3 = p.M2 + dice.uniform(0.0, 3.0);
  for (double* angle : {&p.delta, &p.a21, &p.a31, &p.x1, &p.x2, &p.x3}) *angle = dice.uniform(0.0, 360.0);
  for (double* angle : {&p.y1, &p.y2, &p.y3}) *angle = dice.uniform(-180.0, 180.0);
  p.t12 = dice.uniform(31.0, 36.0);
  p.t13 = dice.uniform(8.0, 9.0);
  p.t23 = dice.uniform(40.0, 52.0);
  return r;
}

}  // namespace mutauscan::consistency
