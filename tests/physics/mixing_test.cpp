#include "mutauscan/physics/mixing.hpp"

#include <random>

#include <Eigen/QR>

#include "mutauscan/numerics/ode_solver.hpp"
#include "near.hpp"

namespace mutauscan {
namespace {

using nlohmann::json;

Complex entry(const json& matrix, std::size_t i, std::size_t j) {
  return {matrix.at("re").at(i).at(j), matrix.at("im").at(i).at(j)};
}

Matrix3c matrix_from(const json& matrix) {
  Matrix3c m;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) m(i, j) = entry(matrix, std::size_t(i), std::size_t(j));
  return m;
}

template <int s>
DecayCouplings<3, s> couplings_from(const json& input) {
  DecayCouplings<3, s> c;
  for (int i = 0; i < 3; ++i) c.mass(i) = input.at("M")[std::size_t(i)];
  c.dirac_yukawa = matrix_from(input.at("lam"));
  for (std::size_t a = 0; a < std::size_t(s); ++a) {
    c.scalar_yukawa[a] = matrix_from({{"re", input.at("y").at("re")[a]}, {"im", input.at("y").at("im")[a]}});
    c.scalar_mass[a] = input.at("m")[a];
    c.portal_coupling[a] = 0.0;
  }
  c.higgs_mass_squared = 0.0;
  return c;
}

Eigen::Array3d array_from(const json& numbers) {
  return {numbers[0].get<double>(), numbers[1].get<double>(), numbers[2].get<double>()};
}

template <int s>
NeutrinoMixing mixing_of(const DecayCouplings<3, s>& c) {
  return neutrino_mixing(c, decay_widths(c, ScalarMasses::thermal), ScalarMasses::thermal);
}

/// Each number to 1e-8 of itself, or of a fraction 1e-12 of all leptons, as the reference says. Points of the
/// model (four scalars): 1e-5, because their inputs are rounded, S is a part in 1e6 to 1e12 of what decays,
/// and massless scalars put a kink of G between the masses of a pair, where a slope is a matter of its span.
template <int s>
void compare_with_reference(const json& point) {
  const std::string name = point.at("name");
  SCOPED_TRACE(name);
  const auto c = couplings_from<s>(point.at("input"));
  const Matrix3c rho_0 = matrix_from(point.at("input").at("rho0"));
  const json& output = point.at("output");
  const double tolerance = s == 4 ? 1e-5 : 1e-8;
  const NeutrinoMixing all = mixing_of(c);
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j)
      EXPECT_NEAR(all.width(i, j), output.at("Gamma_matrix")[std::size_t(i)][std::size_t(j)].get<double>(),
                  tolerance * std::sqrt(all.width(i, i) * all.width(j, j)) * (i == j ? 1e-3 : 1.0));

  for (const bool vertex : {false, true})
    for (const bool coherent : {false, true}) {
      const std::string key =
          std::string(vertex ? "vertex/" : "no_vertex/") + (coherent ? "coherent" : "diagonal");
      SCOPED_TRACE(key);
      NeutrinoMixing m = all;
      if (!vertex)
        m.direct_coupling = direct_couplings(c.dirac_yukawa, self_energy_kernel(c, m, ScalarMasses::thermal));
      if (!coherent) {
        m.feed.real.bottomRows<3>().setZero();
        m.feed.imaginary.setZero();
      }
      const Matrix3c x = integrated_density(m, rho_0, Cascades::followed);
      const CpSource source = cp_source(m, x);
      const Eigen::Array3d leptons = leptons_made(m, x);
      const json& expected = output.at("density_matrix").at(key);
      const double total = expected.at("total");
      const auto compare = [&](const char* what, const Eigen::Array3d& found, const Eigen::Array3d& wanted,
                               const Eigen::Array3d& scale) {
        for (int alpha = 0; alpha < 3; ++alpha)
          EXPECT_NEAR(found(alpha), wanted(alpha),
                      tolerance * std::max(std::abs(scale(alpha)), 1e-12 * total))
              << what << " " << alpha << " relative " << (found(alpha) / wanted(alpha) - 1.0);
      };
      const Eigen::Array3d resonant = array_from(expected.at("resonant")),
                           direct = array_from(expected.at("direct"));
      compare("asym", source.total(), array_from(expected.at("asym")), array_from(expected.at("asym")));
      compare("resonant", source.resonant, resonant, resonant);
      compare("direct", source.direct, direct, direct);
      compare("L", 0.5 * (leptons + source.total()), array_from(expected.at("L")),
              array_from(expected.at("L")));
      EXPECT_TRUE(relatively_near(leptons.sum(), total, 1e-12));
    }
}

