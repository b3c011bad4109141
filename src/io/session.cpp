#include "mutauscan/io/session.hpp"

#include <algorithm>
#include <cstdlib>
#include <ctime>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "mutauscan/core/build_info.hpp"
#include "mutauscan/io/text_file.hpp"

namespace mutauscan {

using nlohmann::json;

std::string timestamp() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

ProcessIdentity this_process() {
  char host[256] = "unknown";
  gethostname(host, sizeof host - 1);
  std::string job;
  for (const char* variable : {"SLURM_JOB_ID", "PBS_JOBID"})
    if (const char* value = std::getenv(variable)) {
      job = std::string(variable) + "=" + value;
      break;
    }
  return {host, static_cast<long>(getpid()), job};
}

std::string program_text(const std::string& version, const std::string& git_hash) {
  return "mutauscan " + version + " (" + git_hash + ")";
}

std::string this_program() {
  const BuildInfo build = build_info();
  return program_text(build.version, build.git_hash);
}

std::string session_json() {
  const BuildInfo build = build_info();
  const ProcessIdentity process = this_process();
  return json{{"started", timestamp()},
              {"host", process.host},
              {"pid", process.pid},
              {"job", process.job},
              {"version", build.version},
              {"git_hash", build.git_hash},
              {"cpu_features", cpu_features()},
              {"libm", libm_version()}}
      .dump();
}

void record_session(const std::filesystem::path& run, int ranks, const Slice& slice) {
  json session = json::parse(session_json());
  session["ranks"] = ranks;
  if (!slice.is_whole()) session["slice"] = slice.suffix().substr(1);
  std::error_code error;
  std::filesystem::create_directories(run / "sessions", error);
  if (error) throw StorageError("cannot create " + (run / "sessions").string() + ": " + error.message());
  const std::string name = session["started"].get<std::string>() + "-" + session["host"].get<std::string>() +
                           "-" + session["pid"].dump() + ".json";
  write_text_atomically(run / "sessions" / name, session.dump(1) + "\n");
}

bool has_session_of_this_program(const std::filesystem::path& run) {
  if (!std::filesystem::is_directory(run / "sessions")) return false;
  const auto sessions = std::filesystem::directory_iterator(run / "sessions");
  return std::any_of(begin(sessions), end(sessions), [](const auto& entry) {
    if (entry.path().extension() != ".json") return false;
    const json session = json::parse(read_text(entry.path()), nullptr, /*allow_exceptions=*/false);
    return session.is_object() && session.contains("version") && session["version"].is_string() &&
           session.contains("git_hash") && session["git_hash"].is_string() &&
           program_text(session["version"], session["git_hash"]) == this_program();
  });
}

}  // namespace mutauscan
