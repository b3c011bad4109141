// Does an answer depend on what it must not depend on? Points many decades wide in every parameter are
// evaluated with default settings, with rtol = 1e-9, from a start four e-folds earlier, and with T_R (1 +
// 1e-9) (mutau); |Y_B| > 1e-14 with status ok must agree. Prints a table, and the indices of the worst points
// to replay.
//
//   consistency [--points N] [--seed S] [--kind mutau|type1] [--accuracy A] [--threads N] [--index I]
//
// Exit code 1 if a point deviates by more than the accuracy, 2: usage.

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "mutauscan/physics/evaluate.hpp"
#include "mutauscan/physics/type1.hpp"
#include "random_points.hpp"

namespace {

using namespace mutauscan;
using namespace mutauscan::consistency;

constexpr double smallest = 1e-14;  // |Y_B| below which a deviation is nobody's concern
constexpr std::array<const char*, 3> comparisons = {"rtol = 1e-9", "start 4 e-folds earlier",
                                                    "T_R (1 + 1e-9)"};

struct Answer {
  Status status;
  double baryons, thermal;  ///< Y_B; M_1/T_R
  bool integrated;
  std::string message;
  double seconds;
};

struct Finding {
  Answer found;
  std::array<std::optional<double>, comparisons.size()> deviation;  ///< relative; none: not both are ok
  std::array<Answer, comparisons.size()> other;
};

Answer answer(const RandomPoint& r, const SolverSettings& settings, OdeSolver& solver) {
  const auto start = std::chrono::steady_clock::now();
  Answer a{Status::crashed, 0.0, 0.0, false, "", 0.0};
  try {
    if (r.is_type1) {
      const Type1PointResult result = evaluate_type1(r.type1, r.type1_settings, r.model, settings, solver);
      a.status = result.status;
      a.message = result.message;
      if (result.asymmetry) a.baryons = result.asymmetry->Y_B;
    } else {
      const PointResult result = evaluate(r.point, r.model, settings, solver);
      a.status = result.status;
      a.message = result.message;
      if (result.boltzmann) {
        a.baryons = result.boltzmann->Y_B;
        a.integrated = result.boltzmann->treatment == NeutrinoTreatment::integrated;
      }
      if (result.heavy) a.thermal = result.heavy->mass(0) / r.point.T_R;
    }
  } catch (const std::exception& error) {
    a.message = error.what();
  }
  a.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return a;
}

/// Most of so wide a box has no solution for a reason of physics, known before any equation is solved: thrown
/// again.
RandomPoint point_of(bool type1, std::uint64_t seed, std::uint64_t index) {
  Dice dice(seed, index);
  RandomPoint r = type1 ? type1_point(dice) : mutau_point(dice);
  OdeSolver solver;
  SolverSettings no_step;
  no_step.max_steps = 1;
  const auto ends_early = [&](Status s) {
    return s == Status::no_texture_solution || s == Status::inflaton_too_light ||
           s == Status::nonperturbative || s == Status::phi_condensed;
  };
  for (int attempt = 0; attempt < 50 && ends_early(answer(r, no_step, solver).status); ++attempt)
    r = type1 ? type1_point(dice) : mutau_point(dice);
  return r;
}

Finding examine(const RandomPoint& r) {
  OdeSolver solver;
  Finding f{answer(r, {}, solver), {}, {}};
  if (f.found.status != Status::ok || std::abs(f.found.baryons) < smallest) return f;
  for (std::size_t k = 0; k < comparisons.size(); ++k) {
    if (k > 0 && r.is_type1) break;  // their starts are fixed by their masses
    RandomPoint changed = r;
    SolverSettings settings;
    if (k == 0) settings.rtol = 1e-9, settings.max_steps = 1000000;
    if (k == 1) settings.earlier_start = 4.0;
    if (k == 2) changed.point.T_R *= 1.0 + 1e-9;
    f.other[k] = answer(changed, settings, solver);
    if (f.other[k].status == Status::ok)
      f.deviation[k] = std::abs(f.other[k].baryons / f.found.baryons - 1.0);
  }
  return f;
}

std::string_view name(Status status) { return status_names[std::size_t(status)].name; }

void print(std::uint64_t index, const Finding& f) {
  std::printf("%8llu %-22.*s Y_B = %-13.6g M1/T_R = %-9.3g %s", static_cast<unsigned long long>(index),
              int(name(f.found.status).size()), name(f.found.status).data(), f.found.baryons, f.found.thermal,
              f.found.integrated ? "integrated " : "");
  for (std::size_t k = 0; k < comparisons.size(); ++k)
    if (f.deviation[k]) std::printf(" %.2e", *f.deviation[k]);
  std::printf(" %s\n", f.found.message.c_str());
}

template <class E>
void print_setting(const char* key, E value) {
  std::printf("%s = \"%.*s\"\n", key, int(name_of(value).size()), name_of(value).data());
}

/// As a config.
void print(const ModelPoint& p, const ModelSettings& m) {
  std::printf("[model]\n");
  print_setting("texture", m.texture);
  print_setting("ordering", m.ordering);
  print_setting("cp_branch", m.cp_branch);
  print_setting("thermal_coefficients", m.thermal_coefficients);
  print_setting("thermal_potential", m.thermal_potential);
  print_setting("coherence", m.coherence);
  print_setting("regulator", m.regulator);
  print_setting("temperature", m.temperature);
  print_setting("spectators", m.spectators);
  print_setting("scatterings", m.scatterings);
  print_setting("delta_l2", m.delta_l2);
  print_setting("scalar_masses", m.scalar_masses);
  std::printf("[parameters]\n");
  const auto number = [](const char* key, double value) { std::printf("%s = %.17g\n", key, value); };
  number("lambda_phi_sigma", p.lambda_phi_sigma), number("T_R", p.T_R), number("g_zp", p.g_zp),
      number("m_zp", p.m_zp);
  number("lambda_sigma", p.lambda_sigma), number("vev_ratio", p.vev_ratio), number("m_phi", p.m_phi);
  number("relative_vev_phase", p.relative_vev_phase);
  number("f_N1", p.f_N1), number("f_N2", p.f_N2), number("f_N3", p.f_N3);
  number("theta23_deg", p.theta23_deg), number("dm3l_eV2", p.dm3l_eV2);
  if (m.texture == Texture::none) {
    number("delta_deg", p.delta_deg), number("eta2_deg", p.eta2_deg), number("eta3_deg", p.eta3_deg);
    number("m_lightest_eV", p.m_lightest_eV);
    number("lambda_e", p.lambda_e), number("lambda_mu", p.lambda_mu), number("lambda_tau", p.lambda_tau);
  } else {
    number("h_etau", p.h_etau), number("M_mutau", p.M_mutau), number("lambda_large", p.lambda_large);
  }
}

void print(const Type1Point& p, const Type1Settings& t, const ModelSettings& m) {
  std::printf("[model]\nkind = \"type1\"\n");
  print_setting("equations", t.equations);
  print_setting("initial_abundance", t.initial_abundance);
  print_setting("ordering", m.ordering);
  print_setting("regulator", m.regulator);
  print_setting("spectators", m.spectators);
  print_setting("scatterings", m.scatterings);
  print_setting("delta_l2", m.delta_l2);
  std::printf("[parameters]\n");
  const auto number = [](const char* key, double value) { std::printf("%s = %.17g\n", key, value); };
  number("m", p.m), number("M1", p.M1), number("M2", p.M2), number("M3", p.M3);
  number("delta", p.delta), number("a21", p.a21), number("a31", p.a31);
  number("x1", p.x1), number("y1", p.y1), number("x2", p.x2), number("y2", p.y2), number("x3", p.x3),
      number("y3", p.y3);
  number("t12", p.t12), number("t13", p.t13), number("t23", p.t23);
}

struct Options {
  std::uint64_t points = 20000, seed = 1;
  bool type1 = false;
  double accuracy = 1e-3;
  unsigned threads = 1;
  std::optional<std::uint64_t> index;
};

std::optional<Options> parse(int argc, char** argv) {
  Options o;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string key = argv[i], value = argv[i + 1];
    if (key == "--points")
      o.points = std::strtoull(value.c_str(), nullptr, 10);
    else if (key == "--seed")
      o.seed = std::strtoull(value.c_str(), nullptr, 10);
    else if (key == "--accuracy")
      o.accuracy = std::strtod(value.c_str(), nullptr);
    else if (key == "--threads")
      o.threads = unsigned(std::strtoul(value.c_str(), nullptr, 10));
    else if (key == "--index")
      o.index = std::strtoull(value.c_str(), nullptr, 10);
    else if (key == "--kind" && (value == "mutau" || value == "type1"))
      o.type1 = value == "type1";
    else
      return std::nullopt;
  }
  if (argc % 2 == 0) return std::nullopt;
  return o;
}

