#include "mutauscan/physics/neutrino_sector.hpp"

#include <random>

#include <Eigen/LU>

#include "mutauscan/core/constants.hpp"
#include "mutauscan/core/units.hpp"
#include "mutauscan/physics/seesaw.hpp"
#include "near.hpp"

namespace mutauscan {
namespace {

using units::degree, units::eV;

OscillationParameters from_reference(const nlohmann::json& c) {
  const auto theta = c.at("theta_deg").get<std::vector<double>>();
  return {theta[0] * degree, theta[1] * degree, theta[2] * degree, c.at("dm21").get<double>() * eV * eV,
          c.at("dm3l").get<double>() * eV * eV};
}

double angle_difference_deg(double a, double b) { return std::remainder(a - b, 360.0); }

TEST(TextureSolutions, HaveTheSplittingsTheyWereAskedForUpToMaximalMixing) {
  // Towards theta_23 = 45 deg the masses of a solution grow like |theta_23 - 45 deg|^{-1/2}. What is returned
  // has the splittings; where doubles cannot hold them, as at 45 deg itself, there is no solution.
  for (Texture texture : {Texture::emu_mumu, Texture::etau_tautau, Texture::mumu_tautau})
    for (double dm3l : {2.515e-3, -2.498e-3}) {
      int found = 0;
      for (double off : {0.0, 1e-14, -1e-14, 1e-12, -1e-12, 1e-9, -1e-9, 1e-7, -1e-7, 1e-4, -1e-4, 0.1, -0.1})
        for (const LightNeutrinos& n : texture_solutions(
                 texture,
                 {33.44 * degree, (45.0 + off) * degree, 8.57 * degree, 7.42e-5 * eV * eV, dm3l * eV * eV})) {
          ++found;
          EXPECT_GT(std::abs(off), 1e-13);
          ASSERT_TRUE(n.mass.allFinite() && n.mixing.allFinite());
          const double dm21 = (n.mass(1) - n.mass(0)) * (n.mass(1) + n.mass(0));
          const int near = dm3l > 0.0 ? 0 : 1;
          const double dm3 = (n.mass(2) - n.mass(near)) * (n.mass(2) + n.mass(near));
          EXPECT_TRUE(relatively_near(dm21 / (eV * eV), 7.42e-5, 1e-4)) << off;
          EXPECT_TRUE(relatively_near(dm3 / (eV * eV), dm3l, 1e-5)) << off;
        }
      EXPECT_GT(found, 0);
    }
}

TEST(TextureSolutions, AgreeWithTheReferenceForEveryDataSetAndTexture) {
  int solved = 0, unsolvable = 0;
  for (const auto& c : reference("textures.json")) {
    SCOPED_TRACE(c.at("nufit").get<std::string>() + " " + c.at("set").get<std::string>() + " " +
                 c.at("texture").get<std::string>());
    const auto texture = parse_enum<Texture>(c.at("texture").get<std::string>());
    const auto solutions = texture_solutions(texture.value(), from_reference(c));
    const auto& expected = c.at("solutions");
    ASSERT_EQ(solutions.size(), expected.size());
    expected.empty() ? ++unsolvable : ++solved;
    for (std::size_t k = 0; k < expected.size(); ++k) {
      const LightNeutrinos& n = solutions[k];
      EXPECT_NEAR(n.delta / degree, expected[k].at("delta_deg").get<double>(), 1e-6);
      for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(
            relatively_near(n.mass(i) / eV, expected[k].at("m_eV")[std::size_t(i)].get<double>(), 1e-8));
      EXPECT_TRUE(relatively_near(n.mass.sum() / eV, expected[k].at("sum_eV").get<double>(), 1e-8));
      EXPECT_TRUE(relatively_near(double_beta_mass(n) / eV, expected[k].at("mbb_eV").get<double>(), 1e-8));
      EXPECT_NEAR(angle_difference_deg(2.0 * n.eta2 / degree, expected[k].at("two_eta2_deg").get<double>()),
                  0.0, 1e-6);
      EXPECT_NEAR(angle_difference_deg(2.0 * n.eta3 / degree, expected[k].at("two_eta3_deg").get<double>()),
                  0.0, 1e-6);
      constexpr double v = constants::higgs_vev;
      const Matrix3c s = inverse_seesaw(n) / (v * v) * eV;  // 1/eV
      const double largest = s.cwiseAbs().maxCoeff();
      for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 3; ++j)  // absolute for the texture's zeros, relative to the largest entry
          EXPECT_NEAR(std::abs(s(i, j)),
                      expected[k].at("abs_S_per_eV")[std::size_t(i)][std::size_t(j)].get<double>(),
                      1e-8 * largest);
    }
  }
  EXPECT_GT(solved, 10);
  EXPECT_GT(unsolvable, 10);
}

TEST(TextureSolutions, ReproduceTheNumbersOfTheTalk) {
  // Conference talk, slide "summary": m_lightest = 0.06 eV, sum = 0.2 eV, m_bb = 61 meV, at theta_23 = 48.8
  // deg (NuFIT 5.1 without SK, normal ordering). Two digits are given.
  const auto no = light_neutrinos(ModelPoint{}, ModelSettings{});
  ASSERT_TRUE(no);
  EXPECT_NEAR(no->mass.minCoeff() / eV, 0.06, 0.0005);
  EXPECT_NEAR(no->mass.sum() / eV, 0.2, 0.005);
  EXPECT_NEAR(double_beta_mass(*no) / eV, 0.061, 0.001);
  EXPECT_NEAR(no->delta / degree, 268.0, 0.5);
  // Backup slide: the same works for the inverted ordering, with the texture e-tau, tau-tau.
  ModelPoint point;
  point.theta12_deg = 33.45, point.theta23_deg = 49.0, point.theta13_deg = 8.61, point.dm3l_eV2 = -2.490e-3;
  ModelSettings inverted;
  inverted.texture = Texture::etau_tautau;
  inverted.ordering = Ordering::inverted;
  const auto io = light_neutrinos(point, inverted);
  ASSERT_TRUE(io);
  EXPECT_NEAR(io->mass.minCoeff() / eV, 0.06, 0.005);
}

TEST(TextureSolutions, ComeInPairsOfOppositeDelta) {
  std::mt19937_64 generator(5);
  std::uniform_real_distribution<double> t12(0.55, 0.62), t23(0.6, 0.97), t13(0.13, 0.17), ratio(0.02, 0.04);
  int found = 0;
  for (int n = 0; n < 300; ++n) {
    const double sign = n % 2 ? 1.0 : -1.0;
    const OscillationParameters o{t12(generator), t23(generator), t13(generator), ratio(generator), sign};
    for (Texture texture : {Texture::emu_mumu, Texture::etau_tautau, Texture::mumu_tautau}) {
      const auto solutions = texture_solutions(texture, o);
      found += int(solutions.size());
      for (std::size_t k = 0; k < solutions.size(); ++k) {
        const LightNeutrinos& a = solutions[k];
        const LightNeutrinos& b = solutions[solutions.size() - 1 - k];
        EXPECT_NEAR(std::remainder(a.delta + b.delta, 2.0 * std::numbers::pi), 0.0, 1e-9);
        // The measured splittings come back, and two entries of S vanish.
        EXPECT_NEAR(a.mass(1) * a.mass(1) - a.mass(0) * a.mass(0), o.dm21, 1e-9 * a.mass.squaredNorm());
        const double reference_mass = a.mass(sign > 0.0 ? 0 : 1);
        EXPECT_NEAR(a.mass(2) * a.mass(2) - reference_mass * reference_mass, o.dm3l,
                    1e-9 * a.mass.squaredNorm());
        const Matrix3c s = inverse_seesaw(a);
        const Complex zeros[] = {texture == Texture::emu_mumu      ? s(0, 1)
                                 : texture == Texture::etau_tautau ? s(0, 2)
                                                                   : s(1, 1),
                                 texture == Texture::emu_mumu ? s(1, 1) : s(2, 2)};
        for (const Complex& zero : zeros) EXPECT_LE(std::abs(zero), 1e-9 * s.norm());
      }
    }
  }
  EXPECT_GT(found, 100);
}

TEST(TextureSolutions, MissNoRootThatADenseScanFinds) {
  // Independent of the polynomial: sign changes of the mass-splitting mismatch on a fine grid of delta.
  std::mt19937_64 generator(6);
  std::uniform_real_distribution<double> angle(0.05, 1.5), ratio(0.01, 0.9);
  for (int n = 0; n < 60; ++n) {
    const OscillationParameters o{angle(generator), angle(generator), 0.6 * angle(generator),
                                  ratio(generator), 1.0};
    for (Texture texture : {Texture::emu_mumu, Texture::etau_tautau, Texture::mumu_tautau}) {
      const auto mismatch = [&](double delta) {
        const Matrix3c v = pdg_mixing(o, delta);
        const auto zero = [&](int a, int b) {
          return Eigen::Array3cd((v.row(a).array() * v.row(b).array()).transpose());
        };
        const auto a = texture == Texture::emu_mumu      ? zero(0, 1)
                       : texture == Texture::etau_tautau ? zero(0, 2)
                                                         : zero(1, 1);
        const auto b = texture == Texture::emu_mumu ? zero(1, 1) : zero(2, 2);
        Eigen::Array3d m2;
        for (int i = 0; i < 3; ++i) {
          const int j = (i + 1) % 3, k = (i + 2) % 3;
          m2(i) = 1.0 / std::norm(a(j) * b(k) - a(k) * b(j));
        }
        return std::pair{(m2(1) - m2(0)) / (m2(2) - m2(0)) - o.dm21, m2(1) > m2(0) && m2(2) > m2(0)};
      };
      int crossings = 0;
      constexpr int grid = 20000;
      auto previous = mismatch(0.0);
      for (int k = 1; k <= grid; ++k) {
        const auto current = mismatch(std::numbers::pi * k / grid);
        // near a pole the mismatch jumps between large values: not a root
        if (previous.second && current.second && previous.first * current.first < 0.0 &&
            std::abs(current.first) < 1.0)
          ++crossings;
        previous = current;
      }
      EXPECT_GE(texture_solutions(texture, o).size(), std::size_t(2 * crossings));
    }
  }
}

TEST(Seesaw, ReturnsTheMeasuredMassMatrix) {
  for (Texture texture : {Texture::emu_mumu, Texture::none}) {
    ModelSettings settings;
    settings.texture = texture;
    ModelPoint point;
    point.lambda_e = 1e-4, point.lambda_mu = 3e-4, point.lambda_tau = 2e-5;  // for texture none
    point.delta_deg = 123.0, point.eta2_deg = 17.0, point.eta3_deg = 71.0, point.m_lightest_eV = 0.02;
    const auto neutrinos = light_neutrinos(point, settings);
    ASSERT_TRUE(neutrinos);
    const Seesaw s = seesaw(point, texture, *neutrinos);
    const Matrix3c m = majorana_mass(s, s.sigma1_0, s.sigma2_0);
    constexpr double v = constants::higgs_vev;
    const Matrix3c light = v * v * s.lambda.asDiagonal() * m.inverse() * s.lambda.asDiagonal();
    const Matrix3c expected =
        neutrinos->mixing.conjugate() * neutrinos->mass.asDiagonal() * neutrinos->mixing.adjoint();
    EXPECT_LE((light - expected).norm(), 1e-10 * expected.norm()) << name_of(texture);
    // The vevs are the ones that give the Z' its mass.
    EXPECT_TRUE(relatively_near(
        2.0 * point.g_zp * point.g_zp * (s.sigma1_0 * s.sigma1_0 + 4.0 * s.sigma2_0 * s.sigma2_0),
        point.m_zp * point.m_zp, 1e-14));
  }
}

TEST(Seesaw, OfSigma1AloneHasNoSigma2AndBothSigma1Couplings) {
  ModelSettings settings;
  settings.texture = Texture::mumu_tautau;
  ModelPoint point;
  point.vev_ratio = 0.0;
  const auto neutrinos = light_neutrinos(point, settings);
  ASSERT_TRUE(neutrinos);
  const Seesaw s = seesaw(point, settings.texture, *neutrinos);
  EXPECT_EQ(s.sigma2_0, 0.0);
  EXPECT_EQ(s.h_mumu, 0.0);
  EXPECT_EQ(s.h_tautau, 0.0);
  EXPECT_GT(std::abs(s.h_emu), 0.0);
  EXPECT_TRUE(relatively_near(std::abs(s.h_etau), point.h_etau, 1e-13));
}

}  // namespace
}  // namespace mutauscan
