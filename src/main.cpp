// mutauscan: parameter scans of non-thermal leptogenesis in the gauged U(1)_{Lmu-Ltau} model.
// This file is the command line; each verb is one function of cli/.

#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>

#include <CLI/CLI.hpp>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "cli/completion.hpp"
#include "cli/output_path.hpp"
#include "cli/verbs.hpp"
#include "mutauscan/config/nearest_name.hpp"
#include "mutauscan/io/column_file.hpp"
#include "mutauscan/scan/mpi_session.hpp"

namespace {

/// An empty argument is most often a shell variable that was not set.
std::string not_empty(const std::string& text) { return text.empty() ? "must not be empty" : ""; }

std::string whole_number(const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? ""
                                                                  : text + ": must be a whole number from 0";
}

/// Up to 31 years.
std::string seconds_above_zero(const std::string& text) {
  char* end = nullptr;
  const double seconds = std::strtod(text.c_str(), &end);
  const bool is_number = !text.empty() && *end == '\0';
  return is_number && seconds > 0.0 && seconds <= 1e9
             ? ""
             : text + ": must be a number of seconds above 0, at most 1e9";
}

/// What to say of a first argument that is no verb; empty if it is one, or an option.
std::string unknown_verb(CLI::App& app, int argc, char** argv) {
  const std::string given = argc > 1 ? argv[1] : "";
  if (given.empty() || given.starts_with('-')) return "";
  std::vector<std::string> verbs;
  std::string list;
  for (const CLI::App* verb : app.get_subcommands({})) {
    if (verb->get_name() == given) return "";
    verbs.push_back(verb->get_name());
    list += (list.empty() ? "" : ", ") + verb->get_name();
  }
  const std::string near = mutauscan::nearest_name(given, verbs);
  return "unknown verb " + given + (near.empty() ? "" : "; did you mean `" + near + "`?") +
         " The verbs are " + list;
}

/// False, and an error, if what went to the standard output did not arrive.
bool stdout_is_written() {
  errno = 0;
  const bool flushed = std::cout.flush().good() && std::fflush(stdout) == 0;
  if (flushed && std::ferror(stdout) == 0) return true;
  spdlog::error("cannot write the standard output{}",
                errno == 0 ? "" : std::string(": ") + std::strerror(errno));
  return false;
}

/// "Exit codes: 0 complete, 2 ..."
std::string exit_codes_text() {
  std::string text;
  for (const mutauscan::exit_code::Meaning& meaning : mutauscan::exit_code::meanings)
    text += (text.empty() ? "Exit codes: " : "; ") + std::to_string(int(meaning.code)) + " " +
            std::string(meaning.text);
  return text + ".";
}

}  // namespace

