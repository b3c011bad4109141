#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mutauscan/physics/limit_curves.hpp"
#include "mutauscan/physics/model_settings.hpp"

namespace mutauscan {

/// The numbers of one point that limits and likelihoods are made of; named, and in the units, of the columns
/// they are. NaN (integers: -1) is what the point did not reach. They are read from a row, fresh or stored:
/// that is why a stored file can be judged anew and gives the same as a new scan.
struct LimitInputs {
  double g_zp, m_zp, T_R, m_phi, f_N1, f_N2, f_N3;
  double theta12_deg, theta23_deg, theta13_deg, dm21_eV2, dm3l_eV2, delta_deg, sum_m_eV, m_bb_eV;
  double lambda_e, lambda_mu, lambda_tau, h_etau, h_bb, h_ea, h_aa;
  double T_gauge, T_portal, M1_TR, M2_TR, M3_TR;
  double delta_a_mu, BR_h_inv, potential_bounded, Y_B, status;
};

/// Column name and member of each.
const std::vector<std::pair<std::string_view, double LimitInputs::*>>& limit_input_columns();

/// Three-valued: -1 where a limit says nothing or the point did not get that far.
enum class Verdict : int { unknown = -1, no = 0, yes = 1 };

/// no if any is no, else unknown if any is unknown, else yes.
Verdict all_of(std::initializer_list<Verdict> verdicts);

/// One limit or flag: the single place of its bound, confidence level, source and weight. Column
/// `limit_<name>` holds `check`, and column `ratio_<name>`, where `ratio` is given, how close the point is.
struct Limit {
  std::string_view name;
  std::string requirement;      ///< what a satisfying point fulfils
  std::string_view confidence;  ///< confidence level; "" for conditions of the theory
  std::string_view source;
  int year;                         ///< 0: no publication
  bool is_hard;                     ///< counts in the verdict `allowed`
  bool says_nothing_outside_range;  ///< unknown is then no objection
  std::string_view remark;
  std::function<Verdict(const LimitInputs&, const ModelSettings&)> check;
  std::function<double(const LimitInputs&)>
      ratio;                            ///< <= 1 if satisfied; empty where a column says it already
  std::string symbol = {};              ///< for the legend of a figure
  const LimitCurve* curve = nullptr;    ///< the bound as a curve in the plane of g and m_Z', if it is one
  bool is_lower_bound_on_mass = false;  ///< the curve is m_Z'(g), and excludes what is below; else g(m_Z')
};

/// All limits, in the order of their columns.
const std::vector<Limit>& limits();

}  // namespace mutauscan
