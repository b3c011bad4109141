// Google Benchmark of the kernels, at the benchmark point.

#include <cmath>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <unistd.h>

#include "mutauscan/config/config.hpp"
#include "mutauscan/core/build_info.hpp"
#include "mutauscan/io/encoded_block.hpp"
#include "mutauscan/io/record.hpp"
#include "mutauscan/io/run_directory.hpp"
#include "mutauscan/numerics/bessel.hpp"
#include "mutauscan/numerics/piecewise_chebyshev.hpp"
#include "mutauscan/numerics/takagi.hpp"
#include "mutauscan/physics/evaluate.hpp"
#include "mutauscan/physics/rates.hpp"

namespace mutauscan {
namespace {

/// The benchmark point, up to its history.
struct BenchmarkPoint {
  ModelPoint point;
  ModelSettings settings;
  LightNeutrinos neutrinos = *light_neutrinos(point, settings);
  Seesaw couplings = seesaw(point, settings.texture, neutrinos);
  ThermalHistory history{point, settings, couplings};
  HeavyNeutrinos heavy = at(point.T_R);
  Matrix3c state = initial_state(point, settings, couplings, heavy);

  HeavyNeutrinos at(double temperature) const {
    return heavy_neutrinos(point, couplings, history.vacuum(temperature), temperature);
  }
};

const RowLayout& mutau_layout() { return *find_model_kind("mutau")->layout; }

RunConfig benchmark_config() { return load_config(std::string(JOBS_DIR) + "/benchmark.toml").config; }

void takagi_factorisation(benchmark::State& state) {
  const Matrix3c matrix = Matrix3c::Random();
  const Matrix3c symmetric = matrix + matrix.transpose();
  for (auto _ : state) benchmark::DoNotOptimize(takagi(symmetric));
}
BENCHMARK(takagi_factorisation);

void light_neutrinos_and_seesaw(benchmark::State& state) {
  const ModelPoint point;
  const ModelSettings settings;
  for (auto _ : state) {
    const auto neutrinos = light_neutrinos(point, settings);
    benchmark::DoNotOptimize(seesaw(point, settings.texture, *neutrinos));
  }
}
BENCHMARK(light_neutrinos_and_seesaw);

void heavy_neutrinos_at_T(benchmark::State& state) {
  const BenchmarkPoint b;
  for (auto _ : state) benchmark::DoNotOptimize(b.at(b.point.T_R));
}
BENCHMARK(heavy_neutrinos_at_T);

void widths_and_cp_asymmetries(benchmark::State& state) {
  const BenchmarkPoint b;
  for (auto _ : state) {
    benchmark::DoNotOptimize(neutrino_decays(b.heavy, b.state, b.settings));
  }
}
BENCHMARK(widths_and_cp_asymmetries);

void bessel_k(benchmark::State& state) {
  double z = 0.5;
  for (auto _ : state) {
    benchmark::DoNotOptimize(scaled_bessel_k(z));
    z = z < 100.0 ? 1.1 * z : 0.5;
  }
}
BENCHMARK(bessel_k);

void scattering_rates_from_table(benchmark::State& state) {
  double z = 0.5;
  for (auto _ : state) {
    benchmark::DoNotOptimize(scattering_rates(z));
    z = z < 80.0 ? 1.1 * z : 0.5;
  }
}
BENCHMARK(scattering_rates_from_table);

void neutrino_rates_at_T(benchmark::State& state) {
  const BenchmarkPoint b;
  for (auto _ : state) benchmark::DoNotOptimize(neutrino_rates(b.heavy, b.state, b.settings, b.point.T_R));
}
BENCHMARK(neutrino_rates_at_T);

/// With the change of masses with temperature: what a node of a step costs.
void rates_of_a_point_at_T(benchmark::State& state) {
  const BenchmarkPoint b;
  const NeutrinoHistory history = neutrino_history(b.point, b.settings, b.couplings, b.history);
  double temperature = b.point.T_R;
  for (auto _ : state) {
    benchmark::DoNotOptimize(history.rates(temperature));
    temperature = temperature > 200.0 ? 0.97 * temperature : b.point.T_R;
  }
}
BENCHMARK(rates_of_a_point_at_T);

/// The masses and asymmetries of the benchmark point as a table in ln T: 12 functions, relative error 1e-6.
void table_of_12_functions(benchmark::State& state) {
  const BenchmarkPoint b;
  const NeutrinoHistory history = neutrino_history(b.point, b.settings, b.couplings, b.history);
  const auto functions = [&](double x, double* values) {
    const NeutrinoRates rates = history.rates(std::exp(x));
    for (int i = 0; i < 3; ++i) values[i] = rates.mass(i);
    for (int i = 0; i < 9; ++i) values[3 + i] = rates.epsilon(i % 3, i / 3);
  };
  const auto tolerance = [](double, double, const double* largest, double* allowed) {
    for (int i = 0; i < 12; ++i) allowed[i] = 1e-6 * largest[i];
  };
  for (auto _ : state)
    benchmark::DoNotOptimize(
        PiecewiseChebyshev(12, {std::log(1e3), std::log(b.point.T_R)}, functions, tolerance));
}
BENCHMARK(table_of_12_functions)->Unit(benchmark::kMicrosecond);

void point(benchmark::State& state, const ModelPoint& p, Status expected) {
  OdeSolver solver;
  for (auto _ : state) {
    const PointResult result = evaluate(p, {}, {}, solver);
    if (result.status != expected) state.SkipWithError("the point ended otherwise");
  }
}
BENCHMARK_CAPTURE(point, full, ModelPoint{}, Status::ok)->Unit(benchmark::kMicrosecond);

/// N_1 decays so slowly that it is integrated.
ModelPoint slow_neutrino_point() {
  ModelPoint p;
  p.lambda_phi_sigma = -1.1e-4;
  p.h_etau = 0.83;
  p.M_mutau = 1.7e7;
  p.T_R = 1.3e4;
  p.g_zp = 2e-3;
  p.m_zp = 0.083;
  return p;
}
BENCHMARK_CAPTURE(point, slow_neutrino, slow_neutrino_point(), Status::ok)->Unit(benchmark::kMicrosecond);

ModelPoint light_inflaton_point() {
  ModelPoint p;
  p.m_phi = 1e6;
  return p;
}
BENCHMARK_CAPTURE(point, ends_before_boltzmann, light_inflaton_point(), Status::inflaton_too_light)
    ->Unit(benchmark::kMicrosecond);

void sample_a_point(benchmark::State& state) {
  const Sampler sampler = benchmark_config().sampler();
  std::uint64_t index = 0;
  for (auto _ : state) benchmark::DoNotOptimize(sampler.point(index++ % 4096));
}
BENCHMARK(sample_a_point);

void assess_a_row(benchmark::State& state) {
  const RunConfig config = benchmark_config();
  std::vector<double> row(mutau_layout().width());
  Workspace workspace;
  config.model->evaluate(config.space.centre(), config.solver, workspace, row);
  for (auto _ : state) {
    config.model->assess(row);
    benchmark::DoNotOptimize(row.data());
  }
}
BENCHMARK(assess_a_row);

/// As many rows as asked for with numbers like those of the benchmark box: 512 points of it, over and over,
/// each varying real number times a random one, or compression would find repetitions.
RowBlock rows_of_a_scan(std::size_t number) {
  constexpr std::uint64_t different = 512;
  const RunConfig config = benchmark_config();
  const Sampler sampler = config.sampler();
  Workspace workspace;
  RowBlock some(mutau_layout());
  const std::size_t width = some.layout().width();
  std::vector<double> one(width);
  for (std::uint64_t i = 0; i < different; ++i) {
    config.model->evaluate(sampler.point(i), config.solver, workspace, one);
    one[0] = double(i);
    one[mutau_layout().position("wall_s")] = 1e-3 + 1e-6 * double(i);
    one[mutau_layout().position("rank")] = double(i % 7);
    some.append_packed(one.data(), 1);
  }
  std::mt19937_64 random(1);
  std::vector<double> values(number * width);
  for (std::size_t row = 0; row < number; ++row)
    for (std::size_t column = 0; column < width; ++column) {
      const double value = some.at(row % different, column);
      const bool varies = value != some.at((row + 1) % different, column);
      const bool is_real = some.layout().columns()[column].type == ColumnType::float64;
      values[row * width + column] =
          is_real && varies ? value * (1.0 + 0.5 * std::generate_canonical<double, 53>(random)) : value;
    }
  RowBlock rows(mutau_layout());
  rows.append_packed(values.data(), number);
  return rows;
}

/// Files of a run directory, a file an iteration: `add(directory)` adds the rows. Compressed, with checksums,
/// synced.
template <class Add>
void write_files(benchmark::State& state, Add add) {
  const auto chunk_rows = std::size_t(state.range(0));
  const auto run = std::filesystem::temp_directory_path() / ("mutauscan-store-" + std::to_string(getpid()));
  std::filesystem::remove_all(run);
  RunConfig config = benchmark_config();
  config.scan.points = std::uint64_t{1} << 40;
  config.output.store.compression = int(state.range(1));
  config.output.store.chunk_rows = chunk_rows;
  {
    RunDirectory directory(run, config.identity(), config.output.store, 1);
    for (auto _ : state) {
      add(directory);
      directory.flush();
    }
  }
  std::uintmax_t bytes = 0;
  std::size_t files = 0;
  for (const auto& file : std::filesystem::directory_iterator(run / "chunks")) {
    bytes += file.file_size();
    ++files;
  }
  std::filesystem::remove_all(run);
  state.SetItemsProcessed(std::int64_t(state.iterations()) * std::int64_t(chunk_rows));
  state.counters["bytes_per_row"] = double(bytes) / double(files * chunk_rows);
}

/// Rows per second through the store, added as full batches.
void store(benchmark::State& state) {
  const auto chunk_rows = std::size_t(state.range(0));
  std::vector<double> values = rows_of_a_scan(chunk_rows).packed();
  const std::size_t width = mutau_layout().width();
  std::uint64_t index = 0;
  write_files(state, [&](RunDirectory& directory) {
    for (std::size_t row = 0; row < chunk_rows; row += block_rows) {
      for (std::size_t i = 0; i < block_rows; ++i) values[(row + i) * width] = double(index++);
      RowBlock batch(mutau_layout());
      batch.append_packed(values.data() + row * width, block_rows);
      directory.add(batch);
    }
  });
}
BENCHMARK(store)
    ->ArgNames({"chunk_rows", "compression"})
    ->Args({8192, 4})
    ->Args({8192, 1})
    ->Args({8192, 0})
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

/// The blocks of one file.
std::vector<RowBlock> blocks_of_a_scan(std::size_t chunk_rows) {
  const RowBlock rows = rows_of_a_scan(chunk_rows);
  const std::size_t width = rows.layout().width();
  std::vector<double> values = rows.packed();
  for (std::size_t row = 0; row < chunk_rows; ++row) values[row * width] = double(row);
  std::vector<RowBlock> blocks(chunk_rows / block_rows, RowBlock(mutau_layout()));
  for (std::size_t b = 0; b < blocks.size(); ++b)
    blocks[b].append_packed(values.data() + b * block_rows * width, block_rows);
  return blocks;
}

/// What a worker does for a full batch.
void encode_block(benchmark::State& state) {
  const RowBlock rows = blocks_of_a_scan(block_rows).front();
  BlockEncoder encoder(4);
  std::vector<std::uint8_t> bytes;
  for (auto _ : state) {
    encoder.encode(rows, bytes);
    benchmark::DoNotOptimize(bytes.data());
  }
}
BENCHMARK(encode_block)->Unit(benchmark::kMicrosecond);

/// The same for what workers have encoded: rows per second of the process that writes. (Every file is that of
/// the first iteration, which it replaces.)
void store_encoded(benchmark::State& state) {
  BlockEncoder encoder(int(state.range(1)));
  std::vector<std::vector<std::uint8_t>> messages;
  for (const RowBlock& rows : blocks_of_a_scan(std::size_t(state.range(0)))) {
    messages.emplace_back();
    encoder.encode(rows, messages.back());
  }
  write_files(state, [&](RunDirectory& directory) {
    for (const std::vector<std::uint8_t>& message : messages)
      directory.add(EncodedBlock(message, mutau_layout()));
  });
}
BENCHMARK(store_encoded)
    ->ArgNames({"chunk_rows", "compression"})
    ->Args({8192, 4})
    ->Args({100352, 4})
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

}  // namespace
}  // namespace mutauscan

int main(int argc, char** argv) {
  const mutauscan::BuildInfo build = mutauscan::build_info();
  benchmark::AddCustomContext("mutauscan_version", build.version);
  benchmark::AddCustomContext("git_hash", build.git_hash);
  benchmark::AddCustomContext("compiler", build.compiler);
  benchmark::AddCustomContext("build_type", build.build_type);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
