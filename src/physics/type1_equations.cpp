#include "mutauscan/physics/type1_equations.hpp"

#include <array>
#include <cassert>
#include <chrono>
#include <cmath>
#include <limits>

#include "mutauscan/numerics/bessel.hpp"
#include "mutauscan/numerics/piecewise_chebyshev.hpp"
#include "mutauscan/numerics/radau.hpp"

namespace mutauscan {
namespace {

using radau::stages;

constexpr double z_start = 0.1, z_end = 100.0;
constexpr double longest_step = 0.8;  // in ln z: no hump of a wash-out rate fits between two nodes
constexpr double rounding = 1e-12;    // of a density matrix: no smaller error is asked for
constexpr double table_start = 1e-3, table_end = 700.0;  // of x; e^{-x} vanishes beyond

/// (ln K_1/K_2, ln e^x x^2 K_2) of ln x
const PiecewiseChebyshev& thermal_table() {
  static const PiecewiseChebyshev table(
      2, {std::log(table_start), std::log(table_end)},
      [](double log_x, double* values) {
        const double x = std::exp(log_x);
        const ScaledBesselK k = scaled_bessel_k(x);
        values[0] = std::log(k.k1 / k.k2);
        values[1] = std::log(x * x * k.k2);
      },
      [](double, double, const double*, double* allowed) { allowed[0] = allowed[1] = 1e-13; });
  return table;
}

/// The neutrinos at the start of a step (column 0) and at its nodes: rates per ln z.
struct NeutrinoRow {
  using Array = Eigen::Array<double, 3, stages + 1>;
  Array decay = Array::Zero(), equilibrium = Array::Zero(), washout = Array::Zero(),
        abundance = Array::Zero();
  Eigen::Array<double, 1, stages + 1> z = Eigen::Array<double, 1, stages + 1>::Zero();
};

/// What is the same for all equations of a point.
struct Kinetics {
  int neutrinos;
  Eigen::Array3d decay_parameter, mass_ratio;

  void fill(NeutrinoRow& row, int column, double log_z) const {
    const double z = std::exp(log_z);
    row.z(column) = z;
    for (int i = 0; i < neutrinos; ++i) {
      const double x = z * mass_ratio(i);
      const Type1Thermal thermal = type1_thermal(x);
      row.decay(i, column) = decay_parameter(i) * x * x * thermal.dilation;
      row.equilibrium(i, column) = thermal.equilibrium;
      row.washout(i, column) = 2.0 / 3.0 * row.decay(i, column) * thermal.equilibrium;
    }
  }
};

/// Asymmetries of one, two or three flavours, each with its own equation.
template <int n>
class FlavourDiagonal {
 public:
  static constexpr int size = n;
  using Vector = Eigen::Matrix<double, n, 1>;

  FlavourDiagonal(const Type1Decays& d, int neutrinos) : neutrinos_(neutrinos) {
    for (int i = 0; i < neutrinos; ++i) {
      const Eigen::Vector3d eps = d.epsilon[std::size_t(i)].diagonal().real();
      const Eigen::Vector3d p = d.projection.col(i).cwiseAbs2();
      epsilon_.col(i) = kept(eps);
      probability_.col(i) = kept(p);
    }
  }

  const Eigen::Matrix<double, n, 3>& epsilon() const { return epsilon_; }

  /// One step of M_a = N_a + sum eps N_i from y; returns the error relative to what is allowed.
  double step(double h, const NeutrinoRow& row, const Vector& y, double rtol, double atol,
              radau::Stages<n>& increment) const {
    double worst = 0.0;
    for (int a = 0; a < n; ++a) {
      radau::Nodes rate, target, change;
      double rate_0 = 0.0, target_0 = 0.0;
      rate.setZero();
      target.setZero();
      for (int i = 0; i < neutrinos_; ++i) {
        rate_0 += probability_(a, i) * row.washout(i, 0);
        target_0 += epsilon_(a, i) * row.abundance(i, 0);
        for (int j = 0; j < stages; ++j) {
          rate(j) += probability_(a, i) * row.washout(i, j + 1);
          target(j) += epsilon_(a, i) * row.abundance(i, j + 1);
        }
      }
      const double error = radau::step(h, rate_0, target_0, y(a), rate, target, change);
      increment.row(a) = change.transpose();
      const double largest = std::max(std::abs(y(a)), (change.array() + y(a)).abs().maxCoeff());
      worst = std::max(worst, error / (rtol * largest + atol));
    }
    return worst;
  }