TEST(Mixing, AgreesWithTheReferencePoints) {
  const json document = reference("mixing.json");
  int compared = 0;
  for (const json& point : document.at("points")) {
    ++compared;
    const std::size_t scalars = point.at("input").at("m").size();
    if (scalars == 4)
      compare_with_reference<4>(point);
    else if (scalars == 2)
      compare_with_reference<2>(point);
    else
      --compared;
  }
  EXPECT_EQ(compared, 18);
}

/// Random couplings of three neutrinos, widths of about 1e-3 of the mass.
class RandomNeutrinos : public ::testing::Test {
 protected:
  using Couplings = DecayCouplings<3, 2>;

  Couplings draw(const Eigen::Vector3d& mass, double size = 0.15) {
    Couplings c;
    c.mass = mass;
    for (int alpha = 0; alpha < 3; ++alpha)
      for (int i = 0; i < 3; ++i) c.dirac_yukawa(alpha, i) = size * number();
    for (auto& y : c.scalar_yukawa)
      for (int i = 0; i < 3; ++i)
        for (int j = 0; j <= i; ++j) y(i, j) = y(j, i) = 1.5 * size * number();
    c.scalar_mass = {0.2, 0.35};
    c.portal_coupling = {0.3, -0.4};
    c.higgs_mass_squared = 0.05;
    return c;
  }
  /// A state of 1 to 3 neutrinos: hermitian, positive.
  Matrix3c draw_state() {
    Matrix3c a;
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 3; ++j) a(i, j) = 0.5 * number();
    return a * a.adjoint();
  }
  static Matrix3c density(const Couplings& c, const Matrix3c& rho_0) {
    return integrated_density(mixing_of(c), rho_0, Cascades::followed);
  }
  static Eigen::Array3d source(const Couplings& c, const Matrix3c& rho_0) {
    return cp_source(mixing_of(c), density(c, rho_0)).total();
  }
  /// No pair, the upper, the lower, and all three in the window
  const Eigen::Vector3d patterns[5] = {
      {1.0, 1.7, 2.6}, {1.0, 1.8, 1.8005}, {1.0, 1.0003, 2.0}, {1.0, 1.0004, 1.0009}, {1.0, 1.15, 1.3}};

 private:
  Complex number() { return {normal_(generator_), normal_(generator_)}; }
  std::normal_distribution<double> normal_;
  std::mt19937_64 generator_{16};
};

TEST_F(RandomNeutrinos, TurnIntoLeptonsOneByOne) {
  for (const auto& mass : patterns)
    for (int n = 0; n < 20; ++n) {
      const Couplings c = draw(mass);
      const Matrix3c rho_0 = draw_state();
      EXPECT_TRUE(
          relatively_near(leptons_made(mixing_of(c), density(c, rho_0)).sum(), rho_0.trace().real(), 1e-12));
    }
}

TEST_F(RandomNeutrinos, ViolateCpOnlyIfComplex) {
  for (const auto& mass : patterns) {
    Couplings c = draw(mass);
    const Matrix3c rho_0 = draw_state();
    Couplings conjugate = c;
    conjugate.dirac_yukawa = c.dirac_yukawa.conjugate();
    for (std::size_t a = 0; a < 2; ++a) conjugate.scalar_yukawa[a] = c.scalar_yukawa[a].conjugate();
    const Eigen::Array3d s = source(c, rho_0);
    EXPECT_LE((source(conjugate, rho_0) + s).abs().maxCoeff(), 1e-13 * s.abs().maxCoeff());

    c.dirac_yukawa = c.dirac_yukawa.real().cast<Complex>().eval();
    for (auto& y : c.scalar_yukawa) y = y.real().cast<Complex>().eval();
    EXPECT_EQ(source(c, rho_0.real().cast<Complex>()).abs().maxCoeff(), 0.0);
  }
}

