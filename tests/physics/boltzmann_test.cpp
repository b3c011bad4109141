#include "mutauscan/physics/boltzmann.hpp"

#include "benchmark_case.hpp"
#include "mutauscan/core/constants.hpp"
#include "mutauscan/physics/rates.hpp"
#include "near.hpp"

namespace mutauscan {
namespace {

/// Settings of numbers that were computed with the high-temperature form of the potential and single
/// neutrinos.
ModelSettings before_loops_and_mixing() {
  ModelSettings settings;
  settings.coherence = Coherence::none;
  settings.thermal_potential = ThermalPotential::high_temperature;
  return settings;
}

double baryon_asymmetry(const Case& c, double rtol = 1e-9) {
  SolverSettings settings;
  settings.rtol = rtol;
  const PointResult result = evaluate_point(c.point, c.model, settings);
  EXPECT_EQ(result.status, Status::ok) << result.message;
  return result.boltzmann ? result.boltzmann->Y_B : std::nan("");
}

TEST(Boltzmann, AgreesWithTheReferenceSolutions) {
  // The reference starts at H = 1e10 Gamma_phi and states 1e-5. Minor flavours: below 1e-7 of the largest its
  // two CP branches differ by 3e-4.
  for (const auto& c : reference("benchmark.json")) {
    SCOPED_TRACE(c.at("name").get<std::string>());
    constexpr double tolerance = 5e-6;
    const Case point = case_of(c);
    SolverSettings settings;
    settings.rtol = 1e-9;
    settings.atol = 1e-26;  // a billionth of the smallest flavours here
    const PointResult result = evaluate_point(point.point, point.model, settings);
    ASSERT_TRUE(result.boltzmann) << result.message;
    const auto& expected = c.at("columns");
    EXPECT_TRUE(relatively_near(result.boltzmann->Y_B, expected.at("Y_B"), tolerance));
    EXPECT_NEAR(result.boltzmann->Y_B_N1 + result.boltzmann->Y_B_N23, result.boltzmann->Y_B, 1e-20);
    const char* names[] = {"Y_Delta_e", "Y_Delta_mu", "Y_Delta_tau"};
    double largest = 0.0;
    for (const char* name : names) largest = std::max(largest, std::abs(expected.at(name).get<double>()));
    for (int a = 0; a < 3; ++a) {
      const double flavour = expected.at(names[a]);
      EXPECT_TRUE(relatively_near(result.boltzmann->Y_delta(a), flavour,
                                  std::abs(flavour) < 1e-7 * largest ? 5e-4 : 2e-4))
          << names[a];
    }
    const auto& variants = c.at("variants");
    EXPECT_TRUE(relatively_near(baryon_asymmetry(case_of(c, {{"temperature", "fixed_at_TR"}})),
                                variants.at("temperature = fixed_at_TR").at("Y_B"), 1e-4));
    EXPECT_TRUE(relatively_near(baryon_asymmetry(case_of(c, {{"spectators", "none"}})),
                                variants.at("spectators = none").at("Y_B"), tolerance));
  }
}

TEST(Boltzmann, IsFoundToATenThousandthWithDefaultSettings) {
  for (const auto& c : reference("benchmark.json")) {
    SCOPED_TRACE(c.at("name").get<std::string>());
    EXPECT_TRUE(relatively_near(baryon_asymmetry(case_of(c), SolverSettings{}.rtol),
                                baryon_asymmetry(case_of(c)), 1e-4));
  }
}

/// The Universe of the benchmark, to be solved with rates of one's own.
Reheating reheating(double reheating_temperature = ModelPoint{}.T_R) {
  const ModelPoint point;
  return {inflaton_width(reheating_temperature, 106.75),
          point.m_phi,
          106.75,
          constants::sphaleron_temperature,
          Spectators::full,
          28.0 / 79.0};
}

/// Single neutrinos: all the asymmetry they make is in epsilon.
ModelSettings single_neutrinos() {
  ModelSettings settings;
  settings.coherence = Coherence::none;
  return settings;
}

/// The benchmark's neutrinos, frozen at T_R.
NeutrinoRates benchmark_rates(double temperature) {
  const ModelPoint point;
  const ModelSettings settings = single_neutrinos();
  static const Seesaw s = seesaw(point, settings.texture, *light_neutrinos(point, settings));
  static const ThermalHistory history(point, settings, s);
  const HeavyNeutrinos n = heavy_neutrinos(point, s, history.vacuum(point.T_R), point.T_R);
  return neutrino_rates(n, initial_state(point, settings, s, n), settings, temperature);
}

/// They, changed.
template <class Change>
NeutrinoRateFunction changed(Change change) {
  return [change](double t) {
    NeutrinoRates r = benchmark_rates(t);
    change(r);
    return r;
  };
}

BoltzmannResult solve(const NeutrinoRateFunction& rates, double rtol = 1e-9,
                      std::optional<NeutrinoTreatment> treatment = std::nullopt,
                      const BoltzmannObserver& observe = {}, const Reheating& universe = reheating()) {
  OdeSolver solver;
  SolverSettings settings;
  settings.rtol = rtol;
  settings.max_steps = 100000;
  SolverReport report;
  const auto result = solve_boltzmann(universe, {rates, {}}, settings, solver, report, observe, treatment);
  EXPECT_TRUE(result) << (result ? "" : result.failure().message);
  return result ? *result : BoltzmannResult{};
}

/// Weaker couplings: decays are then only 1e7 to 1e9 times faster than the expansion.
void weaken(NeutrinoRates& r, double factor) {
  r.lepton_width *= factor;
  r.scalar_width *= factor;
  r.washout *= factor;
  r.resonant_washout *= factor;
  r.scattering *= factor;
}

TEST(Boltzmann, MakesNothingWithoutCpViolation) {
  const auto symmetric = changed([](NeutrinoRates& r) { r.epsilon.setZero(); });
  EXPECT_EQ(solve(symmetric).Y_delta.norm(), 0.0);
  const auto weak = changed([](NeutrinoRates& r) {
    r.epsilon.setZero();
    weaken(r, 1e-6);
  });
  EXPECT_EQ(solve(weak, 1e-6, NeutrinoTreatment::integrated).Y_delta.norm(), 0.0);
}

TEST(Boltzmann, IsLinearInTheCpAsymmetries) {
  const auto scaled = [](double factor) { return changed([=](NeutrinoRates& r) { r.epsilon *= factor; }); };
  const double one = solve(scaled(1.0)).Y_B;
  EXPECT_TRUE(relatively_near(solve(scaled(-3.0)).Y_B, -3.0 * one, 1e-7));
}

TEST(Boltzmann, ChangesSignWithTheCpBranch) {
  // delta -> 2 pi - delta conjugates all couplings.
  ModelSettings other;
  other.cp_branch = CpBranch::delta_below_pi;
  for (double t_r : {1e4, 5e4, 2e5}) {
    ModelPoint point;
    point.T_R = t_r;
    const double y = evaluate_point(point, {}).boltzmann->Y_B;
    EXPECT_NE(y, 0.0);
    EXPECT_TRUE(relatively_near(evaluate_point(point, other).boltzmann->Y_B, -y, 1e-6)) << t_r;
  }
}

TEST(Boltzmann, DoesNotDependOnWhereItStarts) {
  // At T_R = 1e4 GeV asymmetries are made before H = 1e4 Gamma_phi and survive: it starts earlier by itself.
  // Independent solution started at H = 1e8 Gamma_phi, exact rates: -1.980947385e-11 (rtol 1e-9).
  ModelPoint point;
  point.T_R = 1e4;
  ModelSettings settings = before_loops_and_mixing();
  settings.scatterings = Scatterings::none;
  settings.delta_l2 = DeltaL2::operator_limit;
  SolverSettings fine;
  fine.rtol = 1e-9;
  EXPECT_TRUE(relatively_near(evaluate_point(point, settings, fine).boltzmann->Y_B, -1.980947385e-11, 1e-6));
}

TEST(Boltzmann, WithoutWashOutEqualsTheAnalyticReheatingFactor) {
  // All asymmetry survives: n_Delta a^3 -> -n_phi a^3 sum eps f BR with the number n_phi a^3 of early times,
  // and s a^3 of late times is that of the two-fluid system. The estimate has n_phi/s = 0.75 T_R/m_phi; the
  // system, with T_R where rho_R = rho_phi, 1.466 times as much. (Independent solution: scipy, DOP853, rtol
  // 1e-13.)
  constexpr double n_phi_per_entropy = 1.0998327502;
  const auto free = changed([](NeutrinoRates& r) {
    r.washout.setZero();
    r.resonant_washout.setZero();
    r.scattering.setZero();
    r.delta_l2.setZero();
  });
  ModelSettings frozen = single_neutrinos();
  frozen.temperature = TemperatureMode::fixed_at_TR;
  const double estimate = *evaluate_point({}, frozen).baryon_asymmetry_estimate;
  const double expected = estimate / 0.75 * n_phi_per_entropy * reheating().temperature() / ModelPoint{}.T_R;
  EXPECT_TRUE(relatively_near(solve(free).Y_B, expected, 1e-6));
}

TEST(Boltzmann, IntegratesNeutrinosAsItEliminatesThem) {
  const auto weak = changed([](NeutrinoRates& r) { weaken(r, 1e-4); });
  const BoltzmannResult full = solve(weak, 1e-8, NeutrinoTreatment::integrated);
  const BoltzmannResult eliminated = solve(weak, 1e-8, NeutrinoTreatment::quasi_steady);
  EXPECT_EQ(full.treatment, NeutrinoTreatment::integrated);
  EXPECT_TRUE(relatively_near(full.Y_B, eliminated.Y_B, 1e-5));
  EXPECT_TRUE(relatively_near(full.Y_B_N1, eliminated.Y_B_N1, 1e-5));
  for (int a = 0; a < 3; ++a) EXPECT_TRUE(relatively_near(full.Y_delta(a), eliminated.Y_delta(a), 1e-4)) << a;
}

TEST(Boltzmann, ChoosesTheTreatmentByTheErrorOfElimination) {
  // Weaker by 1e5 elimination would be wrong by about 1e-5, by 1e6 by 1e-4: then N_1 is integrated, and the
  // choice agrees with the full equations.
  for (double factor : {1e-5, 1e-6, 1e-7}) {
    const auto weak = changed([=](NeutrinoRates& r) { weaken(r, factor); });
    const BoltzmannResult chosen = solve(weak, 1e-8);
    const BoltzmannResult full = solve(weak, 1e-8, NeutrinoTreatment::integrated);
    EXPECT_TRUE(relatively_near(chosen.Y_B, full.Y_B, 2e-5)) << factor;
    if (factor < 1e-5) {
      EXPECT_EQ(chosen.treatment, NeutrinoTreatment::integrated);
    }
  }
}

TEST(Boltzmann, ConservesEnergyWithSlowNeutrinos) {
  // Neutrinos that live as long as the inflaton: d(rho a^3)/du = -(rho_R + 3 p_N) a^3, integrated along the
  // path (trapezoids between steps, hence 1e-3), and a^4 rho_R constant once all has decayed.
  const auto slow = changed([](NeutrinoRates& r) { weaken(r, 1e-11); });
  double integral = 0.0, last_u = 0.0, last_pressure = 0.0, first = -1.0, energy = 0.0, late = 0.0;
  double largest_share = 0.0;
  solve(slow, 1e-8, NeutrinoTreatment::integrated, [&](const BoltzmannSnapshot& s) {
    const double volume = std::exp(3.0 * s.log_scale_factor);
    const double neutrinos = s.neutrino_energy.sum();
    energy = (s.inflaton_energy + s.radiation_energy + neutrinos) * volume;
    largest_share = std::max(largest_share, neutrinos * volume / energy);
    const double pressure = (s.radiation_energy + 3.0 * s.neutrino_pressure.sum()) * volume;
    if (first < 0.0)
      first = energy;
    else
      integral += 0.5 * (pressure + last_pressure) * (s.log_scale_factor - last_u);
    last_u = s.log_scale_factor;
    last_pressure = pressure;
    if (s.temperature > 300.0) late = s.radiation_energy * volume * std::exp(s.log_scale_factor);
    if (s.temperature < 200.0) {
      EXPECT_TRUE(relatively_near(s.radiation_energy * volume * std::exp(s.log_scale_factor), late, 1e-6));
    }
  });
  EXPECT_GT(largest_share, 0.1);  // they do matter
  EXPECT_TRUE(relatively_near(energy + integral, first, 1e-3));
}

TEST(Boltzmann, ConvergesWithItsTolerance) {
  const double exact = solve(benchmark_rates, 1e-12).Y_B;
  for (double rtol : {1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10})
    EXPECT_LT(std::abs(solve(benchmark_rates, rtol).Y_B / exact - 1.0), 100.0 * rtol) << rtol;
}

TEST(Boltzmann, StopsWhereADecayOpens) {
  // A point of the benchmark box at which N_2 -> N_1 sigma closes on the way down: widths and asymmetries
  // have a root there. If the rates do not tell where, steps shrink towards it.
  ModelPoint point;
  point.lambda_phi_sigma = -1.998e-3;
  point.h_etau = 0.6235;
  point.M_mutau = 5.436e6;
  point.T_R = 7.508e4;
  point.g_zp = 8.84e-4;
  point.m_zp = 0.1483;
  const ModelSettings settings = before_loops_and_mixing();
  const Seesaw s = seesaw(point, settings.texture, *light_neutrinos(point, settings));
  const ThermalHistory history(point, settings, s);
  const NeutrinoHistory neutrinos = neutrino_history(point, settings, s, history);
  const auto solved = [&](const NeutrinoRateFunction& rates, double rtol) {
    SolverSettings solver_settings;
    solver_settings.rtol = rtol;
    OdeSolver solver;
    SolverReport report;
    const auto result =
        solve_boltzmann(reheating(point.T_R), {rates, neutrinos.kinks}, solver_settings, solver, report);
    EXPECT_TRUE(result);
    return std::pair(result->Y_B, report.statistics.error_test_failures);
  };
  const NeutrinoRateFunction silent = [&](double temperature) {
    NeutrinoRates r = neutrinos.rates(temperature);
    r.threshold.setOnes();
    return r;
  };
  const double exact = solved(neutrinos.rates, 1e-10).first;
  const auto [stopped, failures] = solved(neutrinos.rates, 1e-6);
  EXPECT_LT(std::abs(stopped / exact - 1.0), 1e-6);
  EXPECT_GT(solved(silent, 1e-6).second, failures);
}

TEST(Boltzmann, DelaysNeutrinosThatAreAlmostFast) {
  // N_1 of 1e5 GeV, relativistic and slow enough to shift Y_B by 2e-4.
  ModelPoint point;
  point.lambda_phi_sigma = -0.0001814078339858417;
  point.h_etau = 0.4962425265885025;
  point.M_mutau = 17662403.41147291;
  point.T_R = 11692.70150910697;
  point.g_zp = 0.0005578910604476389;
  point.m_zp = 0.034464493801378;
  const ModelSettings settings;
  const Seesaw s = seesaw(point, settings.texture, *light_neutrinos(point, settings));
  const NeutrinoHistory neutrinos = neutrino_history(point, settings, s, {point, settings, s});
  SolverSettings fine;
  fine.rtol = 1e-8;
  fine.atol = 1e-26;
  const auto solved = [&](std::optional<NeutrinoTreatment> treatment) {
    OdeSolver solver;
    SolverReport report;
    return *solve_boltzmann(reheating(point.T_R), neutrinos, fine, solver, report, {}, treatment);
  };
  const BoltzmannResult chosen = solved(std::nullopt), integrated = solved(NeutrinoTreatment::integrated);
  EXPECT_EQ(chosen.treatment, NeutrinoTreatment::delayed);
  EXPECT_TRUE(relatively_near(chosen.Y_B, integrated.Y_B, 3e-7));  // found: 2e-8
  for (int a = 0; a < 2; ++a)
    EXPECT_TRUE(relatively_near(chosen.Y_delta(a), integrated.Y_delta(a), 1e-5)) << a;
  EXPECT_FALSE(relatively_near(solved(NeutrinoTreatment::quasi_steady).Y_B, integrated.Y_B, 3e-5));
}

TEST(Boltzmann, ChoosesWhoIsSlowWhateverTheTolerance) {
  for (double factor : {1e-4, 1e-5, 1e-6}) {
    const auto weak = changed([=](NeutrinoRates& r) { weaken(r, factor); });
    for (double rtol : {1e-4, 1e-8})
      EXPECT_EQ(solve(weak, rtol).treatment, solve(weak, 1e-6).treatment) << factor << " " << rtol;
  }
}

TEST(Boltzmann, KeepsLossesPositiveWhereTheyVanish) {
  // Loss of N_1 falls by a factor 1e7 towards the temperature, 427 GeV, at which <sigma> vanishes. A table
  // that is accurate relative to the largest value only has it negative there: N_1 then multiplied, and made
  // Y_B = 4e-8 of nothing.
  ModelPoint point;
  point.lambda_phi_sigma = -0.8177697723321559;
  point.h_etau = 0.13799913588723192;
  point.M_mutau = 251714.70490332987;
  point.T_R = 447440.67245468573;
  point.g_zp = 0.04021940097197354;
  point.m_zp = 0.003612082767998268;
  point.m_phi = 20223362541.801697;
  point.lambda_sigma = 2.9791579229816845e-07;
  point.vev_ratio = 0.5199252077737622;
  point.relative_vev_phase = 1.5580381412999935;
  point.theta23_deg = 46.02774610531376;
  const PointResult result = evaluate_point(point, before_loops_and_mixing());
  ASSERT_TRUE(result.boltzmann) << result.message;
  EXPECT_EQ(result.boltzmann->treatment, NeutrinoTreatment::integrated);
  EXPECT_LT(std::abs(result.boltzmann->Y_B), 1e-20);  // the absolute tolerance
}

TEST(Boltzmann, KeepsErrorsThatNothingWashesOutAnyMore) {
  // The muon's wash-out falls from 1e6 per e-fold to none where <sigma> vanishes, and the asymmetry that is
  // left there stays. An estimate that counts on wash-out after the step would allow a step across: Y_B =
  // 1e-18.
  ModelPoint point;
  point.lambda_phi_sigma = -0.887469659327713;
  point.h_etau = 0.1712142021388734;
  point.M_mutau = 21678449.45637088;
  point.T_R = 314.71556056162467;
  point.g_zp = 0.0020823173900011596;
  point.m_zp = 0.024237001217885787;
  point.m_phi = 10247697963.185259;
  point.lambda_sigma = 1.0280076759935471e-06;
  point.vev_ratio = 0.01201969674879079;
  point.relative_vev_phase = 5.666639215518743;
  point.theta23_deg = 50.74057569515751;
  // By elimination, whatever the lag of neutrinos near that temperature asks for.
  const ModelSettings settings = before_loops_and_mixing();
  const Seesaw s = seesaw(point, settings.texture, *light_neutrinos(point, settings));
  const NeutrinoHistory neutrinos = neutrino_history(point, settings, s, {point, settings, s});
  Reheating universe = reheating(point.T_R);
  universe.inflaton_mass = point.m_phi;
  const auto y_b = [&](double rtol, double atol) {
    SolverSettings solver_settings;
    solver_settings.rtol = rtol;
    solver_settings.atol = atol;
    OdeSolver solver;
    SolverReport report;
    const auto result = solve_boltzmann(universe, neutrinos, solver_settings, solver, report, {},
                                        NeutrinoTreatment::quasi_steady);
    EXPECT_TRUE(result);
    return result->Y_B;
  };
  const double exact = y_b(1e-9, 1e-26);
  EXPECT_NEAR(y_b(SolverSettings{}.rtol, SolverSettings{}.atol), exact, 1e-20);
  EXPECT_GT(std::abs(exact), 3e-17);
}

TEST(Boltzmann, FailsOnARateThatIsNotANumber) {
  for (double below : {1e4, 1e3})  // while asymmetries are made, and after
    for (auto treatment : {NeutrinoTreatment::quasi_steady, NeutrinoTreatment::integrated}) {
      const NeutrinoRateFunction rates = [below](double temperature) {
        NeutrinoRates r = benchmark_rates(temperature);
        if (temperature < below) r.epsilon(0, 1) = std::nan("");
        return r;
      };
      OdeSolver solver;
      SolverReport report;
      const auto result = solve_boltzmann(reheating(), {rates, {}}, {}, solver, report, {}, treatment);
      EXPECT_FALSE(result) << below;
    }
}

TEST(Boltzmann, ReportsWhatStoppedIt) {
  SolverSettings few;
  few.max_steps = 5;
  const PointResult result = evaluate_point({}, {}, few);
  EXPECT_EQ(result.status, Status::solver_step_limit);
  EXPECT_EQ(result.stage, Stage::boltzmann);
  EXPECT_NE(result.message.find("T ="), std::string::npos);
  EXPECT_FALSE(result.boltzmann);
  EXPECT_TRUE(result.baryon_asymmetry_estimate);
  EXPECT_EQ(result.solver.statistics.steps, 5);
  EXPECT_GT(result.solver.last_temperature, ModelPoint{}.T_R);
  SolverSettings brief;
  brief.point_time_limit_s = 0.0;
  EXPECT_EQ(evaluate_point({}, {}, brief).status, Status::solver_time_limit);
}

/// Thermal leptogenesis by one N of mass M, decay parameter K = Gamma/H(M), no asymmetry but its own, after
/// an inflaton that reheats far above M and makes no N: the setting of Buchmueller, Di Bari, Pluemacher
/// hep-ph/0401240. Returns the efficiency kappa: N_{B-L} = kappa epsilon n_N(hot).
double efficiency(double k) {
  constexpr double mass = 1e8, g = 106.75, pi = 3.14159265358979323846;
  const double hubble = hubble_rate(radiation_energy(mass, g));
  Reheating universe = reheating(30.0 * mass);
  universe.spectators = Spectators::none;
  const NeutrinoRateFunction one = [=](double t) {
    NeutrinoRates r{};
    r.mass << mass, 1e6 * mass, 2e6 * mass;
    r.mass_slope.setZero();
    r.lepton_width << k * hubble, 1e9 * hubble, 1e9 * hubble;
    r.scalar_width.setZero();
    r.epsilon.setZero();
    r.epsilon(0, 0) = 1e-6;
    for (int i = 0; i < 3; ++i) {
      const ThermalDistribution d = thermal_distribution(r.mass(i) / t);
      r.dilation(i) = d.dilation;
      r.equilibrium(i) = d.scaled_density * t * t * t;
    }
    r.washout.setZero();
    // W_ID = (1/4) K z^3 K_1: leptons with Maxwell-Boltzmann statistics there, 12/pi^2 more here
    r.washout(0, 0) = 0.5 * pi * pi / 12.0 * r.equilibrium(0) * r.dilation(0) * r.lepton_width(0);
    r.resonant_washout.setZero();
    r.scattering.setZero();
    r.delta_l2.setZero();
    return r;
  };
  const BoltzmannResult result = solve(one, 1e-10, std::nullopt, {}, universe);
  const double hot = 2.0 / (pi * pi) / (2.0 * pi * pi / 45.0 * g);  // n_N/s at T >> M
  return -result.Y_delta.sum() / (1e-6 * hot);
}

TEST(ThermalLeptogenesis, HasThePublishedEfficiency) {
  // The equations of hep-ph/0401240 (decays and inverse decays, vanishing initial abundance), solved
  // independently (scipy, Radau, rtol 1e-9). Weak wash-out is a cancellation of 1 : K^2 between production
  // and decay, of which the deviation from equilibrium is integrated: that costs accuracy, about rtol/K^2.
  const std::pair<double, double> exact[] = {
      {1e-3, -1.37947504e-6}, {1e-2, -1.30874314e-4}, {0.1, -8.76603550e-3},  {1.0, -0.137769126},
      {10.0, -0.0315990836},  {30.0, -8.22139171e-3}, {100.0, -2.04029058e-3}};
  for (const auto& [k, kappa] : exact)
    EXPECT_TRUE(relatively_near(efficiency(k), -kappa, k < 0.01 ? 5e-3 : 1e-4)) << k;
}

TEST(ThermalLeptogenesis, FollowsThePublishedFormula) {
  // kappa = kappa_- + kappa_+ of hep-ph/0401240, section 4, z_B(K) its eq. for the freeze-out: «accurate
  // within 30 %» is what its authors say of such formulas; the weak limit (9 pi^2/64) K^2 is exact.
  const double pi = std::acos(-1.0);
  const auto formula = [pi](double k) {
    const double n_k = 9.0 * pi / 16.0 * k;  // N(K), abundance without wash-out
    const double n_bar = n_k / std::pow(1.0 + std::sqrt(n_k / 0.75), 2);
    const double z_b =
        1.0 + 0.5 * std::log1p(pi * k * k / 1024.0 * std::pow(std::log(3125.0 * pi * k * k / 1024.0), 5));
    const double minus = -2.0 * std::exp(-2.0 / 3.0 * n_k) * std::expm1(2.0 / 3.0 * n_bar);
    const double plus = -2.0 / (z_b * k) * std::expm1(-2.0 / 3.0 * z_b * k * n_bar);
    return minus + plus;
  };
  for (double k : {10.0, 30.0, 100.0}) EXPECT_TRUE(relatively_near(efficiency(k), formula(k), 0.3)) << k;
  EXPECT_TRUE(relatively_near(efficiency(1e-3), 9.0 * pi * pi / 64.0 * 1e-6, 0.01));
}

/// Light, weakly coupled neutrinos from a heavy inflaton.
ModelPoint boosted_neutrinos(ModelSettings& settings, double inflaton_mass) {
  settings.texture = Texture::none;
  ModelPoint point;
  point.lambda_phi_sigma = 5.816043843281274e-4;
  point.T_R = 2217.7380015398608;
  point.g_zp = 3.2217521735677434e-5;
  point.m_zp = 5.799996056133229;
  point.delta_deg = 246.6211509984001;
  point.eta2_deg = 73.33201691452842;
  point.eta3_deg = 18.41748754230519;
  point.lambda_e = 5.496621298589792e-07;
  point.lambda_mu = 1.9731531045600877e-07;
  point.lambda_sigma = 0.00047637986606918965;
  point.lambda_tau = 4.600973800431028e-07;
  point.m_lightest_eV = 0.0016563661561346834;
  point.vev_ratio = 0.11278773778005208;
  point.m_phi = inflaton_mass;
  return point;
}

TEST(Boltzmann, LetsNumberAndEnergyOfNeutrinosVanishTogether) {
  // Once next to none is left of a fast neutrino, its number and its energy are noise; if the one decays at a
  // rate that the other sets, steps shrink to 1e-7 for some tolerances and not for others.
  ModelSettings settings;
  const ModelPoint point = boosted_neutrinos(settings, 1e13);
  SolverSettings precise;
  precise.rtol = 1e-9;
  precise.max_steps = 100000;
  const PointResult exact = evaluate_point(point, settings, precise);
  ASSERT_TRUE(exact.boltzmann) << exact.message;
  for (double rtol : {1e-5, 3e-6, 2e-6, 1e-6, 7e-7, 5e-7, 1e-7}) {
    SolverSettings solver;
    solver.rtol = rtol;
    const PointResult result = evaluate_point(point, settings, solver);
    ASSERT_TRUE(result.boltzmann) << rtol << " " << result.message;
    EXPECT_TRUE(relatively_near(result.boltzmann->Y_B, exact.boltzmann->Y_B, 1e-3)) << rtol;
    EXPECT_LT(result.solver.statistics.steps, 5000) << rtol;
  }
}

TEST(Boltzmann, SaysWhereASourceIsNarrowerThanItResolves) {
  // The U(1) breaks near 426 GeV, or 535 GeV to two loops, where masses change by orders of magnitude within
  // 1e-8 of an e-fold: less than neutrinos take to decay there, so that neither populations in balance nor
  // tables of slow neutrinos hold. Y_B from nodes that pass over it depended on T_R, by ten orders of
  // magnitude.
  ModelPoint point;
  point.lambda_phi_sigma = 1e-6;
  point.h_etau = 1.4;
  point.M_mutau = 30.0;
  point.g_zp = 1e-8;
  point.m_zp = 1e-12;
  point.lambda_sigma = 3e-12;
  point.lambda_large = 6e-3;
  point.vev_ratio = 1e-4;
  point.m_phi = 1e14;
  for (auto potential :
       {ThermalPotential::high_temperature, ThermalPotential::one_loop, ThermalPotential::two_loop})
    for (auto coherence : {Coherence::none, Coherence::density_matrix})
      for (double t_r : {1e6, 1e9, 1e12}) {
        ModelSettings settings;
        settings.thermal_potential = potential;
        settings.coherence = coherence;
        point.T_R = t_r;
        EXPECT_EQ(evaluate_point(point, settings).status, Status::solver_failed)
            << name_of(potential) << " " << name_of(coherence) << " " << t_r;
      }
}

TEST(Boltzmann, NoAnswerComesFromThePlasmaOfTheStart) {
  // m_phi = 1e18 GeV: neutrinos so fast that they do not decay. 1e13: they do, in time.
  ModelSettings settings;
  for (double rtol : {1e-5, 1e-6, 1e-8}) {
    SolverSettings solver;
    solver.rtol = rtol;
    const ModelPoint point = boosted_neutrinos(settings, 1e18);
    EXPECT_EQ(evaluate_point(point, settings, solver).status, Status::depends_on_start) << rtol;
  }
  const ModelPoint point = boosted_neutrinos(settings, 1e13);
  SolverSettings earlier;
  earlier.earlier_start = 4.0;
  const PointResult result = evaluate_point(point, settings),
                    other = evaluate_point(point, settings, earlier);
  ASSERT_TRUE(result.boltzmann && other.boltzmann) << result.message << other.message;
  EXPECT_TRUE(relatively_near(other.boltzmann->Y_B, result.boltzmann->Y_B, 1e-4));
}

TEST(Boltzmann, IntegratesAllNeutrinosIfAsked) {
  SolverSettings settings;
  settings.neutrinos = NeutrinoEquations::integrated;
  const PointResult integrated = evaluate_point({}, {}, settings), chosen = evaluate_point({}, {});
  ASSERT_TRUE(integrated.boltzmann && chosen.boltzmann) << integrated.message;
  EXPECT_EQ(integrated.boltzmann->treatment, NeutrinoTreatment::integrated);
  EXPECT_EQ(chosen.boltzmann->treatment, NeutrinoTreatment::quasi_steady);
  EXPECT_TRUE(relatively_near(integrated.boltzmann->Y_B, chosen.boltzmann->Y_B, 1e-4));
}

TEST(Boltzmann, RefusesCpAsymmetriesAboveOne) {
  for (double size : {0.9, 1.1}) {
    const auto rates =
        changed([=](NeutrinoRates& r) { r.epsilon *= size / r.epsilon.abs().colwise().sum().maxCoeff(); });
    OdeSolver solver;
    SolverReport report;
    const auto result = solve_boltzmann(reheating(), {rates, {}}, {}, solver, report);
    EXPECT_EQ(bool(result), size < 1.0);
    if (!result) {
      EXPECT_EQ(result.failure().status, Status::unphysical_asymmetry);
    }
  }
}

}  // namespace
}  // namespace mutauscan