  static Type1Asymmetry result(const Vector& asymmetry) {
    constexpr double unresolved = std::numeric_limits<double>::quiet_NaN();
    Type1Asymmetry r{asymmetry.sum(), Eigen::Array3d::Constant(unresolved)};
    if constexpr (n == 2) r.flavour(flavour::tau) = asymmetry(1);
    if constexpr (n == 3) r.flavour = asymmetry.array();
    return r;
  }

 private:
  /// (total), (e + mu, tau) or (e, mu, tau)
  static Vector kept(const Eigen::Vector3d& v) {
    if constexpr (n == 1) return Vector(v.sum());
    if constexpr (n == 2) return Vector(v(flavour::e) + v(flavour::mu), v(flavour::tau));
    if constexpr (n == 3) return v;
  }

  int neutrinos_;
  Eigen::Matrix<double, n, 3> epsilon_ = Eigen::Matrix<double, n, 3>::Zero();
  Eigen::Matrix<double, n, 3> probability_ = Eigen::Matrix<double, n, 3>::Zero();
};

/// The density matrix of flavours as nine real numbers: ee, mumu, tautau, then real and imaginary parts of
/// emu, etau, mutau.
class DensityMatrix {
 public:
  static constexpr int size = 9;
  using Vector = Eigen::Matrix<double, 9, 1>;
  using Square = Eigen::Matrix<double, 9, 9>;

  DensityMatrix(const Type1Decays& d, int neutrinos, const FlavourDamping& damping) : neutrinos_(neutrinos) {
    for (int i = 0; i < neutrinos; ++i) {
      epsilon_.col(i) = numbers(d.epsilon[std::size_t(i)]);
      const Matrix3c p = d.projection.col(i) * d.projection.col(i).adjoint();
      for (int k = 0; k < 9; ++k) {
        const Matrix3c unit = matrix(Vector::Unit(k));
        washout_[std::size_t(i)].col(k) = numbers(0.5 * (p * unit + unit * p));
      }
    }
    damping_ << 0.0, 0.0, 0.0, damping.mu, damping.mu, damping.tau, damping.tau, damping.tau + damping.mu,
        damping.tau + damping.mu;
  }

  const Eigen::Matrix<double, 9, 3>& epsilon() const { return epsilon_; }

  double step(double h, const NeutrinoRow& row, const Vector& y, double rtol, double atol,
              radau::Stages<9>& increment) const {
    const auto rate_of = [&](double z, const Eigen::Array3d& washout) {
      Square rate = (z * damping_).asDiagonal();
      for (int i = 0; i < neutrinos_; ++i) rate += washout(i) * washout_[std::size_t(i)];
      return rate;
    };
    std::array<Square, stages + 1> rates;        // at the start, then the nodes
    Eigen::Matrix<double, 9, stages + 1> slope;  // towards the target sum eps N_i
    for (int k = 0; k <= stages; ++k) {
      rates[std::size_t(k)] = rate_of(row.z(k), row.washout.col(k));
      slope.col(k) = rates[std::size_t(k)] * (epsilon_ * row.abundance.col(k).matrix() - y);
    }
    const Square least = rate_of(row.z(0), row.washout.rowwise().minCoeff());
    const Vector difference = radau::step<9, 1>(
        h, [&](int node) -> const Square& { return rates[std::size_t(node + 1)]; }, slope.col(0),
        slope.rightCols<stages>(), increment);
    const Vector error = radau::damped<9, 1>(h, least, difference).cwiseAbs();
    // Relative to the asymmetry, of which y may be many times as large while strong wash-out keeps it small:
    // an error in a direction that little washes out stays.
    const auto sum_at_nodes = (increment.colwise() + y).eval();
    const double largest_sum = std::max(y.cwiseAbs().maxCoeff(), sum_at_nodes.cwiseAbs().maxCoeff());
    const double largest =
        (sum_at_nodes - epsilon_ * row.abundance.template rightCols<stages>().matrix()).cwiseAbs().maxCoeff();
    const double allowed = std::max(rtol * largest, std::min(rtol, rounding) * largest_sum) + atol;
    return error.maxCoeff() / allowed;
  }

