#include <algorithm>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <sstream>
#include <stdexcept>

#include <spawn.h>
#include <spdlog/spdlog.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config_report.hpp"
#include "mutauscan/config/config.hpp"
#include "mutauscan/io/column_file.hpp"
#include "mutauscan/io/run_directory.hpp"
#include "mutauscan_batch_templates.hpp"  // jobs/scan.slurm and jobs/scan.pbs
#include "output_path.hpp"
#include "verbs.hpp"

namespace mutauscan::cli {
namespace {

namespace fs = std::filesystem;

/// Replaces the one line that begins with `prefix`.
void set_line(std::string& script, const std::string& prefix, const std::string& line) {
  const auto found = ("\n" + script).find("\n" + prefix);  // the position of the line in `script`
  if (found == std::string::npos) throw std::logic_error("the batch template has no line " + prefix);
  script.replace(found, script.find('\n', found) - found, line);
}

std::string shell_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

/// As a directive of Slurm takes the name of a log: quoted, % doubled because it begins a pattern.
std::string slurm_quoted(const std::string& path) {
  std::string quoted = "\"";
  for (const char c : path) quoted += c == '%' ? "%%" : c == '"' ? "\\\"" : std::string(1, c);
  return quoted + "/job-%j.log\"";
}

/// UsageError if a path cannot stand in a script, or in the directive that names the log.
void check_paths(const fs::path& run, const std::vector<fs::path>& others, bool is_slurm) {
  const auto has = [](const std::string& text, const auto& is_bad) {
    return std::any_of(text.begin(), text.end(),
                       [&](char c) { return is_bad(static_cast<unsigned char>(c)); });
  };
  for (const fs::path& path : others)
    if (has(path.string(), [](int c) { return std::iscntrl(c) != 0; }))
      throw UsageError(path.string() +
                       ": a batch script cannot name a path with line breaks or control characters");
  // A backslash tells Slurm to take %j as it stands. PBS ends a directive's path at blanks, takes what
  // precedes a colon for a host, and has no quotes that all of its versions understand.
  if (is_slurm ? has(run.string(), [](int c) { return c == '\\'; }) : has(run.string(), [](int c) {
        return c < 0x80 && std::isalnum(c) == 0 && std::strchr("/._-+=@~%", c) == nullptr;
      }))
    throw UsageError("--out " + run.string() + ": " +
                     (is_slurm ? "Slurm takes no name of a log with a backslash"
                               : "PBS takes no name of a log with blanks, quotes, colons or the like") +
                     "; choose a path of letters, digits and / . _ - +");
}

/// Seconds of "8:00:00", "2-12:00:00" (days), "30:00" (minutes) or "3600" (seconds); 0 if it is none of
/// these.
long parse_duration(const std::string& text) {
  constexpr long most_days = 100000;
  long days = 0;
  std::string clock = text;
  if (const auto dash = text.find('-'); dash != std::string::npos) {
    const char* const end = text.data() + dash;
    const auto [rest, error] = std::from_chars(text.data(), end, days);
    if (error != std::errc() || rest != end || days < 0 || days > most_days) return 0;
    clock = text.substr(dash + 1);
  }
  long seconds = 0;
  int fields = 0;
  std::istringstream stream(clock);
  for (std::string field; std::getline(stream, field, ':'); ++fields) {
    if (field.empty() || field.size() > 8 || field.find_first_not_of("0123456789") != std::string::npos)
      return 0;
    seconds = 60 * seconds + std::stol(field);
  }
  const bool is_clock = fields == 3 || (days == 0 && clock == text && fields <= 2 && fields > 0);
  return is_clock && clock.back() != ':' ? 86400 * days + seconds : 0;
}

std::string clock_text(long seconds) {
  char text[64];
  std::snprintf(text, sizeof text, "%02ld:%02ld:%02ld", seconds / 3600, seconds / 60 % 60, seconds % 60);
  return text;
}

/// The line of a directive with options of the scheduler; empty without any. UsageError for one that cannot
/// stand there.
std::string directive(const std::string& prefix, const std::vector<std::string>& options, bool is_slurm) {
  std::string line;
  for (const std::string& option : options) {
    const bool has_blank = option.find(' ') != std::string::npos;
    if (option.empty() || option.find_first_of("\"'\\\n\r") != std::string::npos || (has_blank && !is_slurm))
      throw UsageError(
          option + ": a batch script cannot name an option with " +
          (is_slurm ? "quotes, backslashes or line breaks" : "blanks, quotes, backslashes or line breaks"));
    line += " " + (has_blank ? '"' + option + '"' : option);
  }
  return line.empty() ? "" : "\n" + prefix + line;
}

/// What --account, --partition, --qos and what follows `--` are to the scheduler.
std::vector<std::string> scheduler_options(const SubmitOptions& options, bool is_slurm) {
  std::vector<std::string> all;
  const auto add = [&](const std::string& value, const std::string& slurm, const std::string& pbs) {
    if (value.empty()) return;
    if (is_slurm) all.push_back(slurm + value);
    if (!is_slurm) all.insert(all.end(), {pbs, value});
  };
  add(options.account, "--account=", "-A");
  add(options.partition, "--partition=", "-q");
  if (!options.qos.empty()) {
    if (!is_slurm) throw UsageError("--qos: PBS has none; give what your site has for it after --");
    all.push_back("--qos=" + options.qos);
  }
  if (!options.others.empty() && !options.others.front().starts_with('-'))
    throw UsageError(options.others.front() +
                     ": options of the scheduler come after --, as in: -- --mail-type=END");
  all.insert(all.end(), options.others.begin(), options.others.end());
  return all;
}

/// Replaces the template's head, which says how to fill it in.
void set_head(std::string& script, const std::string& config, const fs::path& file, bool is_slurm) {
  const std::size_t begin = script.find('\n') + 1, end = script.find(is_slurm ? "\n#SBATCH" : "\n#PBS");
  script.replace(begin, end - begin,
                 "# Written by `mutauscan submit " + config +
                     "`. A job that goes on by itself until the scan is done; "
                     "submit\n# this file again to go on after it was stopped: " +
                     file.string());
}

std::string slurm_script(const SubmitOptions& options, long seconds, int tasks) {
  std::string script = slurm_template;
  set_line(script, "#SBATCH --nodes=",
           "#SBATCH --nodes=" + std::to_string(options.nodes) +
               directive("#SBATCH", scheduler_options(options, /*is_slurm=*/true), /*is_slurm=*/true));
  set_line(script, "#SBATCH --ntasks-per-node=", "#SBATCH --ntasks-per-node=" + std::to_string(tasks));
  set_line(script, "#SBATCH --time=", "#SBATCH --time=" + clock_text(seconds));
  set_line(script, "#SBATCH --output=", "#SBATCH --output=" + slurm_quoted(fs::absolute(options.run)));
  return script;
}

std::string pbs_script(const SubmitOptions& options, long seconds, int tasks, const fs::path& file) {
  const std::string n = std::to_string(tasks);
  std::string script = pbs_template;
  set_line(
      script, "#PBS -l select=",
      "#PBS -l select=" + std::to_string(options.nodes) + ":ncpus=" + n + ":mpiprocs=" + n + ":ompthreads=1");
  set_line(script, "#PBS -l walltime=", "#PBS -l walltime=" + clock_text(seconds));
  set_line(script, "#PBS -j oe",
           "#PBS -j oe\n#PBS -o " + fs::absolute(options.run).string() +
               directive("#PBS", scheduler_options(options, /*is_slurm=*/false), /*is_slurm=*/false));
  set_line(script, "script=", "script=" + shell_quoted(file.string()));
  set_line(script, "walltime_seconds=", "walltime_seconds=" + std::to_string(seconds));
  return script;
}

/// Runs a command to its end and returns its exit code; -1 if it cannot be started.
int run_command(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (const std::string& part : command) arguments.push_back(const_cast<char*>(part.c_str()));
  arguments.push_back(nullptr);
  pid_t child = 0;
  const int error = posix_spawnp(&child, arguments[0], nullptr, nullptr, arguments.data(), environ);
  if (error != 0) {
    spdlog::error("cannot run {}: {}", command[0], std::strerror(error));
    return -1;
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// False, and a word why, if the run is complete. StorageError if a scan would refuse to go on with it.
bool has_work_left(const fs::path& run, const RunIdentity& identity) {
  if (!fs::exists(run / "manifest.json")) return true;
  const Manifest manifest = Manifest::load(run);
  if (require_same_scan(run, manifest, identity)) return true;
  if (is_locked_by_live_process(run))
    throw StorageError(run.string() + " is worked on by a scan now: `mutauscan status " + run.string() + "`");
  const IndexSet all(IndexRange(0, identity.points));
  if (count(count_rows(run, manifest, all).done) < identity.points) return true;
  spdlog::warn("{} is complete, and nothing is submitted: mutauscan merge {} -o {}", run.string(),
               shell_quoted(run.string()), shell_quoted((run / "merged.h5").string()));
  return false;
}

}  // namespace

int submit(const SubmitOptions& options) {
  const ConfigResult loaded = load_scan_config(options.config);
  if (print_problems(loaded, options.config)) return bad_usage;
  const long seconds = parse_duration(options.walltime);
  if (seconds < 300) {
    spdlog::error(
        "--walltime {}: must be at least five minutes, as 8:00:00, 2-12:00:00 or a number of seconds",
        options.walltime);
    return bad_usage;
  }
  SubmitOptions full = options;
  if (full.run.empty()) full.run = fs::path(full.config).stem().string() + "-run";
  const int tasks = full.tasks_per_node.value_or(cpus_of_this_host());
  if (!full.tasks_per_node)
    spdlog::warn("--tasks-per-node is not given: {} processes per node, the number of CPUs of this host",
                 tasks);

  const bool is_slurm = full.scheduler == "slurm";
  const fs::path config = fs::absolute(full.config), run = fs::absolute(full.run),
                 program = fs::read_symlink("/proc/self/exe");
  check_paths(run, {run, config, program}, is_slurm);
  const fs::path file = output_path("--out", run / (is_slurm ? "scan.slurm" : "scan.pbs"), {config});
  if (!has_work_left(run, loaded.config.identity())) return success;
  print_remarks(loaded, options.config);
  for (const std::string& line :
       lines_of_trial(loaded.config, options.config, full.nodes * tasks * full.slices))
    spdlog::info("{}", line);
  std::string script = is_slurm ? slurm_script(full, seconds, tasks) : pbs_script(full, seconds, tasks, file);
  set_head(script, shell_quoted(config.string()), file, is_slurm);
  set_line(script, "config=", "config=" + shell_quoted(config.string()));
  set_line(script, "run=", "run=" + shell_quoted(run.string()));
  set_line(script, "slices=", "slices=" + std::to_string(full.slices));
  set_line(script, "mutauscan=", "mutauscan=" + shell_quoted(program.string()));

  std::vector<std::string> command = {is_slurm ? "sbatch" : "qsub"};
  if (full.slices > 1) {
    const std::string range = "1-" + std::to_string(full.slices);
    if (is_slurm)
      command.push_back("--array=" + range);
    else
      command.insert(command.end(), {"-J", range});
  }
  command.push_back(file.string());
  std::string command_text;
  for (const std::string& part : command) {
    const bool is_plain = part.find_first_of(" '\"\\$`*?&;|<>()[]{}!#~") == std::string::npos;
    command_text += (command_text.empty() ? "" : " ") + (is_plain ? part : shell_quoted(part));
  }

  if (full.dry_run) {
    std::cout << script;
    spdlog::info("would be written to {} and submitted by: {}", file.string(), command_text);
    return success;
  }
  std::error_code error;
  fs::create_directories(full.run, error);
  if (error) throw StorageError("cannot create " + full.run + ": " + error.message());
  write_text_atomically(file, script);
  spdlog::info("{}", command_text);
  if (run_command(command) == 0) {
    spdlog::info("the job's log: {}; how far it is: mutauscan status {}",
                 (run / (is_slurm ? "job-JOBID.log" : "*.OU, named by PBS")).string(),
                 shell_quoted(full.run));
    return success;
  }
  spdlog::error("the job was not submitted; its script is {}", file.string());
  return other_failure;
}

}  // namespace mutauscan::cli
