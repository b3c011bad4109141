#pragma once

#include <optional>
#include <vector>

#include "mutauscan/core/parameter.hpp"
#include "mutauscan/physics/model_settings.hpp"

namespace mutauscan {

/// One point of parameter space, members named as in config files and columns, in the units of the parameter
/// table (GeV; degrees and eV where the name says so). The defaults are the benchmark point: emu_mumu,
/// NuFIT 5.1 normal ordering without SK with theta_23 = 48.8 deg, v_R masses near 1e7 GeV.
struct ModelPoint {
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
  double inflaton_coupling_ratio = 1.0;
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

/// Which textures take a parameter as input; the others derive it or have no use for it. `charge`: all, for
/// initial_state "charge".
enum class AppliesTo { all_textures, two_zero, none_only, charge };

/// A parameter and the member that holds it.
struct PointParameter {
  Parameter parameter;
  AppliesTo applies_to;
  double ModelPoint::*member;
};

/// The parameters of kind mutau in their order.
const std::vector<PointParameter>& parameters();

/// True if points of this texture read the parameter.
bool is_input(const PointParameter& parameter, const ModelSettings& settings);

/// An objection for each input parameter outside its domain, a sum of f_NI above 2, a sign of dm3l that
/// contradicts the ordering, a vev_ratio that contradicts the texture. A sampled point (a Gaussian tail, say)
/// is judged by this as a config is.
std::vector<PointObjection> check_point(const ModelPoint& point, const ModelSettings& settings);

}  // namespace mutauscan