  static Type1Asymmetry result(const Vector& asymmetry) {
    return {asymmetry.head<3>().sum(), asymmetry.head<3>().array()};
  }

 private:
  static Vector numbers(const Matrix3c& m) {
    Vector v;
    v << m(0, 0).real(), m(1, 1).real(), m(2, 2).real(), m(0, 1).real(), m(0, 1).imag(), m(0, 2).real(),
        m(0, 2).imag(), m(1, 2).real(), m(1, 2).imag();
    return v;
  }
  static Matrix3c matrix(const Vector& v) {
    Matrix3c m;
    const Complex e_mu(v(3), v(4)), e_tau(v(5), v(6)), mu_tau(v(7), v(8));
    m << v(0), e_mu, e_tau, std::conj(e_mu), v(1), mu_tau, std::conj(e_tau), std::conj(mu_tau), v(2);
    return m;
  }

  int neutrinos_;
  Eigen::Matrix<double, 9, 3> epsilon_ = Eigen::Matrix<double, 9, 3>::Zero();
  std::array<Square, 3> washout_;
  Vector damping_;
};

template <class Flavours>
Outcome<Type1Asymmetry> solve(const Kinetics& kinetics, const Flavours& flavours,
                              InitialAbundance initial_abundance, double m1, const SolverSettings& settings,
                              SolverReport& report) {
  constexpr int n = Flavours::size;
  using Vector = Eigen::Matrix<double, n, 1>;
  const radau::Coefficients& coefficients = radau::coefficients();
  const auto& epsilon = flavours.epsilon();
  const double atol = settings.atol, rtol = settings.rtol;

  double t = std::log(z_start), h = 0.1;
  const double t_end = std::log(z_end);
  NeutrinoRow row;
  kinetics.fill(row, 0, t);
  if (initial_abundance == InitialAbundance::thermal) row.abundance.col(0) = row.equilibrium.col(0);
  // The first step resolves the approach to equilibrium, if that is quicker than the expansion.
  h = std::min(h, 0.1 / row.decay.col(0).maxCoeff());
  Vector y = epsilon * row.abundance.col(0).matrix();
  report = {};
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();

  while (t < t_end) {
    if (report.statistics.steps >= long(settings.max_steps)) {
      report.last_temperature = m1 / std::exp(t);
      return Failure{Status::solver_step_limit, "leptogenesis equations: solver.max_steps reached"};
    }
    // A step takes a microsecond, a look at the clock a few per cent of that.
    if (report.statistics.steps % 64 == 63 &&
        std::chrono::duration<double>(Clock::now() - start).count() > settings.point_time_limit_s) {
      report.last_temperature = m1 / std::exp(t);
      return Failure{Status::solver_time_limit, "leptogenesis equations: solver.point_time_limit_s reached"};
    }
    ++report.statistics.steps;
    report.statistics.derivative_calls += stages;
    const bool last = t + h * (1.0 + 1e-12) >= t_end;
    if (last) h = t_end - t;
    for (int j = 0; j < stages; ++j) kinetics.fill(row, j + 1, t + h * coefficients.c(j));

    // Neutrinos, to rtol of themselves, or of the number that would change an asymmetry by as much.
    const Vector asymmetry = y - epsilon * row.abundance.col(0).matrix();
    double worst = 0.0;
    for (int i = 0; i < kinetics.neutrinos; ++i) {
      double matters = std::numeric_limits<double>::infinity();
      for (int a = 0; a < std::min(n, 3); ++a)
        if (epsilon(a, i) != 0.0) matters = std::min(matters, std::abs(asymmetry(a) / epsilon(a, i)));
      if (!std::isfinite(matters)) matters = 1.0;  // nothing depends on it
      const double before = row.abundance(i, 0);
      radau::Nodes change;
      const radau::Nodes rate = row.decay.row(i).tail<stages>().transpose(),
                         target = row.equilibrium.row(i).tail<stages>().transpose();
      const double error =
          radau::step(h, row.decay(i, 0), row.equilibrium(i, 0), before, rate, target, change);
      row.abundance.row(i).tail<stages>() = change.transpose().array() + before;
      const double largest = row.abundance.row(i).abs().maxCoeff();
      worst = std::max(worst, error / (rtol * (largest + 0.1 * matters) + 1e-300));
    }
    radau::Stages<n> increment;
    worst = std::max(worst, flavours.step(h, row, y, rtol, atol, increment));
    if (!std::isfinite(worst))
      return Failure{Status::not_finite, "leptogenesis equations: not a finite number"};

    const double next = std::min(radau::next_step(h, worst), longest_step);
    if (worst > 1.0) {
      ++report.statistics.error_test_failures;
    } else {
      y += increment.col(stages - 1);
      row.decay.col(0) = row.decay.col(stages);
      row.equilibrium.col(0) = row.equilibrium.col(stages);
      row.washout.col(0) = row.washout.col(stages);
      row.abundance.col(0) = row.abundance.col(stages);
      row.z(0) = row.z(stages);
      t = last ? t_end : t + h;
    }
    h = next;
  }
  report.last_temperature = m1 / z_end;
  const Type1Asymmetry result = Flavours::result(y - epsilon * row.abundance.col(0).matrix());
  if (!std::isfinite(result.total))
    return Failure{Status::not_finite, "leptogenesis equations: not a finite number"};
  return result;
}

}  // namespace

Type1Thermal type1_thermal(double x) {
  if (x < table_start || x > table_end) {
    const ScaledBesselK k = scaled_bessel_k(x);
    return {k.k1 / k.k2, x > table_end ? 0.0 : 0.375 * x * x * k.k2 * std::exp(-x)};
  }
  double logs[2];
  thermal_table().evaluate(std::log(x), logs);
  return {std::exp(logs[0]), 0.375 * std::exp(logs[1] - x)};
}

FlavourDamping flavour_damping(double m1) {
  constexpr double planck_mass = 1.22e19;  // not reduced [GeV]
  return {485e-10 * planck_mass / m1, 1.7e-10 * planck_mass / m1};
}

Outcome<Type1Asymmetry> solve_type1_equations(const Type1Couplings& couplings, const Type1Decays& decays,
                                              const Type1Settings& settings, const SolverSettings& solver,
                                              const FlavourDamping& damping, SolverReport& report) {
  const double m1 = couplings.mass(0);
  const auto solve_for = [&](int neutrinos, const auto& flavours) {
    return solve(Kinetics{neutrinos, decays.decay_parameter, couplings.mass.array() / m1}, flavours,
                 settings.initial_abundance, m1, solver, report);
  };
  const auto boltzmann = [&]<int flavours>(int neutrinos) {
    return solve_for(neutrinos, FlavourDiagonal<flavours>(decays, neutrinos));
  };
  const auto density_matrix = [&](int neutrinos) {
    return solve_for(neutrinos, DensityMatrix(decays, neutrinos, damping));
  };
  switch (settings.equations) {
    case Type1Equations::be_1_1f:
      return boltzmann.operator()<1>(1);
    case Type1Equations::be_1_2f:
      return boltzmann.operator()<2>(1);
    case Type1Equations::be_1_3f:
      return boltzmann.operator()<3>(1);
    case Type1Equations::be_2_1f:
      return boltzmann.operator()<1>(2);
    case Type1Equations::be_2_2f: {
      Type1Decays without_e = decays;  // see the header
      for (Matrix3c& epsilon : without_e.epsilon) epsilon(flavour::e, flavour::e) = 0.0;
      return solve_for(2, FlavourDiagonal<2>(without_e, 2));
    }
    case Type1Equations::be_2_3f:
      return boltzmann.operator()<3>(2);
    case Type1Equations::dme_1:
      return density_matrix(1);
    case Type1Equations::dme_2:
      return density_matrix(2);
    case Type1Equations::dme_3:
      return density_matrix(3);
    case Type1Equations::full:
      break;
  }
  assert(!"the full equations are solved by solve_type1");
  return Failure{Status::solver_failed, "not these equations"};
}

}  // namespace mutauscan
