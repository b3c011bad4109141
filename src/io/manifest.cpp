#include "mutauscan/io/manifest.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <map>
#include <memory>

#include <boost/version.hpp>
#include <nlohmann/json.hpp>
#include <xxhash.h>

#include <hdf5.h>

#include "mutauscan/core/build_info.hpp"
#include "mutauscan/numerics/ode_solver.hpp"

namespace mutauscan {
namespace {

using nlohmann::json;
using namespace nlohmann::literals;

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
  return ode_library_version() + ", HDF5 " + dotted(H5_VERS_MAJOR, H5_VERS_MINOR, H5_VERS_RELEASE) +
         ", Boost " + boost + ", Eigen " +
         dotted(EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION) + ", " + libm_version();
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

std::string RunIdentity::hash() const { return xxh3_hex(config_json.data(), config_json.size()); }

namespace {

// The version of the run directory rises when a program that knows only the former would misread it: "2" is
// an extended run, whose chunks have several configs.
constexpr const char* extended_version = "2";

std::vector<std::string> signatures(const RowLayout& layout, bool assessed) {
  std::vector<std::string> list;
  for (const Column& column : layout.columns())
    if (column.is_assessed == assessed) list.push_back(column.signature());
  return list;
}

/// The sampler of a canonical config, as JSON.
std::string sampler_of(const json& config) {
  const json scan = config.value("scan", json::object());
  return scan.is_object() ? scan.value("sampler", "") : "";
}

/// Points depend on earlier rows.
bool is_adaptive(const json& config) { return config.contains("/scan/sampler_version"_json_pointer); }

/// Keys that decide when an adaptive scan ends, and none of its points; those that go on for longer if they
/// are smaller come last.
constexpr std::array ending_keys = {"agree", "visits", "ess", "rhat"};

/// Point i is the same whatever the number of points.
bool can_be_extended(const json& config) {
  const std::string sampler = sampler_of(config);
  return sampler == "random" || sampler == "sobol" || sampler == "list" || is_adaptive(config);
}

/// The config without what decides no row: the seed where nothing is random, and what an extended run has
/// more.
json config_of_rows(json config) {
  const std::string sampler = sampler_of(config);
  if (sampler == "grid" || sampler == "list") config["scan"].erase("seed");
  if (is_adaptive(config))
    for (const char* key : ending_keys) config["scan"].erase(key);
  if (can_be_extended(config)) {
    config["scan"].erase("points");
    config["scan"].erase("file_hash");
  }
  return config;
}

/// The text has a first part, which ends with a line, of this XXH3.
bool begins_with(const std::string& text, const std::string& hash) {
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(), &XXH3_freeState);
  if (!state) throw std::bad_alloc();
  XXH3_64bits_reset(state.get());
  const auto is_it = [&] { return sixteen_digits(XXH3_64bits_digest(state.get())) == hash; };
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    XXH3_64bits_update(state.get(), text.data() + begin, end - begin);
    if (is_it()) return true;  // the last line of the shorter list did not end
    if (end == text.size()) break;
    XXH3_64bits_update(state.get(), "\n", 1);
    if (is_it()) return true;
    begin = end + 1;
  }
  return false;
}

}  // namespace

Manifest Manifest::load_or_create(const std::filesystem::path& run, const RunIdentity& identity) {
  const std::filesystem::path path = run / "manifest.json";
  if (std::filesystem::exists(path)) return load(run);
  const json creator = json::parse(session_json());
  const std::string seed = identity.config_json + creator.dump();
  const json document = {{"schema_version", schema_version},
                         {"run_id", xxh3_hex(seed.data(), seed.size())},
                         {"created", creator.at("started")},
                         {"created_by", creator},
                         {"config_hash", identity.hash()},
                         {"points", identity.points},
                         {"layout_hash", layout_hash(identity.layout()->columns())},
                         {"columns", signatures(*identity.layout(), /*assessed=*/false)},
                         {"assessed_columns", signatures(*identity.layout(), /*assessed=*/true)},
                         {"config", json::parse(identity.config_json)},
                         {"config_toml", identity.config_toml}};
  create_text_once(path, document.dump(1) + "\n");
  return load(run);
}