TEST_F(RandomNeutrinos, DoNotCareAboutSignsAndPhases) {
  for (const auto& mass : patterns) {
    const Couplings c = draw(mass);
    const Matrix3c rho_0 = draw_state();
    const Eigen::Array3d s = source(c, rho_0);
    for (int flipped = 0; flipped < 3; ++flipped) {
      Couplings d = c;
      Matrix3c rho_d = rho_0;
      d.dirac_yukawa.col(flipped) *= -1.0;
      d.dirac_yukawa.row(flipped) *= std::polar(1.0, 0.7);
      const auto flip = [flipped](Matrix3c& m) {
        m.col(flipped) *= -1.0;
        m.row(flipped) *= -1.0;
      };
      for (auto& y : d.scalar_yukawa) flip(y);
      flip(rho_d);
      EXPECT_LE((source(d, rho_d) - s).abs().maxCoeff(), 1e-12 * s.abs().maxCoeff());
    }
  }
}

TEST_F(RandomNeutrinos, AreOneAndTheSameInEveryBasisOfADegeneratePair) {
  // O(2) rotates couplings and the initial state: it takes the whole kernel, k_II and the feed with K != L.
  for (const int first : {0, 1}) {
    const Eigen::Vector3d mass = first == 0 ? Eigen::Vector3d{1.0, 1.0, 1.6} : Eigen::Vector3d{1.0, 1.6, 1.6};
    for (const double angle : {0.1, 0.8, 2.5}) {
      const Couplings c = draw(mass);
      const Matrix3c rho_0 = draw_state();
      Matrix3c o = Matrix3c::Identity();
      o.block<2, 2>(first, first) << std::cos(angle), std::sin(angle), -std::sin(angle), std::cos(angle);
      Couplings d = c;
      d.dirac_yukawa = c.dirac_yukawa * o.transpose();
      for (std::size_t a = 0; a < 2; ++a) d.scalar_yukawa[a] = o * c.scalar_yukawa[a] * o.transpose();
      const Eigen::Array3d s = source(c, rho_0);
      EXPECT_LE((source(d, o * rho_0 * o.transpose()) - s).abs().maxCoeff(), 1e-10 * s.abs().maxCoeff());
    }
  }
}

TEST_F(RandomNeutrinos, ReduceToFixedOrderApart) {
  // No pair in the window: asymmetries without regulator, followed down the cascade.
  for (int n = 0; n < 20; ++n) {
    const Couplings c = draw({1.0, 1.7, 2.6});
    const auto widths = decay_widths(c, ScalarMasses::thermal);
    const auto epsilon = cp_asymmetries(c, widths, Regulator::none, ScalarMasses::thermal).total();
    const Eigen::Vector3d f(0.3, 0.8, 0.5);
    Eigen::Vector3d made = f;
    for (int j : {2, 1})
      for (int i = 0; i < j; ++i) made(i) += made(j) * widths.scalar(j, i) / widths.total(j);
    Eigen::Array3d expected = Eigen::Array3d::Zero();
    for (int i = 0; i < 3; ++i)
      expected += epsilon.col(i).array() * made(i) * widths.lepton(i) / widths.total(i);
    const Eigen::Array3d s = source(c, f.cast<Complex>().asDiagonal().toDenseMatrix());
    EXPECT_LE((s - expected).abs().maxCoeff(), 1e-12 * expected.abs().maxCoeff());
    EXPECT_LE((effective_asymmetries(mixing_of(c)) - epsilon.array()).abs().maxCoeff(),
              1e-12 * epsilon.cwiseAbs().maxCoeff());
  }
}

TEST_F(RandomNeutrinos, ReduceToFixedOrderWhereTheyMissEachOther) {
  // Inside the window, Delta M >> Gamma: what is resummed matters as (Gamma/Delta M)^2.
  const double splitting = 2e-3;
  const Matrix3c rho_0 = Eigen::Vector3cd(0.0, 0.6, 0.6).asDiagonal();
  double last = 0.0;
  for (const double size : {0.03, 0.003}) {  // Gamma/Delta M falls by 100
    Couplings c = draw({1.0, 1.8, 1.8 + splitting});
    std::mt19937_64 same(3);
    std::normal_distribution<double> normal;
    for (int alpha = 0; alpha < 3; ++alpha)
      for (int i = 0; i < 3; ++i) c.dirac_yukawa(alpha, i) = size * Complex(normal(same), normal(same));
    for (auto& y : c.scalar_yukawa) y.setZero();
    c.portal_coupling = {0.0, 0.0};
    const auto widths = decay_widths(c, ScalarMasses::thermal);
    const auto epsilon = cp_asymmetries(c, widths, Regulator::none, ScalarMasses::thermal).total();
    const Eigen::Array3d fixed_order = 0.6 * (epsilon.col(1) + epsilon.col(2)).array();
    const double difference =
        (source(c, rho_0) - fixed_order).abs().maxCoeff() / fixed_order.abs().maxCoeff();
    const double ratio = widths.total(1) / splitting;
    EXPECT_LT(difference, ratio * ratio);
    if (last > 0.0) {
      EXPECT_TRUE(relatively_near(last / difference, 1e4, 0.05));
    }
    last = difference;
  }
}

