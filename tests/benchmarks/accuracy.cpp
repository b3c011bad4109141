// How fast and how accurate are the points of a config? Evaluates the first N with its settings, and with
// rtol = 1e-10; prints the cost of points by how they were solved, and the deviations of Y_B, relative to Y_B
// and to the sum of the moduli of its parts, which may cancel. With a file, the exact answers are kept in it,
// or taken from it, for other builds.
//
//   accuracy CONFIG N [EXACT.txt]

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include "mutauscan/config/config.hpp"

namespace {

using namespace mutauscan;

double cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return double(t.tv_sec) + 1e-9 * double(t.tv_nsec);
}

struct Cost {
  long points = 0;
  double seconds = 0.0, steps = 0.0, calls = 0.0;

  void add(double s, double n, double c) {
    ++points;
    seconds += s;
    steps += n;
    calls += c;
  }
  void print(const char* name) const {
    const double n = std::max(1L, points);
    std::printf("  %-34s %7ld  %8.3f s  %9.1f us each, %7.1f steps, %8.1f calls\n", name, points, seconds,
                1e6 * seconds / n, steps / n, calls / n);
  }
};

struct Answer {
  double Y_B = std::numeric_limits<double>::quiet_NaN(), parts = Y_B;  ///< |Y_B_N1| + |Y_B_N23|
};

/// Sorts.
double quantile(std::vector<double>& values, double part) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1, std::size_t(part * double(values.size())))];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "accuracy CONFIG N [EXACT.txt]\n");
    return 2;
  }
  const ConfigResult loaded = load_config(argv[1]);
  for (const ConfigProblem& problem : loaded.problems)
    std::fprintf(stderr, "%s\n", problem.text(argv[1]).c_str());
  if (!loaded.ok()) return 2;
  const RunConfig& config = loaded.config;
  const Sampler sampler = config.sampler();
  const std::uint64_t count = std::min<std::uint64_t>(std::strtoull(argv[2], nullptr, 10), sampler.points());
  const RowLayout& layout = *config.model->kind().layout;
  const auto at = [&](const char* name) { return layout.position(name); };
  const auto answer = [&](const std::vector<double>& r) {
    return Answer{r[at("Y_B")], std::abs(r[at("Y_B_N1")]) + std::abs(r[at("Y_B_N23")])};
  };
  const std::size_t status = at("status"), steps = at("solver_steps"), calls = at("solver_calls"),
                    treatment = at("neutrino_treatment");
  Workspace workspace;
  std::vector<double> row(layout.width());
  config.model->evaluate(config.space.centre(), config.solver, workspace, row);  // shared tables

  Cost early, fast, slow;
  std::vector<Answer> found(count);
  std::vector<bool> is_slow(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    const double start = cpu_seconds();
    config.model->evaluate(sampler.point(i), config.solver, workspace, row);
    const double seconds = cpu_seconds() - start;
    found[i] = answer(row);
    is_slow[i] = row[treatment] != double(NeutrinoTreatment::quasi_steady);
    Cost& cost = row[status] != double(Status::ok) ? early : is_slow[i] ? slow : fast;
    cost.add(seconds, row[steps], row[calls]);
  }
  const double total = early.seconds + fast.seconds + slow.seconds;
  std::printf("%llu points, %.3f s of CPU: %.0f points/s\n", static_cast<unsigned long long>(count), total,
              double(count) / total);
  early.print("not solved");
  fast.print("fast neutrinos");
  slow.print("slow neutrinos");

  std::vector<Answer> exact(count);
  const char* file = argc > 3 ? argv[3] : nullptr;
  std::ifstream stored(file ? file : "");
  for (std::uint64_t i = 0; i < count; ++i) {
    if (std::string baryons, parts; stored >> baryons >> parts) {
      exact[i] = {std::strtod(baryons.c_str(), nullptr), std::strtod(parts.c_str(), nullptr)};
      continue;
    }
    SolverSettings precise = config.solver;
    precise.rtol = 1e-10;
    precise.max_steps = 1000000;
    config.model->evaluate(sampler.point(i), precise, workspace, row);
    exact[i] = answer(row);
  }
  if (file && !stored.is_open()) {
    std::ofstream out(file);
    out.precision(17);
    for (const Answer& a : exact) out << a.Y_B << ' ' << a.parts << '\n';
  }
  constexpr double least = 1e-14;  // below it asymmetries are found to solver.atol only
  for (bool integrated : {false, true})
    for (bool of_parts : {false, true}) {
      std::vector<double> deviations;
      std::uint64_t worst = 0;
      double largest = 0.0;
      for (std::uint64_t i = 0; i < count; ++i) {
        const double size = of_parts ? exact[i].parts : std::abs(exact[i].Y_B);
        if (!std::isfinite(found[i].Y_B) || !(size > least) || is_slow[i] != integrated) continue;
        deviations.push_back(std::abs(found[i].Y_B - exact[i].Y_B) / size);
        if (deviations.back() > largest) largest = deviations.back(), worst = i;
      }
      std::printf(
          "%s, relative to %-10s %6zu: median %.1e, 90 %% %.1e, 99 %% %.1e, largest %.1e (index %llu)\n",
          integrated ? "slow" : "fast", of_parts ? "its parts" : "Y_B", deviations.size(),
          quantile(deviations, 0.5), quantile(deviations, 0.9), quantile(deviations, 0.99), largest,
          static_cast<unsigned long long>(worst));
    }
}
