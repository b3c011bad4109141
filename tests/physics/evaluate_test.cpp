#include "mutauscan/physics/evaluate.hpp"

#include <limits>
#include <new>
#include <stdexcept>

#include "evaluate_point.hpp"
#include "mutauscan/physics/asymmetry_estimate.hpp"
#include "near.hpp"

namespace mutauscan {
namespace {

TEST(Evaluate, IsOddUnderTheOtherCpBranch) {
  ModelSettings branch;
  branch.cp_branch = CpBranch::delta_below_pi;
  const PointResult a = evaluate_point({}, {}), b = evaluate_point({}, branch);
  EXPECT_TRUE(relatively_near(*a.baryon_asymmetry_estimate, -*b.baryon_asymmetry_estimate, 1e-9));
  EXPECT_TRUE(relatively_near(a.heavy->mass(2), b.heavy->mass(2), 1e-13));
}

TEST(Evaluate, ReportsPointsOutsideTheModelAsStatus) {
  ModelPoint point;
  point.theta23_deg = 42.0;  // lower octant: no solution of emu_mumu in normal ordering
  PointResult result = evaluate_point(point, {});
  EXPECT_EQ(result.status, Status::no_texture_solution);
  EXPECT_EQ(result.stage, Stage::neutrino_sector);
  EXPECT_FALSE(result.seesaw);
  EXPECT_TRUE(result.delta_a_mu);

  point = {};
  point.m_phi = 1.9e7;  // below twice the mass of N2 and N3
  result = evaluate_point(point, {});
  EXPECT_EQ(result.status, Status::inflaton_too_light);
  EXPECT_EQ(result.stage, Stage::estimate);
  EXPECT_TRUE(result.epsilon);
  EXPECT_FALSE(result.baryon_asymmetry_estimate);
  point.f_N2 = point.f_N3 = 0.0;  // but an inflaton that makes only N1 is heavy enough
  EXPECT_EQ(evaluate_point(point, {}).status, Status::ok);

  point = {};
  point.T_R = -1.0;
  EXPECT_EQ(evaluate_point(point, {}).status, Status::outside_domain);
  point = {};
  point.T_R = std::nan("");
  EXPECT_EQ(evaluate_point(point, {}).status, Status::outside_domain);
  point = {};
  point.dm3l_eV2 = -2.5e-3;  // against the ordering
  EXPECT_EQ(evaluate_point(point, {}).status, Status::outside_domain);
  point = {};
  point.f_N1 = point.f_N2 = 1.2;
  EXPECT_EQ(evaluate_point(point, {}).status, Status::outside_domain);
}

TEST(Evaluate, SaysWhatADomainAsksFor) {
  const auto message = [](const ModelPoint& point, const ModelSettings& settings) {
    const PointResult result = evaluate_point(point, settings);
    EXPECT_EQ(result.status, Status::outside_domain);
    EXPECT_EQ(result.stage, Stage::parameters);
    return result.message;
  };
  ModelPoint point;
  point.m_zp = -1e-9;  // not "-0.000000"
  EXPECT_EQ(message(point, {}), "m_zp = -1e-09: must be a number > 0 [GeV]");
  point = {};
  point.T_R = std::numeric_limits<double>::infinity();
  EXPECT_EQ(message(point, {}), "T_R = inf: must be a number > 131.7 [GeV]");
  point = {};
  point.f_N1 = point.f_N2 = 1.2;
  point.f_N3 = 0.0;
  EXPECT_EQ(message(point, {}),
            "f_N1 + f_N2 + f_N3 = 2.4: must be at most 2 (an inflaton decays to two particles; those not "
            "given default to 2/3 each)");
  point = {};
  point.dm3l_eV2 = 1e-30;
  ModelSettings settings;
  settings.ordering = Ordering::inverted;
  EXPECT_EQ(
      message(point, settings),
      "dm3l_eV2 = 1e-30: must be negative for ordering \"IO\" (e.g. model.nufit = \"5.1/IO_noSK\" sets it)");
}

TEST(Evaluate, EndsNumericalExceptionsInAStatusAndLetsDefectsPass) {
  OdeSolver solver;
  const auto evaluate_with = [&](const auto& thrown) {
    return evaluate({}, {}, {}, solver, [&](const BoltzmannSnapshot&) { throw thrown; });
  };
  for (const PointResult& r :
       {evaluate_with(std::domain_error("no root")), evaluate_with(std::overflow_error("no root")),
        evaluate_with(std::runtime_error("no root"))}) {
    EXPECT_EQ(r.status, Status::numerical_failure);
    EXPECT_EQ(r.stage, Stage::boltzmann);
    EXPECT_EQ(r.message, "a numerical method failed: no root");
    EXPECT_TRUE(r.epsilon && !r.boltzmann);
  }
  EXPECT_THROW(evaluate_with(std::out_of_range("defect")), std::out_of_range);
  EXPECT_THROW(evaluate_with(std::bad_alloc()), std::bad_alloc);
}

TEST(EffectiveMultiplicity, CountsCascades) {
  DecayWidths<3> widths;
  widths.lepton = {1.0, 3.0, 2.0};
  widths.scalar.setZero();
  widths.scalar(1, 0) = 1.0;  // N2 -> N1: 1/4
  widths.scalar(2, 1) = 1.0;  // N3 -> N2: 1/4
  widths.scalar(2, 0) = 1.0;  // N3 -> N1: 1/4
  const Eigen::Vector3d f = effective_multiplicity({0.0, 0.0, 2.0}, widths);
  EXPECT_DOUBLE_EQ(f(2), 2.0);
  EXPECT_DOUBLE_EQ(f(1), 0.5);
  EXPECT_DOUBLE_EQ(f(0), 0.5 + 0.125);
}

}  // namespace
}  // namespace mutauscan