int replay(const Options& o) {
  const RandomPoint r = point_of(o.type1, o.seed, *o.index);
  r.is_type1 ? print(r.type1, r.type1_settings, r.model) : print(r.point, r.model);
  const Finding f = examine(r);
  print(*o.index, f);
  for (std::size_t k = 0; k < comparisons.size(); ++k)
    std::printf("%-24s %.*s Y_B = %.9g  %s\n", comparisons[k], int(name(f.other[k].status).size()),
                name(f.other[k].status).data(), f.other[k].baryons, f.other[k].message.c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::optional<Options> parsed = parse(argc, argv);
  if (!parsed) {
    std::fprintf(stderr,
                 "consistency [--points N] [--seed S] [--kind mutau|type1] [--accuracy A] [--threads N] "
                 "[--index I]\n");
    return 2;
  }
  const Options& o = *parsed;
  if (o.index) return replay(o);

  std::vector<Finding> findings(o.points);
  std::atomic<std::uint64_t> next{0};
  std::vector<std::jthread> workers;
  for (unsigned t = 0; t < std::max(o.threads, 1u); ++t)
    workers.emplace_back([&] {
      for (std::uint64_t i = next++; i < o.points; i = next++)
        findings[i] = examine(point_of(o.type1, o.seed, i));
    });
  workers.clear();

  std::map<Status, std::uint64_t> counts;
  double slowest = 0.0;
  std::uint64_t slowest_index = 0;
  for (std::uint64_t i = 0; i < o.points; ++i) {
    const Finding& f = findings[i];
    ++counts[f.found.status];
    if (f.found.seconds > slowest) slowest = f.found.seconds, slowest_index = i;
    if (status_names[std::size_t(f.found.status)].is_defect) print(i, f);
  }
  std::printf("%llu points of kind %s, seed %llu\n", static_cast<unsigned long long>(o.points),
              o.type1 ? "type1" : "mutau", static_cast<unsigned long long>(o.seed));
  for (const auto& [status, count] : counts)
    std::printf("  %-24.*s %8llu\n", int(name(status).size()), name(status).data(),
                static_cast<unsigned long long>(count));
  std::printf("  slowest: %.2f s, index %llu\n", slowest, static_cast<unsigned long long>(slowest_index));

  bool good = true;
  for (std::size_t k = 0; k < comparisons.size(); ++k) {
    std::vector<std::uint64_t> compared;
    std::uint64_t failed = 0;
    for (std::uint64_t i = 0; i < o.points; ++i)
      if (findings[i].deviation[k])
        compared.push_back(i);
      else if (findings[i].found.status == Status::ok && !findings[i].other[k].message.empty())
        ++failed;
    const auto deviation = [&](std::uint64_t i) { return *findings[i].deviation[k]; };
    std::sort(compared.begin(), compared.end(),
              [&](std::uint64_t a, std::uint64_t b) { return deviation(a) > deviation(b); });
    const auto beyond = [&](double size) {
      return static_cast<unsigned long long>(std::count_if(
          compared.begin(), compared.end(), [&](std::uint64_t i) { return deviation(i) > size; }));
    };
    if (compared.empty()) continue;
    std::printf(
        "%s: %zu compared, %llu ok only by default; beyond 1e-5: %llu, 1e-4: %llu, 1e-3: %llu, 1e-2: %llu\n",
        comparisons[k], compared.size(), static_cast<unsigned long long>(failed), beyond(1e-5), beyond(1e-4),
        beyond(1e-3), beyond(1e-2));
    for (std::size_t n = 0; n < std::min<std::size_t>(compared.size(), 12); ++n)
      print(compared[n], findings[compared[n]]);
    good &= beyond(o.accuracy) == 0;
  }
  return good ? 0 : 1;
}