Manifest Manifest::load(const std::filesystem::path& run) {
  const std::filesystem::path path = run / "manifest.json";
  try {
    const json document = json::parse(read_text(path));
    const std::string version = document.at("schema_version");
    if (version != schema_version && version != extended_version)
      throw StorageError(path.string() + " has schema version " + version + "; this program reads " +
                         schema_version + " and " + extended_version);
    Manifest m;
    m.run_id_ = document.at("run_id");
    m.identity_ = {document.at("config_toml"), document.at("config").dump(), document.at("points")};
    if (m.identity_.hash() != document.at("config_hash").get<std::string>())
      throw StorageError(path.string() + " is damaged: its config does not match its config_hash");
    const json& creator = document.at("created_by");
    m.creator_ = program_text(creator.at("version"), creator.at("git_hash"));
    m.cpu_features_ = creator.value("cpu_features", "");
    m.libm_ = creator.value("libm", "");
    m.columns_ = with_present_names(document.value("columns", m.columns_), *m.identity_.kind().layout);
    m.assessed_columns_ = document.value("assessed_columns", m.assessed_columns_);
    m.config_hashes_ = {document.at("config_hash")};
    for (const json& step : document.value("extended", json::array()))
      m.config_hashes_.insert(step.at("config_hash"));
    return m;
  } catch (const json::exception& error) {
    throw StorageError(path.string() + " is damaged: " + error.what());
  }
}

bool Manifest::is_extended_by(const RunIdentity& config, const std::filesystem::path& run) const {
  const json ours = json::parse(identity_.config_json), theirs = json::parse(config.config_json);
  const std::string sampler = sampler_of(ours);
  auto differences = config_differences(config_of_rows(ours).dump(), config_of_rows(theirs).dump());
  std::string remark;
  if (sampler == sampler_of(theirs) && identity_.points != config.points &&
      (sampler == "lhs" || sampler == "grid"))
    remark = sampler == "lhs" ? "\nA Latin hypercube cannot be extended: each of its points depends on how "
                                "many there are. Random and Sobol points do not."
                              : "\nA grid cannot be extended: its axes number the points.";
  bool is_extended = false;
  if (differences.empty() && can_be_extended(ours)) {
    const std::string points = "scan.points: run has " + std::to_string(identity_.points) + ", config has " +
                               std::to_string(config.points);
    const std::string hash = sampler == "list" ? ours.at("scan").at("file_hash") : "";
    is_extended = config.points > identity_.points;
    for (const char* key : ending_keys) {
      if (!is_adaptive(ours) || !ours.at("scan").contains(key)) continue;
      const double run_has = ours.at("scan").at(key), config_has = theirs.at("scan").at(key);
      is_extended |= run_has != config_has;
      if (key == std::string("rhat") ? config_has > run_has : config_has < run_has)
        differences.push_back("scan." + std::string(key) + ": run has " + ours.at("scan").at(key).dump() +
                              ", config has " + theirs.at("scan").at(key).dump() +
                              ": it can be changed to go on for longer only");
    }
    if (config.points < identity_.points)
      differences.push_back(points + ": points can be raised, not lowered");
    else if (sampler == "list" && is_extended && !(config.list_text && begins_with(*config.list_text, hash)))
      differences.push_back(points +
                            ", and scan.file_hash: the list does not begin with that of the run; "
                            "rows can be appended to it, not changed");
    else if (sampler == "list" && !is_extended &&
             hash != theirs.at("scan").at("file_hash").get<std::string>())
      differences.push_back("scan.file_hash: run has " + hash + ", config has " +
                            theirs.at("scan").at("file_hash").get<std::string>());
  }
  if (differences.empty()) return is_extended;
  std::string message = run.string() + " was made with another config:";
  for (const std::string& line : differences) message += "\n  " + line;
  throw StorageError(message + remark +
                     "\nhint: choose another --out, restore the config, or pass --fresh to set the old run "
                     "aside and start anew");
}

Manifest Manifest::extend(const std::filesystem::path& run, const RunIdentity& config) {
  json document = json::parse(read_text(run / "manifest.json"));
  document["schema_version"] = extended_version;
  document["extended"].push_back({{"from", document["points"]},
                                  {"to", config.points},
                                  {"config_hash", document["config_hash"]},
                                  {"by", json::parse(session_json())}});
  document["points"] = config.points;
  document["config"] = json::parse(config.config_json);
  document["config_hash"] = config.hash();
  document["config_toml"] = config.config_toml;
  write_text_atomically(run / "manifest.json", document.dump(1) + "\n");
  return load(run);
}

FileAttributes file_attributes(const RunIdentity& identity, const std::string& run_id,
                               const std::string& made_by) {
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
          {"made_by", made_by},
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
