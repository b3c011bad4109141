#include "mutauscan/io/record.hpp"

#include <cmath>
#include <memory>
#include <set>

#include <gtest/gtest.h>

#include "evaluate_point.hpp"

namespace mutauscan {
namespace {

TEST(Columns, AreAllLabelledAndUnique) {
  for (ModelKind kind : {ModelKind::mutau, ModelKind::type1}) {
    std::set<std::string> names;
    for (const Column& c : row_layout(kind).columns()) {
      EXPECT_TRUE(names.insert(c.name).second) << c.name;
      EXPECT_FALSE(c.unit.empty()) << c.name;
      EXPECT_FALSE(c.symbol.empty()) << c.name;
      EXPECT_FALSE(c.long_name.empty()) << c.name;
    }
    EXPECT_EQ(row_layout(kind).columns().front().name, "index");
  }
}

TEST(Columns, KeepTheNamesOtherProgramsRelyOn) {
  const char* contract =
      "index delta_deg m1_eV m2_eV m3_eV sum_m_eV m_bb_eV m_beta_eV eta2_deg eta3_deg lambda_e lambda_mu "
      "lambda_tau "
      "M_ee h_bb sigma1_0 sigma2_0 sigma1_TR sigma2_TR T_gauge T_portal phase_TR broken_throughout M1_TR "
      "M2_TR M3_TR "
      "Gamma_LPhi_1 Gamma_LPhi_2 Gamma_LPhi_3 Gamma_Nphi_1 Gamma_Nphi_2 Gamma_Nphi_3 eps_standard_1 "
      "eps_standard_2 "
      "eps_standard_3 eps_scalar_1 eps_scalar_2 eps_scalar_3 eps_portal_1 eps_portal_2 eps_portal_3 "
      "Gamma_phi "
      "Y_B_estimate delta_a_mu BR_h_inv status stage M1_over_TR limit_ccfr limit_br_h_inv limit_theta23 "
      "ratio_na64mu "
      "loglike_g2 loglike_Y_B loglike_theta12 loglike_theta23 loglike_theta13 loglike_dm21 loglike_dm3l "
      "loglike_delta "
      "loglike_total allowed explains_g2 explains_Y_B explains_all";
  std::istringstream names(contract);
  for (std::string name; names >> name;) EXPECT_NO_THROW(row_layout(ModelKind::mutau).position(name)) << name;
  for (const Parameter& p : parameters())
    EXPECT_NO_THROW(row_layout(kind_of(p.applies_to)).position(p.name)) << p.name;
  EXPECT_THROW(row_layout(ModelKind::mutau).position("no such column"), std::out_of_range);
}

TEST(RowBlock, KeepsValuesAndCopiesColumnsByIndex) {
  RowBlock block(ModelKind::mutau);
  for (std::uint64_t index : {5U, 1U, 3U}) {
    ModelPoint point;
    point.T_R = 1e4 * double(index);
    block.append(index, evaluate_point(point, {}), {}, {0.5, 2});
  }
  const std::vector<std::size_t> order = block.order_by_index();
  ASSERT_EQ(order, (std::vector<std::size_t>{1, 2, 0}));
  for (std::size_t row = 0; row < 3; ++row) {
    EXPECT_EQ(block.at(order[row], 0), double(2 * row + 1));
    EXPECT_EQ(block.at(order[row], row_layout(ModelKind::mutau).position("rank")), 2.0);
  }
  std::vector<std::vector<double>> columns;
  block.for_each_column(order, [&](std::size_t column, const std::vector<double>& values) {
    EXPECT_EQ(column, columns.size());
    columns.push_back(values);
  });
  ASSERT_EQ(columns.size(), block.layout().width());
  for (std::size_t column = 0; column < columns.size(); ++column)
    for (std::size_t row = 0; row < 3; ++row) {
      const double value = block.at(order[row], column);
      EXPECT_TRUE(columns[column][row] == value || std::isnan(value));
    }
}

TEST(PointOfRow, RestoresTheInputsOfEveryTexture) {
  for (Texture texture : {Texture::emu_mumu, Texture::etau_tautau, Texture::mumu_tautau, Texture::none}) {
    ModelSettings settings;
    settings.texture = texture;
    ModelPoint point;
    point.T_R = 12345.6789;
    point.h_etau = 0.321;
    point.lambda_mu = 3e-5;
    point.vev_ratio = texture == Texture::mumu_tautau ? 0.0 : 0.2;
    RowBlock row(ModelKind::mutau);
    row.append(0, evaluate_point(point, settings), settings, {});
    const ModelPoint restored = point_of_row(
        [&](std::string_view name) { return row.at(0, row_layout(ModelKind::mutau).position(name)); },
        settings);
    for (const Parameter& p : parameters()) {
      if (!is_input(p, settings)) continue;
      EXPECT_EQ(restored.*p.member, point.*p.member) << p.name;
    }
  }
}

/// The row of a point of kind type1, by column.
std::function<double(std::string_view)> type1_row(const ModelPoint& point, const ModelSettings& settings) {
  auto row = std::make_shared<RowBlock>(ModelKind::type1);
  row->append(0, evaluate_point(point, settings), settings, {});
  return [row](std::string_view name) { return row->at(0, row->layout().position(name)); };
}

TEST(Type1Row, HasTheInputsOfBothParametrisations) {
  ModelSettings settings;
  settings.kind = ModelKind::type1;
  settings.ordering = Ordering::inverted;
  ModelPoint point;
  point.m = -1.3;
  point.x1 = point.y1 = point.x2 = point.y2 = point.x3 = point.y3 = 20.0;
  const auto given_neutrinos = type1_row(point, settings);
  settings.type1.parametrisation = Type1Parametrisation::yukawas;
  point = point_of_row(given_neutrinos, settings);  // takes M_i and Yukawas
  const auto given_yukawas = type1_row(point, settings);
  for (const Parameter& p : parameters()) {
    if (kind_of(p.applies_to) != ModelKind::type1) continue;
    const double value = given_neutrinos(p.name), again = given_yukawas(p.name);
    EXPECT_TRUE(std::isfinite(value)) << p.name;
    if (p.name.starts_with("x") || p.name.starts_with("y"))
      EXPECT_TRUE(std::isnan(again)) << p.name;
    else if (is_input(p, settings))
      EXPECT_EQ(again, value) << p.name;
    else
      EXPECT_NEAR(again, value, 1e-10 * std::abs(value)) << p.name;
  }
  for (const char* name : {"m1_eV", "m2_eV", "m3_eV", "dm21_eV2", "dm3l_eV2", "eta_B"})
    EXPECT_NEAR(given_yukawas(name), given_neutrinos(name), 1e-10 * std::abs(given_neutrinos(name))) << name;
  EXPECT_NEAR(given_neutrinos("dm21_eV2"), 7.42e-5, 1e-15);
  EXPECT_NEAR(given_neutrinos("dm3l_eV2"), -2.498e-3, 1e-15);
}

TEST(Type1Row, OfAPointOutsideItsDomainHasItsInputsOnly) {
  ModelSettings settings;
  settings.kind = ModelKind::type1;
  ModelPoint point;
  point.M1 = 8.0;  // above M_2
  auto value = type1_row(point, settings);
  EXPECT_EQ(value("M1"), 8.0);
  EXPECT_EQ(value("t12"), point.t12);
  EXPECT_TRUE(std::isnan(value("h_e1")) && std::isnan(value("arg_h_tau3")) && std::isnan(value("dm21_eV2")));
  settings.type1.parametrisation = Type1Parametrisation::yukawas;
  value = type1_row(point, settings);
  EXPECT_EQ(value("h_e1"), point.h_e1);
  EXPECT_TRUE(std::isnan(value("t12")) && std::isnan(value("x1")));
}

TEST(Columns, OfAPointThatStoppedEarlyAreMissingFromThereOn) {
  ModelPoint point;
  point.theta23_deg = 42.0;
  RowBlock row(ModelKind::mutau);
  row.append(0, evaluate_point(point, {}), {}, {});
  EXPECT_EQ(row.at(0, row_layout(ModelKind::mutau).position("theta23_deg")), 42.0);
  EXPECT_FALSE(std::isnan(row.at(0, row_layout(ModelKind::mutau).position("delta_a_mu"))));
  for (const char* name :
       {"delta_deg", "m1_eV", "lambda_e", "sigma1_TR", "M1_TR", "eps_standard_1", "Y_B_estimate"})
    EXPECT_TRUE(std::isnan(row.at(0, row_layout(ModelKind::mutau).position(name)))) << name;
  EXPECT_EQ(row.at(0, row_layout(ModelKind::mutau).position("phase_TR")), -1.0);
  EXPECT_EQ(row.at(0, row_layout(ModelKind::mutau).position("broken_throughout")), -1.0);
}

}  // namespace
}  // namespace mutauscan
