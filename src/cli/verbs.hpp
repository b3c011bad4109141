#pragma once

// The verbs of the program. Each returns the exit code.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "mutauscan/config/config.hpp"
#include "mutauscan/core/exit_code.hpp"
#include "mutauscan/io/merge.hpp"

namespace mutauscan::cli {

using namespace exit_code;

/// --set key=value ...; a malformed one is reported, and nothing returned.
std::optional<Overrides> parse_overrides(const std::vector<std::string>& texts);

/// Problems of a config, or how a few of its points end, and what the scan will take on `ranks` processes; 0:
/// as many as this process may use CPUs.
int check(const std::string& config, int ranks);

struct InitOptions {
  std::string model = "mutau";
  std::string ordering;           ///< NO or IO; empty: the kind's own
  std::vector<std::string> axes;  ///< empty: those that the kind proposes
  std::string sampler = "sobol";
};
/// Prints a config with every key, that passes `check`.
int init(const InitOptions& options);

struct PointOptions {
  std::string config;                  ///< empty with --from
  std::vector<std::string> overrides;  ///< key=value
  std::string from;                    ///< run directory or merged file
  std::optional<std::uint64_t> index;
  bool json = false;
  std::string trace;  ///< HDF5 file for the evolution
  std::string card;   ///< ULYSSES card instead of a config
  std::string equations = "1BE3F";
};
int point(const PointOptions& options);

/// Prints the card as a config of kind type1.
int import_card(const std::string& card);

struct ScanVerbOptions {
  std::string config, run;
  std::vector<std::string> overrides;  ///< key=value
  std::string slice;                   ///< "3/8"; empty: the whole scan
  std::string collectors;              ///< "node" or a number; empty: one
  std::optional<double> walltime_seconds;
  bool fresh = false;
  bool accept_program = false;  ///< go on with a run that another program began
  std::chrono::steady_clock::time_point program_start;
};
int scan(const ScanVerbOptions& options);

struct SubmitOptions {
  std::string config, scheduler;  ///< slurm or pbs
  std::string run;                ///< empty: named after the config
  int nodes = 1;
  std::optional<int> tasks_per_node;
  std::string walltime;
  int slices = 1;
  std::string account, partition, qos;
  std::vector<std::string> others;  ///< options of the scheduler
  bool dry_run = false;
};
int submit(const SubmitOptions& options);

int status(const std::string& run, bool json);
/// `proposals`: and that the points of an adaptive scan are those that their earlier rows lead to.
int verify(const std::string& run, bool proposals = false);
struct AdaptiveMerge {
  MergeReport report;
  std::uint64_t points;  ///< of the complete run
  std::string stands;    ///< of an adaptive scan: whether it converged
};
/// With what an adaptive sampler says of the rows.
AdaptiveMerge merge_with_results(const std::filesystem::path& run, const std::filesystem::path& target,
                                 int compression);
/// Exit code 3 for a part of a scan, unless that is what was asked for.
int merge(const std::string& run, const std::string& output, bool partial);
void say_what_was_merged(const MergeReport& report);

/// Limits, likelihoods and verdicts of a run or file anew, into another file.
int rescore(const std::string& source, const std::vector<std::string>& settings, const std::string& output);

enum class DescribeFormat { text, json, markdown };
int describe(DescribeFormat format);
/// All that has this name: config keys, parameters, limits, statuses, columns.
int describe_name(const std::string& name);
std::string version_text();

}  // namespace mutauscan::cli
