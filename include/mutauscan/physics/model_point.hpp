#pragma once

#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "mutauscan/core/outcome.hpp"
#include "mutauscan/physics/model_settings.hpp"
#include "mutauscan/physics/type1_point.hpp"

namespace mutauscan {

/// One point of parameter space, members named as in config files and columns, in the units of the parameter
/// table (GeV; degrees and eV where the name says so). The defaults are the benchmark point: emu_mumu,
/// NuFIT 5.1 normal ordering without SK with theta_23 = 48.8 deg, v_R masses near 1e7 GeV.
struct ModelPoint : Type1Point {
  // the six axes of the scan
  double lambda_phi_sigma = -1e-3;
  double h_etau = 1.0;
  double M_mutau = 1e7;
  double T_R = 5e4;
  double g_zp = 9e-4;
  double m_zp = 0.1;
  // scalar sector and reheating
  double lambda_sigma = 1e-5;
  double lambda_large = 1.0;
  double vev_ratio = 0.3;
  double relative_vev_phase = 0.0;
  double m_phi = 5e7;
  double f_N1 = 2.0 / 3.0;
  double f_N2 = 2.0 / 3.0;
  double f_N3 = 2.0 / 3.0;
  // neutrino oscillations
  double theta12_deg = 33.44;
  double theta23_deg = 48.8;
  double theta13_deg = 8.57;
  double dm21_eV2 = 7.42e-5;
  double dm3l_eV2 = 2.515e-3;
  // texture none only; the defaults are the two-zero solution of the benchmark
  double delta_deg = 268.10835517145426;
  double eta2_deg = 177.54063832153341;
  double eta3_deg = 88.266443798763575;
  double m_lightest_eV = 0.059648782947390074;
  double lambda_e = 1.133450202753833e-4;
  double lambda_mu = 1.0;
  double lambda_tau = 2.2533344395017098e-8;
};

/// Where a parameter's value means anything: finite, and lower < x <= upper or lower <= x <= upper.
struct Domain {
  double lower;
  double upper;
  bool includes_lower;

  bool contains(double x) const {
    return std::isfinite(x) && (includes_lower ? x >= lower : x > lower) && x <= upper;
  }
};

/// Which textures, or parametrisations of kind type1, take a parameter as input; the others derive it or have
/// no use for it.
enum class AppliesTo { all_textures, two_zero, none_only, type1, casas_ibarra, yukawas };

constexpr ModelKind kind_of(AppliesTo applies_to) {
  return applies_to >= AppliesTo::type1 ? ModelKind::type1 : ModelKind::mutau;
}

/// A parameter: the single place of its name, unit, meaning and domain. `describe`, the config reader, the
/// columns and the reference pages all read this.
struct Parameter {
  std::string_view name;
  std::string_view unit;
  std::string_view symbol;
  std::string_view meaning;
  Domain domain;
  AppliesTo applies_to;
  double ModelPoint::*member;
};

const std::vector<Parameter>& parameters();
const Parameter* find_parameter(std::string_view name);

/// The domain in words: "must be a number >= 0 [GeV]".
std::string constraint_of(const Parameter& parameter);

/// True if points of this model read the parameter.
bool is_input(const Parameter& parameter, const ModelSettings& settings);

/// Failure with status outside_domain, and what is asked for, where a point means nothing: an input outside
/// its domain, a sum of f_NI above 2, dm3l_eV2 against the ordering, vev_ratio against the texture; kind
/// type1: M_i that decrease, or a thermal start of the equations "full". A sampled point (a Gaussian tail,
/// say) is judged by this.
Outcome<ModelPoint> check_domain(const ModelPoint& point, const ModelSettings& settings);

}  // namespace mutauscan
