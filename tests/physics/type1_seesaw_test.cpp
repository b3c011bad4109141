#include "mutauscan/physics/type1_seesaw.hpp"

#include <numbers>

#include "mutauscan/core/constants.hpp"
#include "mutauscan/core/units.hpp"
#include "mutauscan/physics/cp_asymmetry.hpp"
#include "type1_cases.hpp"

namespace mutauscan {
namespace {

constexpr double v = constants::higgs_vev;

/// m_nu = U diag(m) U^T
Matrix3c measured_mass(const Type1Point& point, Ordering ordering) {
  const LightNeutrinos n = type1_light_neutrinos(point, ordering);
  return n.mixing * n.mass.cast<Complex>().asDiagonal() * n.mixing.transpose();
}

TEST(CasasIbarra, GivesTheMeasuredNeutrinoMasses) {
  for (const Type1Case& c : type1_cases()) {
    SCOPED_TRACE(c.name);
    const Type1Couplings k = casas_ibarra(c.point, c.model.ordering, false);
    const Matrix3c tree = v * v * k.yukawa * k.mass.cwiseInverse().asDiagonal() * k.yukawa.transpose();
    // Large imaginary angles: terms of h cancel in h M^{-1} h^T.
    const double rounding = 1e-15 * v * v * (k.yukawa.cwiseAbs2() * k.mass.cwiseInverse()).maxCoeff();
    const Matrix3c expected = measured_mass(c.point, c.model.ordering);
    EXPECT_LT((tree - expected).cwiseAbs().maxCoeff(),
              1e-14 * expected.cwiseAbs().maxCoeff() + 10 * rounding);
  }
}

TEST(CasasIbarra, WithRadiativeCorrectionsGivesThemAtOneLoop) {
  // Independent form of the one-loop masses: -1/(32 pi^2 v^2) v^2 h f(M) h^T.
  const Type1Point point;
  for (Ordering ordering : {Ordering::normal, Ordering::inverted}) {
    const Type1Couplings k = casas_ibarra(point, ordering, true);
    Matrix3c mass = Matrix3c::Zero();
    double size = 0.0;
    for (int i = 0; i < 3; ++i) {
      const double m = k.mass(i), h = std::pow(m / 125.35, 2), z = std::pow(m / 91.1876, 2);
      const double loop = m * (std::log(h) / (h - 1.0) + 3.0 * std::log(z) / (z - 1.0));
      const Matrix3c part = (v * v / m - loop / (32.0 * std::pow(std::numbers::pi, 2))) * k.yukawa.col(i) *
                            k.yukawa.col(i).transpose();
      mass += part;
      size = std::max(size, part.cwiseAbs().maxCoeff());
    }
    const Matrix3c expected = measured_mass(point, ordering);
    EXPECT_LT((mass - expected).cwiseAbs().maxCoeff(), 1e-14 * (size + expected.cwiseAbs().maxCoeff()));
    // The corrections are of the order of ten per cent at 1e6 GeV, and larger couplings make up for them.
    const double ratio = k.yukawa.squaredNorm() / casas_ibarra(point, ordering, false).yukawa.squaredNorm();
    EXPECT_GT(ratio, 1.01);
    EXPECT_LT(ratio, 1.5);
  }
}

TEST(CasasIbarra, HasTheCouplingsAndDecayParametersOfUlysses) {
  for (const Type1Case& c : type1_cases()) {
    SCOPED_TRACE(c.name);
    const Type1Couplings k = casas_ibarra(c.point, c.model.ordering, c.settings.radiative_corrections);
    const Type1Decays d = type1_decays(k);
    for (int i = 0; i < 3; ++i) {
      const std::string n = std::to_string(i + 1);
      EXPECT_TRUE(relatively_near(d.decay_parameter(i), c.json.at("K" + n), 1e-12));
      for (int a = 0; a < 3; ++a) {
        const auto& h = c.json.at("h").at(a).at(i);
        const Complex expected(h.at(0), h.at(1));
        EXPECT_LT(std::abs(k.yukawa(a, i) - expected), 1e-12 * std::abs(expected)) << a << i;
        EXPECT_TRUE(relatively_near(std::norm(d.projection(a, i)), c.json.at("P" + n + "a").at(a), 1e-12));
      }
    }
  }
}

TEST(Type1CpAsymmetry, AgreesWithUlyssesToTheAccuracyOfItsLoopFunction) {
  // Its loop function f_1(x) = (2/3) x [(1+x) ln((1+x)/x) - (2-x)/(1-x)], x = M_j^2/M_i^2, is a difference of
  // order 1/x of numbers of order one: ln((1+x)/x) has an absolute error of about 1e-16, times x (1+x) a
  // relative one of x^2 1e-16, 1e-8 for masses apart by 100. Here it is found from the vertex function.
  for (const Type1Case& c : type1_cases()) {
    SCOPED_TRACE(c.name);
    const Type1Couplings k = casas_ibarra(c.point, c.model.ordering, c.settings.radiative_corrections);
    const Type1Decays d = type1_decays(k);
    for (int i = 0; i < 3; ++i) {
      const std::string n = "epsilon" + std::to_string(i + 1);
      const auto& expected = c.json.at(n + "_diag");
      // What its loop function loses of each term, and rounding errors of couplings that cancel in H.
      double lost = 0.0;
      for (int j = 0; j < 3; ++j) {
        if (j == i) continue;
        const double ratio = k.mass(j) / k.mass(i), x = ratio * ratio;
        const double loop = std::abs(vertex_function(x) + ratio / (1.0 - x)),
                     conserving = 1.0 / std::abs(1.0 - x);
        const double h_ji = std::abs(k.yukawa.col(j).dot(k.yukawa.col(i)));
        const double h_j = k.yukawa.col(j).norm(), h_i = k.yukawa.col(i).norm();
        lost += (1e-16 * x * x * loop * h_ji * h_j / h_i + 1e-15 * (loop + conserving) * h_j * h_j) /
                (8.0 * std::numbers::pi);
      }
      double total = 0.0;
      for (int a = 0; a < 3; ++a) {
        const Complex epsilon = d.epsilon[std::size_t(i)](a, a);
        total += epsilon.real();
        EXPECT_EQ(epsilon.imag(), 0.0);
        const double flavour = expected.at(a);
        EXPECT_NEAR(epsilon.real(), flavour, 1e-10 * std::abs(flavour) + lost) << n << " flavour " << a;
      }
      const double expected_total = c.json.at(n + "_total");
      EXPECT_NEAR(total, expected_total, 1e-10 * std::abs(expected_total) + lost) << n;
    }
  }
}

TEST(Type1CpAsymmetry, IsThatOfTheOtherModelWithoutScalars) {
  // cp_asymmetry.hpp with lambda = h*: lepton number violated and conserved, vertex; sign of L, not B - L.
  const Type1Couplings k = casas_ibarra({}, Ordering::normal, false);
  DecayCouplings<3, 0> n;
  n.mass = k.mass;
  n.dirac_yukawa = k.yukawa.conjugate();
  n.higgs_mass_squared = 0.0;
  const auto widths = decay_widths(n, ScalarMasses::massless);
  const auto epsilon = cp_asymmetries(n, widths, Regulator::none, ScalarMasses::massless).total();
  const Type1Decays d = type1_decays(k);
  for (int i = 0; i < 3; ++i)
    for (int a = 0; a < 3; ++a)
      EXPECT_TRUE(relatively_near(d.epsilon[std::size_t(i)](a, a).real(), -epsilon(a, i), 1e-9)) << a << i;
}

TEST(Type1CpAsymmetry, IsAMatrixOfFlavours) {
  // Hermitian, and covariant: rotating lepton flavours h -> V h turns eps into V eps V^dagger.
  const Type1Couplings k = casas_ibarra({}, Ordering::normal, false);
  const Matrix3c rotation = type1_light_neutrinos({}, Ordering::normal).mixing;
  const Type1Decays d = type1_decays(k), rotated = type1_decays({k.mass, rotation * k.yukawa});
  for (std::size_t i = 0; i < 3; ++i) {
    const double size = d.epsilon[i].norm();
    EXPECT_LT((d.epsilon[i] - d.epsilon[i].adjoint()).norm(), 1e-15 * size);
    // The lightest N has large cancellations here: M_2, M_3 make a pseudo-Dirac pair with large couplings.
    EXPECT_LT((rotated.epsilon[i] - rotation * d.epsilon[i] * rotation.adjoint()).norm(), 1e-8 * size);
  }
}

TEST(Type1CpAsymmetry, VanishesForRealCouplings) {
  Type1Couplings k = casas_ibarra({}, Ordering::normal, false);
  k.yukawa = k.yukawa.real().cast<Complex>();
  for (const Matrix3c& epsilon : type1_decays(k).epsilon) EXPECT_EQ(epsilon.diagonal().norm(), 0.0);
}

}  // namespace
}  // namespace mutauscan