// What is thrown while options are defined is a defect.  NOLINTNEXTLINE(bugprone-exception-escape)
int main(int argc, char** argv) {
  using namespace mutauscan;
  const auto program_start = std::chrono::steady_clock::now();
  // One thread per rank: a BLAS or OpenMP runtime pulled in by a library must not multiply the ranks.
  for (const char* variable : {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"})
    setenv(variable, "1", 0);
  spdlog::set_default_logger(spdlog::stderr_color_st("mutauscan"));
  spdlog::set_pattern("%Y-%m-%d %H:%M:%S %^%l%$ %v");

  CLI::App app{"Scans the parameter space of non-thermal leptogenesis in the gauged U(1)_{Lmu-Ltau} model."};
  app.set_version_flag("--version", cli::version_text);
  app.require_subcommand(1);
  app.footer(exit_codes_text());
  int exit_code = 0;

  std::string config, run, output;
  auto* check = app.add_subcommand("check", "report every problem of a config");
  check->add_option("CONFIG", config, "TOML file")->required();
  int ranks = 0;
  check->add_option("--ranks", ranks, "processes of the scan: its time, and whether it keeps them busy")
      ->check(CLI::Range(1, 1000000));
  check->callback([&] { exit_code = cli::check(config, ranks); });

  cli::InitOptions init_options;
  auto* init =
      app.add_subcommand("init", "print a config to start from, with every key: mutauscan init > my.toml");
  init->add_option("--model", init_options.model, "mutau (default), type1, ...");
  init->add_option("--ordering", init_options.ordering, "NO or IO: the mass ordering, with data that fit it");
  init->add_option("--axes", init_options.axes, "parameters that vary: T_R,M_mutau")->delimiter(',');
  init->add_option("--sampler", init_options.sampler, "sobol (default), grid, random, lhs, list, ...");
  init->callback([&] { exit_code = cli::init(init_options); });

  cli::PointOptions point_options;
  auto* point = app.add_subcommand("point", "evaluate one point: all columns");
  auto* point_config = point->add_option("CONFIG", point_options.config, "TOML file");
  point->add_option("--set", point_options.overrides, "key=value: a parameter (T_R=5e4) or a dotted key")
      ->allow_extra_args(false);
  auto* from =
      point->add_option("--from", point_options.from, "replay a row of this run directory or merged file");
  auto* index = point->add_option("--index", point_options.index, "index of the point in the scan")
                    ->check(whole_number, "");
  point->add_flag("--json", point_options.json, "print JSON (NaN is null)");
  point->add_option("--trace", point_options.trace, "write the evolution to this HDF5 file");
  auto* card =
      point->add_option("--card", point_options.card, "a ULYSSES card instead of a config (kind type1)");
  point->add_option("--equations", point_options.equations, "for --card: 1BE1F ... 3DME, full")->needs(card);
  from->needs(index)->excludes(point_config)->excludes(card);
  card->excludes(point_config);
  point->callback([&] {
    if (point_options.config.empty() && point_options.from.empty() && point_options.card.empty())
      throw CLI::RequiredError("CONFIG, or --from RUN --index I, or --card FILE,");
    exit_code = cli::point(point_options);
  });

  std::string card_file;
  auto* import_card = app.add_subcommand("import-card", "print a ULYSSES card as a config of kind type1");
  import_card->add_option("FILE", card_file, "card")->required();
  import_card->callback([&] { exit_code = cli::import_card(card_file); });

  cli::ScanVerbOptions scan_options;
  scan_options.program_start = program_start;
  auto* scan = app.add_subcommand("scan", "start or resume a scan; runs with or without mpirun");
  scan->add_option("CONFIG", scan_options.config, "TOML file")->required();
  scan->add_option("--out", scan_options.run, "run directory")->required();
  scan->add_option("--set", scan_options.overrides, "key=value: as if the config said so")
      ->allow_extra_args(false);
  std::string points;
  scan->add_option("--points", points, "number of points: --set scan.points=N")->check(whole_number, "");
  scan->add_option("--walltime", scan_options.walltime_seconds,
                   "stop in time to be done within this many seconds; not given: the time limit of the Slurm "
                   "or PBS job")
      ->check(seconds_above_zero, "");
  auto* slice =
      scan->add_option("--slice", scan_options.slice,
                       "K/N: work on the Kth of N parts of the scan only, next to the jobs of other K");
  scan->add_option(
          "--collectors", scan_options.collectors,
          "node, or N: one process per node, or N in all, hand out and write a part of the scan each; "
          "for thousands of processes")
      ->excludes(slice);
  scan->add_flag("--fresh", scan_options.fresh, "set an existing run aside and start anew")->excludes(slice);
  scan->add_flag("--accept-program", scan_options.accept_program,
                 "go on with a run that another version of the program began: you know that what has changed "
                 "changes no row");
  scan->callback([&] {
    if (!points.empty()) scan_options.overrides.push_back("scan.points=" + points);
    exit_code = cli::scan(scan_options);
  });

  cli::SubmitOptions submit_options;
  auto* submit = app.add_subcommand("submit", "write a batch script for a scan and submit it");
  submit->add_option("CONFIG", submit_options.config, "TOML file")->required();
  submit->add_option("--scheduler", submit_options.scheduler, "slurm or pbs")
      ->required()
      ->check(CLI::IsMember({"slurm", "pbs"}));
  submit->add_option("--nodes", submit_options.nodes, "nodes per job")
      ->required()
      ->check(CLI::Range(1, 100000));
  submit
      ->add_option("--walltime", submit_options.walltime,
                   "time limit of a job: 8:00:00, 2-12:00:00 or seconds")
      ->required();
  submit->add_option("--out", submit_options.run, "run directory (my.toml: my-run)");
  submit
      ->add_option("--tasks-per-node", submit_options.tasks_per_node,
                   "processes per node (the number of CPUs of this host)")
      ->check(CLI::Range(1, 100000));
  submit->add_option("--slices", submit_options.slices, "share the scan among an array of this many jobs")
      ->check(CLI::Range(1, 100000));
  submit->add_option("--account", submit_options.account, "account of the scheduler");
  submit->add_option("--partition", submit_options.partition, "partition (PBS: queue)");
  submit->add_option("--qos", submit_options.qos, "quality of service (Slurm)");
  submit->add_option("OPTIONS", submit_options.others,
                     "after --: more options of the scheduler, as in -- --mail-type=END");
  submit->add_flag("--dry-run", submit_options.dry_run, "print the script, write and submit nothing");
  submit->callback([&] { exit_code = cli::submit(submit_options); });

  bool status_json = false;
  auto* status = app.add_subcommand("status", "progress of a run, while it runs and after");
  status->add_option("RUN", run, "run directory")->required();
  status->add_flag("--json", status_json, "print JSON");
  status->callback([&] { exit_code = cli::status(run, status_json); });

  auto* verify = app.add_subcommand("verify", "check checksums, row counts and index coverage of a run");
  verify->add_option("RUN", run, "run directory")->required();
  bool proposals = false;
  verify->add_flag("--proposals", proposals,
                   "adaptive samplers: check that each point is what the earlier rows lead to");
  verify->callback([&] { exit_code = cli::verify(run, proposals); });

  auto* merge = app.add_subcommand("merge", "copy a run into one file, rows sorted by index");
  merge->add_option("RUN", run, "run directory")->required();
  merge->add_option("-o,--output", output, "HDF5 file to write")->required();
  bool partial = false;
  merge->add_flag("--partial", partial,
                  "a part of a scan will do: exit code 0, not 3, if points are missing");
  merge->callback([&] { exit_code = cli::merge(run, output, partial); });

  std::vector<std::string> judged_by;
  auto* rescore =
      app.add_subcommand("rescore", "limits and likelihoods of a run or file anew, without solving");
  rescore->add_option("RUN|FILE.h5", run, "run directory or merged file")->required();
  rescore
      ->add_option("--set", judged_by, "key=value: model.g_minus_2, limits.nufit, limits.Y_B_theory_factor")
      ->allow_extra_args(false);
  rescore->add_option("-o,--output", output, "HDF5 file to write")->required();
  rescore->callback([&] { exit_code = cli::rescore(run, judged_by, output); });

  bool describe_json = false, describe_markdown = false;
  auto* describe = app.add_subcommand("describe", "config keys, parameters and columns: name, unit, meaning");
  std::string describe_name;
  auto* name =
      describe->add_option("NAME", describe_name, "a key, parameter, limit, status or column; default: all");
  auto* json_flag = describe->add_flag("--json", describe_json, "print JSON");
  describe->add_flag("--markdown", describe_markdown, "print the tables of the reference pages")
      ->excludes(json_flag);
  name->excludes(json_flag);
  describe->callback([&] {
    if (!describe_name.empty()) {
      exit_code = cli::describe_name(describe_name);
      return;
    }
    exit_code = cli::describe(describe_json       ? cli::DescribeFormat::json
                              : describe_markdown ? cli::DescribeFormat::markdown
                                                  : cli::DescribeFormat::text);
  });

  std::string shell;
  auto* completion =
      app.add_subcommand("completion", "print a script that completes verbs and options: source it");
  completion->add_option("SHELL", shell, "bash or zsh")->required()->check(CLI::IsMember({"bash", "zsh"}));
  completion->callback([&] { std::cout << cli::completion_script(app, shell == "zsh"); });

  for (CLI::App* verb : app.get_subcommands({}))
    for (CLI::Option* option : verb->get_options()) option->check(not_empty, "");

  if (const std::string message = unknown_verb(app, argc, argv); !message.empty()) {
    spdlog::error("{}", message);
    return cli::bad_usage;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    exit_code = app.exit(error) == 0 ? cli::success : cli::bad_usage;
  } catch (const cli::UsageError& error) {
    spdlog::error("{}", error.what());
    exit_code = cli::bad_usage;
    abort_other_ranks(exit_code);
  } catch (const ForeignLauncher& error) {
    spdlog::error("{}", error.what());
    exit_code = cli::bad_usage;
  } catch (const StorageError& error) {
    spdlog::error("{}", error.what());
    exit_code = cli::data_damaged;
    abort_other_ranks(exit_code);
  } catch (const std::filesystem::filesystem_error& error) {
    spdlog::error("{}", error.what());
    exit_code = cli::data_damaged;
    abort_other_ranks(exit_code);
  } catch (const std::exception& error) {
    spdlog::error("{}", error.what());
    exit_code = cli::other_failure;
    abort_other_ranks(exit_code);
  }
  if (!stdout_is_written() && exit_code == cli::success) exit_code = cli::data_damaged;
  return exit_code;
}
