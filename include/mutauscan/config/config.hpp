#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mutauscan/config/adaptive.hpp"
#include "mutauscan/config/sampler.hpp"
#include "mutauscan/io/manifest.hpp"
#include "mutauscan/io/run_directory.hpp"
#include "mutauscan/models/model.hpp"

namespace mutauscan {

/// Section [output]: none of it changes a row.
struct OutputSettings {
  StoreOptions store;
  double flush_seconds = 30.0;
};

/// Section [scan]: which points are computed.
struct ScanSettings {
  SamplerKind sampler = SamplerKind::sobol;
  std::uint64_t points = 0;  ///< 0: the config has no [scan] section; good for `point` only
  std::uint64_t seed = 1;
  std::string list_file;
  PointList list;
  std::string list_hash;
  std::shared_ptr<const std::string> list_text;
  AdaptiveSettings adaptive;  ///< of the samplers that learn
  Targets targets;

  bool is_adaptive() const { return find_adaptive_kind(sampler) != nullptr; }
};

/// A validated config.
struct RunConfig {
  std::string toml;
  std::shared_ptr<const Model> model;  ///< of the default kind and settings, where the config is wrong
  ParameterSpace space;
  ScanSettings scan;
  SolverSettings solver;
  OutputSettings output;

  /// The sampler that makes the points of the config.
  Sampler sampler() const { return {scan.sampler, space, scan.points, scan.seed, scan.list}; }

  /// The point in the middle of all axes; the first one of a list.
  Point middle() const { return scan.list.rows() > 0 ? sampler().point(0) : space.centre(); }

  /// What decides the rows of a scan; [output] does not.
  RunIdentity identity() const;
};

/// One thing wrong with a config.
struct ConfigProblem {
  std::string key;
  std::string value;
  std::string constraint;
  std::string hint;
  unsigned line = 0;  ///< 0: no place in the file

  /// One line for the user: file, line, key, value, what is wrong, hint.
  std::string text(std::string_view file) const;
};

/// key=value given on the command line, applied before validation.
using Overrides = std::vector<std::pair<std::string, std::string>>;

/// The text of a file that a user names; StorageError with the reason if it is no regular file.
std::string read_named_file(const std::filesystem::path& path);

/// Reads the file a config refers to (its path as written there); for tests and for ranks without the file.
using FileReader = std::function<std::string(const std::string&)>;

/// Either a config without problems, or all of its problems.
struct ConfigResult {
  RunConfig config;
  std::vector<ConfigProblem> problems;
  std::vector<std::string> notes = {};  ///< what was chosen where the config leaves it open

  /// No problem was found.
  bool ok() const { return problems.empty(); }
};

/// The config of a TOML text, all problems at once. `overrides` replace its keys.
ConfigResult parse_config(const std::string& toml, const FileReader& read_list,
                          const Overrides& overrides = {});
/// The same of a file; a list is read from the folder of the config.
ConfigResult load_config(const std::filesystem::path& path, const Overrides& overrides = {});

/// A stored point with other values or settings, as a config for this point alone: `overrides` may set
/// parameters and the keys of [model] (but kind and shorthands as nufit), [limits] and [solver].
ConfigResult changed_point(const Point& point, const Model& model, const SolverSettings& solver,
                           const Overrides& overrides);

/// The model, and the [solver] section, of a canonical config as stored in files; StorageError if it is not
/// one.
std::unique_ptr<Model> model_of(const std::string& config_json);
/// The [solver] section of a stored config, likewise.
SolverSettings solver_settings_of(const std::string& config_json);

/// The identity of a stored run with other limits and likelihoods: `overrides` may set the keys that judge
/// (SettingKey::judges), which decide no other number; any other key is a problem.
struct IdentityResult {
  RunIdentity identity;
  std::vector<ConfigProblem> problems;

  /// No problem was found.
  bool ok() const { return problems.empty(); }
};
/// The identity of a stored scan with other settings of judgement; a problem for each override that changes
/// more.
IdentityResult judged_by(const RunIdentity& stored, const Overrides& overrides);

/// One key of the config, for `describe` and the reference page.
struct ConfigKey {
  std::string section, name, choices, default_value, meaning;
};
/// All keys but those of models, for `describe`.
const std::vector<ConfigKey>& config_keys();

}  // namespace mutauscan