TEST_F(RandomNeutrinos, LoseTheResonanceLinearlyWithTheSplitting) {
  // f_2 = f_3: a degenerate pair in the state 1 has no preferred basis, nothing oscillates.
  const Matrix3c rho_0 = Matrix3c::Identity() * 0.5;
  Couplings c = draw({1.0, 1.8, 1.8});
  const auto resonant = [&](double splitting) {
    c.mass(2) = 1.8 + splitting;
    return cp_source(mixing_of(c), density(c, rho_0)).resonant.eval();
  };
  EXPECT_LE(resonant(0.0).abs().maxCoeff(), 1e-16);
  const Eigen::Array3d small = resonant(1e-7), smaller = resonant(1e-8);
  EXPECT_LE((small - 10.0 * smaller).abs().maxCoeff(), 1e-5 * small.abs().maxCoeff());
  EXPECT_GT(small.abs().maxCoeff(), 0.0);
}

TEST_F(RandomNeutrinos, AgreeWithTheClosedFormOfAPair) {
  // Diagonal state, one pair, not fed: exact but for cascades from N_3 to N_2.
  for (const double splitting : {1e-5, 1e-3, 3e-3, 0.05}) {
    Couplings c = draw({1.0, 1.8, 1.8 + splitting});
    for (auto& y : c.scalar_yukawa) y(2, 1) = y(1, 2) = 0.0;
    const NeutrinoMixing m = mixing_of(c);
    const Matrix3c rho_0 = Eigen::Vector3cd(0.0, 0.6, 0.6).asDiagonal();
    const Eigen::Array3d resonant = cp_source(m, integrated_density(m, rho_0, Cascades::left_out)).resonant;
    NeutrinoMixing resonance_only = m;  // in direct terms the closed form leaves out the coherence
    resonance_only.direct_coupling.setZero();
    const Eigen::Array33d resonant_epsilon = pair_asymmetries(resonance_only);
    Eigen::Array3d closed = Eigen::Array3d::Zero();
    for (int i : {1, 2}) closed += 0.6 * resonant_epsilon.col(i) * m.lepton_width(i) / m.width(i, i);
    EXPECT_LE((closed - resonant).abs().maxCoeff(), 1e-9 * resonant.abs().maxCoeff()) << splitting;
  }
}

/// The density matrix of neutrinos from t = 0 on, and its integral: d rho/dt = -i (H rho - rho H^dagger) +
/// F[rho], as matrices, without the structure that integrated_density makes use of. F as in mixing.hpp, from
/// the couplings.
class Evolution : public OdeProblem {
 public:
  Evolution(const DecayCouplings<3, 2>& c, const NeutrinoMixing& m) : m_(m) {
    for (int k = 0; k < 3; ++k)
      for (int l = 0; l < 3; ++l)
        for (int j = 0; j < 3; ++j)
          for (int q = 0; q < 3; ++q)
            feed_[k][l][j][q] = 0.5 * (phi(c, k, l, j, q, j) + phi(c, k, l, j, q, q));
    hamiltonian_ = m.mass.cast<Complex>().asDiagonal();
    hamiltonian_ -= Complex(0.0, 0.5) * m.width;
  }
  int dimension() const override { return 36; }
  double perturbation(int, const double*) const override { return 1.0; }
  void derivative(double, const double* y, double* dydt) const override {
    const auto* state = reinterpret_cast<const Complex*>(y);
    auto* slope = reinterpret_cast<Complex*>(dydt);
    const Eigen::Map<const Matrix3c> rho(state);
    Matrix3c change = Complex(0.0, -1.0) * (hamiltonian_ * rho - rho * hamiltonian_.adjoint());
    for (int k = 0; k < 3; ++k)
      for (int l = 0; l < 3; ++l)
        for (int j = 0; j < 3; ++j)
          for (int q = 0; q < 3; ++q) change(k, l) += feed_[k][l][j][q] * rho(j, q);
    Eigen::Map<Matrix3c>{slope} = change;
    Eigen::Map<Matrix3c>{slope + 9} = rho;
  }

