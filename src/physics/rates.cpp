#include "mutauscan/physics/rates.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <boost/math/quadrature/gauss_kronrod.hpp>

#include "mutauscan/numerics/bessel.hpp"
#include "mutauscan/numerics/piecewise_chebyshev.hpp"
#include "mutauscan/physics/running_couplings.hpp"

namespace mutauscan {
namespace {

using std::numbers::pi;

constexpr double table_tolerance = 3e-8;
constexpr double table_z_min = 1e-2, table_z_max = 100.0;
constexpr double ratio_z_max = 100.0;  // beyond, the Delta L = 2 ratio is 1 + O(1/z^2)

/// Tables here are met relative to each component, or absolutely where f gives logarithms.
PiecewiseChebyshev table_in_log_z(int components, double z_max, bool logarithms,
                                  const std::function<void(double z, double* values)>& f) {
  return {components,
          {std::log(table_z_min), std::log(z_max)},
          [&](double log_z, double* values) { f(std::exp(log_z), values); },
          [=](double, double, const double* largest, double* allowed) {
            for (int i = 0; i < components; ++i)
              allowed[i] = table_tolerance * (logarithms ? 1.0 : largest[i]);
          }};
}

template <class F>
double integrate(F f, double lower, double upper) {
  return boost::math::quadrature::gauss_kronrod<double, 31>::integrate(f, lower, upper, 8, 1e-9);
}

/// e^z/(64 pi^4 z) int_{1 + a} dx sqrt(x) K_1(z sqrt x) sigma_hat(x, x - 1), with w = sqrt x = w_min + t/z. x
/// - 1 is formed without cancellation: for z >> 1 only x - 1 ~ 1/z counts.
template <class CrossSection>
double scaled_reaction_density(double z, double a, CrossSection sigma_hat) {
  const double w_min = std::sqrt(1.0 + a);
  const auto integrand = [&](double t) {
    const double w = w_min + t / z;
    const double above = a + t / z * (2.0 * w_min + t / z);
    return 2.0 * w * w * scaled_bessel_k(z * w).k1 * std::exp(-t) * std::max(0.0, sigma_hat(w * w, above));
  };
  // Infrared cuts make sigma_hat vary on the scale x - 1 ~ a: from there to t = 1 in ln t.
  const double infrared = std::min(1.0, a > 0.0 ? 0.5 * a * z : 0.1 / z);
  const auto in_log_t = [&](double log_t) { return std::exp(log_t) * integrand(std::exp(log_t)); };
  const double integral = integrate(integrand, 0.0, infrared) + integrate(in_log_t, std::log(infrared), 0.0) +
                          integrate(integrand, 1.0, 8.0) + integrate(integrand, 8.0, 50.0);
  return std::exp(-z * a / (1.0 + w_min)) * integral / z / (64.0 * std::pow(pi, 4) * z);
}

}  // namespace

ThermalDistribution thermal_distribution(double z) {
  const ScaledBesselK k = scaled_bessel_k(z);
  return {z * z * k.k2 / (pi * pi), k.k1 / k.k2};
}

ScatteringRates scattering_rates_by_quadrature(double z) {
  static const double lepton_mass_squared = [] {  // m_l^2/T^2
    const RunningCouplings g = plasma_couplings(1e6);
    return (3.0 * g.gauge_2 * g.gauge_2 + g.gauge_y * g.gauge_y) / 32.0;
  }();
  const double a_h = 0.4 / (z * z), a_l = lepton_mass_squared / (z * z);
  ScatteringRates rates{};
  rates.top_s =
      scaled_reaction_density(z, 0.0, [](double x, double y) { return 0.75 / pi * (y / x) * (y / x); });
  rates.top_t = scaled_reaction_density(z, 0.0, [=](double x, double y) {
    return 0.75 / (pi * x) *
           (y * (y - 1.0 + 2.0 * a_h) / (y + a_h) + (1.0 - 2.0 * a_h) * std::log1p(y / a_h));
  });
  // The infrared cut starts the logarithms at their own zero; where the massless formulas turn negative, no
  // rate.
  rates.gauge_s = scaled_reaction_density(z, a_l, [=](double x, double y) {
    return ((y * y + 1.0) * std::log(y / a_l) - y * (y - 1.0)) / (4.0 * pi * x * x);
  });
  const double from_higgs = scaled_reaction_density(z, a_h, [=](double x, double y) {
    return (4.0 / x * (y * std::log(y / a_h) - y) + 2.0 * y - y * y / x) / (8.0 * pi * x);
  });
  const double from_gauge = scaled_reaction_density(z, std::max(a_l, a_h), [=](double x, double y) {
    const double log_l = std::log(y / a_l), log_h = std::log(y / a_h);
    return (4.0 * x / y * (log_l + log_h) + 2.0 * y * log_l) / (8.0 * pi * x);
  });
  rates.gauge_t = 0.5 * (from_higgs + from_gauge);
  return rates;
}

ScatteringRates scattering_rates(double z) {
  // Logarithms, as the rates are powers of z over long stretches; beyond the end the last power continues.
  using Logs = Eigen::Array4d;
  static const PiecewiseChebyshev table = table_in_log_z(4, table_z_max, true, [](double x, double* values) {
    const ScatteringRates r = scattering_rates_by_quadrature(x);
    Eigen::Map<Logs>{values} = Logs(r.top_s, r.top_t, r.gauge_s, r.gauge_t).log();
  });
  const auto at = [](double log_z) {
    Logs values;
    table.evaluate(log_z, values.data());
    return values;
  };
  static const double end = std::log(table_z_max);
  static const Logs power = (at(end) - at(end - 1e-3)) / 1e-3;
  const double log_z = std::log(std::max(z, table_z_min));
  const Logs v = (at(std::min(log_z, end)) + power * std::max(0.0, log_z - end)).exp();
  return {v(0), v(1), v(2), v(3)};
}

double delta_l2_ratio_by_quadrature(double z) {
  // sigma_hat_s/H^2 = [x + x/D + x^2/(2|D|^2) - (1 + (x+1)/D) ln(1+x)]/(2 pi x); for Gamma << M the terms in
  // 1/D are principal values of 1/(x-1), that in 1/|D|^2 minus its on-shell part a finite part of 1/(x-1)^2.
  const auto weight = [z](double x) {
    const double root = z * std::sqrt(x);
    return std::sqrt(x) * scaled_bessel_k(root).k1 * std::exp(-root);
  };
  const auto regular = [&](double x) {
    const double log_over_x = x < 1e-8 ? 1.0 - 0.5 * x : std::log1p(x) / x;
    const double s_channel = (1.0 - log_over_x) / (2.0 * pi);
    const double t_channel = (x / (1.0 + x) + std::log1p(x) / (2.0 + x)) / (2.0 * pi);
    return weight(x) * (s_channel + t_channel);
  };
  const auto simple = [&](double x) {  // times 1/(x-1)
    const double log_over_x = x < 1e-8 ? 1.0 - 0.5 * x : std::log1p(x) / x;
    return weight(x) * (1.0 - (x + 1.0) * log_over_x) / (2.0 * pi);
  };
  const auto twofold = [&](double x) { return weight(x) * 0.25 * x / pi; };  // times 1/(x-1)^2

  // Far from x = 1 everything at once; around it, on (1-d, 1+d), the singular terms folded onto s = |x - 1|.
  constexpr double d = 0.5;
  const auto all = [&](double x) {
    return regular(x) + simple(x) / (x - 1.0) + twofold(x) / ((x - 1.0) * (x - 1.0));
  };
  const auto all_of_w = [&](double w) { return 2.0 * w * all(w * w); };
  double sum = 0.0;
  const double w_low = std::sqrt(1.0 - d), w_high = std::sqrt(1.0 + d);
  const double knee = std::min(w_low, 4.0 / z);
  sum += integrate(all_of_w, 0.0, knee) + (knee < w_low ? integrate(all_of_w, knee, w_low) : 0.0);
  sum += integrate(all_of_w, w_high, w_high + 5.0 / z) +
         integrate(all_of_w, w_high + 5.0 / z, w_high + 50.0 / z);
  sum += integrate(regular, 1.0 - d, 1.0 + d);
  sum += integrate([&](double s) { return (simple(1.0 + s) - simple(1.0 - s)) / s; }, 0.0, d);
  const double at_pole = twofold(1.0);
  sum += integrate([&](double s) { return (twofold(1.0 + s) + twofold(1.0 - s) - 2.0 * at_pole) / (s * s); },
                   0.0, d) -
         2.0 * at_pole / d;
  const double limit = 3.0 / (4.0 * std::pow(pi, 5)) / std::pow(z, 6);  // of gamma/(H^2 M^4)
  return sum / (64.0 * std::pow(pi, 4) * z) / limit;
}

double delta_l2_ratio(double z) {
  static const PiecewiseChebyshev table = table_in_log_z(
      1, ratio_z_max, false, [](double x, double* value) { *value = delta_l2_ratio_by_quadrature(x); });
  const auto at = [](double log_z) {
    double value;
    table.evaluate(log_z, &value);
    return value;
  };
  if (z > ratio_z_max) {
    static const double rest = at(std::log(ratio_z_max)) - 1.0;
    return 1.0 + rest * (ratio_z_max / z) * (ratio_z_max / z);
  }
  return std::max(0.0, at(std::log(std::max(z, table_z_min))));
}

}  // namespace mutauscan
