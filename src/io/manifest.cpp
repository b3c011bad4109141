#include "mutauscan/io/manifest.hpp"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <map>
#include <memory>

#include <boost/version.hpp>
#include <nlohmann/json.hpp>
#include <unistd.h>
#include <xxhash.h>

#include <hdf5.h>

#include "mutauscan/core/build_info.hpp"

namespace mutauscan {
namespace {

using nlohmann::json;

std::string sixteen_digits(XXH64_hash_t hash) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
  return text;
}

}  // namespace

std::string library_versions() {
  std::string boost = BOOST_LIB_VERSION;
  std::replace(boost.begin(), boost.end(), '_', '.');
  const auto dotted = [](int major, int minor, int patch) {
    return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
  };
  return "HDF5 " + dotted(H5_VERS_MAJOR, H5_VERS_MINOR, H5_VERS_RELEASE) + ", Boost " + boost + ", Eigen " +
         dotted(EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION);
}

std::string xxh3_hex(const void* data, std::size_t size) { return sixteen_digits(XXH3_64bits(data, size)); }

std::string xxh3_hex_of_file(const std::filesystem::path& path) {
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(), &XXH3_freeState);
  if (!state) throw std::bad_alloc();
  XXH3_64bits_reset(state.get());
  std::ifstream in(path, std::ios::binary);
  std::vector<char> part(std::size_t{1} << 18);
  while (in.read(part.data(), std::streamsize(part.size())) || in.gcount() > 0)
    XXH3_64bits_update(state.get(), part.data(), std::size_t(in.gcount()));
  if (!in.is_open() || in.bad()) throw StorageError("cannot read " + path.string());
  return sixteen_digits(XXH3_64bits_digest(state.get()));
}

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

std::string RunIdentity::hash() const { return xxh3_hex(config_json.data(), config_json.size()); }

namespace {

/// Who, where and with what: of the creation of a run, and of each session that works on it.
json session_json() {
  const BuildInfo build = build_info();
  const ProcessIdentity process = this_process();
  return {{"started", timestamp()}, {"host", process.host},     {"pid", process.pid},
          {"job", process.job},     {"version", build.version}, {"git_hash", build.git_hash}};
}

}  // namespace

Manifest Manifest::load_or_create(const std::filesystem::path& run, const RunIdentity& identity) {
  const std::filesystem::path path = run / "manifest.json";
  if (std::filesystem::exists(path)) return load(run);
  const json creator = session_json();
  const std::string seed = identity.config_json + creator.dump();
  const json document = {{"schema_version", schema_version},
                         {"run_id", xxh3_hex(seed.data(), seed.size())},
                         {"created", creator.at("started")},
                         {"created_by", creator},
                         {"config_hash", identity.hash()},
                         {"points", identity.points},
                         {"config", json::parse(identity.config_json)},
                         {"config_toml", identity.config_toml}};
  create_text_once(path, document.dump(1) + "\n");
  return load(run);
}

void record_session(const std::filesystem::path& run, int ranks, const Slice& slice) {
  json session = session_json();
  session["ranks"] = ranks;
  if (!slice.is_whole()) session["slice"] = slice.suffix().substr(1);
  std::error_code error;
  std::filesystem::create_directories(run / "sessions", error);
  if (error) throw StorageError("cannot create " + (run / "sessions").string() + ": " + error.message());
  const std::string name = session["started"].get<std::string>() + "-" + session["host"].get<std::string>() +
                           "-" + session["pid"].dump() + ".json";
  write_text_atomically(run / "sessions" / name, session.dump(1) + "\n");
}

Manifest Manifest::load(const std::filesystem::path& run) {
  const std::filesystem::path path = run / "manifest.json";
  try {
    const json document = json::parse(read_text(path));
    if (document.at("schema_version") != json(schema_version))
      throw StorageError(path.string() + " has schema version " + document.at("schema_version").dump() +
                         "; this program writes " + schema_version);
    Manifest m;
    m.run_id_ = document.at("run_id");
    m.identity_ = {document.at("config_toml"), document.at("config").dump(), document.at("points")};
    if (m.identity_.hash() != document.at("config_hash"))
      throw StorageError(path.string() + " is damaged: its config does not match its config_hash");
    return m;
  } catch (const json::exception& error) {
    throw StorageError(path.string() + " is damaged: " + error.what());
  }
}

FileAttributes file_attributes(const RunIdentity& identity, const std::string& run_id) {
  const BuildInfo build = build_info();
  return {{"schema_version", schema_version},
          {"run_id", run_id},
          {"config_toml", identity.config_toml},
          {"config", identity.config_json},
          {"config_hash", identity.hash()},
          {"points", std::to_string(identity.points)},
          {"created", timestamp()},
          {"program", "mutauscan " + build.version},
          {"git_hash", build.git_hash},
          {"compiler", build.compiler},
          {"libraries", library_versions()}};
}

std::vector<std::string> config_differences(const std::string& run_json, const std::string& config_json) {
  const auto flat = [](const std::string& text) {
    std::map<std::string, std::string> keys;
    const json flattened = json::parse(text).flatten();
    for (const auto& [key, value] : flattened.items()) {
      std::string dotted = key.substr(1);
      for (char& c : dotted) c = c == '/' ? '.' : c;
      keys[dotted] = value.dump();
    }
    return keys;
  };
  const auto run = flat(run_json), config = flat(config_json);
  std::vector<std::string> lines;
  for (const auto& [key, value] : run) {
    const auto other = config.find(key);
    if (other == config.end())
      lines.push_back(key + ": run has " + value + ", config has none");
    else if (other->second != value)
      lines.push_back(key + ": run has " + value + ", config has " + other->second);
  }
  for (const auto& [key, value] : config)
    if (!run.contains(key)) lines.push_back(key + ": run has none, config has " + value);
  return lines;
}

}  // namespace mutauscan