 private:
  double phi(const DecayCouplings<3, 2>& c, int k, int l, int j, int q, int parent) const {
    const double energy = c.mass(parent);
    double sum = 0.0;
    for (std::size_t a = 0; a < 2; ++a) {
      const auto channel = [&](int daughter) {  // beta, kappa
        const double r = c.mass(daughter) / energy, r_a = c.scalar_mass[a] / energy;
        const double beta2 = (1.0 - (r + r_a) * (r + r_a)) * (1.0 - (r - r_a) * (r - r_a));
        return std::pair{r + r_a < 1.0 ? std::sqrt(beta2) : 0.0, 0.5 * (1.0 + r * r - r_a * r_a)};
      };
      const auto [beta_k, kappa_k] = channel(k);
      const auto [beta_l, kappa_l] = channel(l);
      const Complex y_kj = c.scalar_yukawa[a](k, j), y_lq = c.scalar_yukawa[a](l, q);
      sum += std::sqrt(beta_k * beta_l) *
             (energy * std::sqrt(kappa_k * kappa_l) * (y_kj * std::conj(y_lq)).real() +
              std::sqrt(c.mass(k) * c.mass(l)) * (y_kj * y_lq).real());
    }
    return m_.window(k, l) * m_.window(j, q) * sum / (8.0 * std::acos(-1.0));
  }

  const NeutrinoMixing& m_;
  Matrix3c hamiltonian_;
  double feed_[3][3][3][3];
};

TEST(Mixing, AgreesWithTheEvolutionInTime) {
  const json document = reference("mixing.json");
  int compared = 0;
  for (const json& point : document.at("points")) {
    const std::string name = point.at("name");
    if (name != "pair 2-3, dM/Gamma ~ 1" && name != "pair 1-2 fed by N_3" &&
        name != "three quasi-degenerate, complex rho0")
      continue;
    SCOPED_TRACE(name);
    ++compared;
    const auto c = couplings_from<2>(point.at("input"));
    const NeutrinoMixing m = mixing_of(c);
    const Matrix3c rho_0 = matrix_from(point.at("input").at("rho0"));
    const Evolution evolution(c, m);
    Eigen::VectorXd y = Eigen::VectorXd::Zero(36);
    Eigen::Map<Matrix3c>(reinterpret_cast<Complex*>(y.data())) = rho_0;
    OdeOptions options;
    options.rtol = 1e-12;
    options.atol = Eigen::VectorXd::Constant(36, 1e-14);
    options.atol.tail<18>() /= m.width.diagonal().minCoeff();
    options.max_steps = 2000000;
    OdeSolver solver;
    const double gone = 80.0 / m.width.diagonal().minCoeff();
    const OdeSolution solution = solver.integrate(evolution, 0.0, y, gone, options);
    ASSERT_EQ(solution.end, OdeEnd::reached_t_end);
    const Matrix3c integral =
        Eigen::Map<const Matrix3c>(reinterpret_cast<const Complex*>(solution.y.data()) + 9);
    const Matrix3c x = integrated_density(m, rho_0, Cascades::followed);
    EXPECT_LE((integral - x).cwiseAbs().maxCoeff(), 1e-8 * x.cwiseAbs().maxCoeff());
    const Eigen::Array3d s = cp_source(m, x).total();
    EXPECT_LE((cp_source(m, integral).total() - s).abs().maxCoeff(), 1e-8 * s.abs().maxCoeff());
  }
  EXPECT_EQ(compared, 3);
}

/// The largest change of S between neighbours of a scan, relative to the largest S there; x in [-1, 1] on a
/// grid that is fine near 0.
template <class Source>
double largest_jump(const Source& source) {
  std::vector<double> grid = {0.0};
  for (double exponent = -15.0; exponent <= 0.0; exponent += 0.05)
    for (double sign : {-1.0, 1.0}) grid.push_back(sign * std::pow(10.0, exponent));
  std::sort(grid.begin(), grid.end());
  double jump = 0.0, largest = 0.0;
  Eigen::Array3d last;
  for (std::size_t n = 0; n < grid.size(); ++n) {
    const Eigen::Array3d s = source(grid[n]);
    EXPECT_TRUE(s.allFinite()) << grid[n];
    if (n > 0) jump = std::max(jump, (s - last).abs().maxCoeff());
    largest = std::max(largest, s.abs().maxCoeff());
    last = s;
  }
  return jump / largest;
}

TEST_F(RandomNeutrinos, AreContinuousAcrossADegeneracy) {
  // Two levels cross: the states keep their couplings and change their numbers.
  for (const bool massless : {false, true})
    for (const int first : {0, 1}) {
      Couplings c = draw(first == 0 ? Eigen::Vector3d{1.0, 1.0, 1.6} : Eigen::Vector3d{1.0, 1.6, 1.6});
      if (massless) c.scalar_mass = {0.0, 0.0};
      const Matrix3c rho_0 = draw_state();
      const double at = c.mass(first);
      const double jump = largest_jump([&](double x) {
        Couplings d = c;
        Matrix3c rho_d = rho_0;
        d.mass(first) = at;
        d.mass(first + 1) = at * (1.0 + 0.1 * std::abs(x));
        if (x < 0.0) {
          Eigen::PermutationMatrix<3> swap(
              Eigen::Vector3i(first == 0 ? 1 : 0, first == 0 ? 0 : 2, first == 0 ? 2 : 1));
          d.dirac_yukawa = c.dirac_yukawa * swap;
          for (auto& y : d.scalar_yukawa) y = (swap.transpose() * y * swap).eval();
          rho_d = swap.transpose() * rho_0 * swap;
        }
        return source(d, rho_d);
      });
      EXPECT_LT(jump, 0.1) << massless << first;
    }
}

TEST_F(RandomNeutrinos, AreContinuousAcrossAThreshold) {
  // N_3 -> N_1 phi opens, apart from and inside of windows.
  for (const Eigen::Vector3d& mass : {Eigen::Vector3d{1.0, 1.7, 2.6}, Eigen::Vector3d{1.0, 1.0003, 2.0},
                                      Eigen::Vector3d{1.0, 1.8, 1.8005}, Eigen::Vector3d{1.0, 1.05, 1.1}}) {
    const Couplings c = draw(mass);
    const Matrix3c rho_0 = draw_state();
    const double jump = largest_jump([&](double x) {
      Couplings d = c;
      d.scalar_mass[0] = (mass(2) - mass(0)) * (1.0 + 0.5 * x);
      return source(d, rho_0);
    });
    EXPECT_LT(jump, 0.1) << mass.transpose();
  }
}

TEST_F(RandomNeutrinos, AreContinuousAtTheEdgeOfTheWindow) {
  const Couplings c = draw({1.0, 1.6, 1.6});
  const double edge = 1.6 * 1.1 / 0.9;  // difference 0.2 of the mean
  const double jump = largest_jump([&](double x) {
    Couplings d = c;
    d.mass(2) = edge * (1.0 + 1e-3 * x);
    return source(d, Matrix3c::Identity());
  });
  EXPECT_LT(jump, 0.005);
}

TEST_F(RandomNeutrinos, NeedAWidthToDecay) {
  // Gamma_3 -> 0: what one N_3 makes has a limit. Exactly 0: not there, no objection; there, no answer.
  const Eigen::Vector3d mass(1.0, 1.8, 1.8005);
  const Couplings c = draw(mass);
  const auto faded = [&](double factor) {
    Couplings d = c;
    d.dirac_yukawa.col(2) *= factor;
    for (auto& y : d.scalar_yukawa) {
      y.row(2) *= factor;
      y.col(2) *= factor;
    }
    return d;
  };
  const Matrix3c without = Eigen::Vector3cd(0.5, 0.5, 0.0).asDiagonal(), with = Matrix3c::Identity() * 0.5;
  const Eigen::Array3d limit = source(faded(1e-8), with), closer = source(faded(1e-10), with);
  EXPECT_LE((limit - closer).abs().maxCoeff(), 1e-6 * limit.abs().maxCoeff());
  EXPECT_TRUE(source(faded(0.0), without).allFinite());
  EXPECT_FALSE(source(faded(0.0), with).allFinite());
}

}  // namespace
}  // namespace mutauscan
