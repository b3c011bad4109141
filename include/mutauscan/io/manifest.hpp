#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "mutauscan/io/column_file.hpp"
#include "mutauscan/io/session.hpp"

namespace mutauscan {

/// What a scan is: two runs with equal `config_json` compute the same rows.
struct RunIdentity {
  std::string config_toml;  ///< as the user wrote it
  std::string
      config_json;  ///< canonical: every physics, parameter, sampling and solver setting, defaults filled in
  std::uint64_t points = 0;
  std::shared_ptr<const std::string> list_text = {};  ///< the file of sampler "list"

  /// The kind of model of the config.
  const ModelKind& kind() const { return model_kind_of(config_json); }
  std::shared_ptr<const RowLayout> layout() const { return row_layout_of(config_json); }

  /// XXH3 (64 bit, hexadecimal) of config_json.
  std::string hash() const;
};

/// Root attributes of every file made for this identity: config, versions, columns, time. `made_by`: the
/// program or programs that computed the rows.
FileAttributes file_attributes(const RunIdentity& identity, const std::string& run_id,
                               const std::string& made_by = this_program());

/// RUN/manifest.json: the identity, the columns, and what created the run. Only extending a run changes it.
class Manifest {
 public:
  static Manifest load(const std::filesystem::path& run);  ///< StorageError if missing or damaged

  /// That of the run, created if there is none; of slices that start together one creates it.
  static Manifest load_or_create(const std::filesystem::path& run, const RunIdentity& identity);

  /// Config and points of the run, as extended.
  const RunIdentity& identity() const { return identity_; }
  /// A name that no other run has.
  const std::string& run_id() const { return run_id_; }

  const std::string& creator() const { return creator_; }            ///< as this_program()
  const std::string& cpu_features() const { return cpu_features_; }  ///< of its machine; empty: not noted
  /// The C library of the program that began the run, "glibc 2.36"; empty: not noted.
  const std::string& libm() const { return libm_; }

  /// Signatures of the columns that the run was begun with: those that are computed by solving (and the
  /// telemetry), and those that are assessed; under their present names. Empty: not noted, by a program from
  /// before they were.
  const std::vector<std::string>& columns() const { return columns_; }
  /// Signatures of the assessed columns, see columns().
  const std::vector<std::string>& assessed_columns() const { return assessed_columns_; }

  /// This is or was the hash of the run's config, before it was extended.
  bool has_had_config(const std::string& hash) const { return config_hashes_.contains(hash); }

  /// True if `config` asks for more points of the same scan: of a sampler whose points do not depend on how
  /// many there are (random, Sobol; a list with rows appended). False if it asks for the same rows.
  /// StorageError with the differences otherwise.
  bool is_extended_by(const RunIdentity& config, const std::filesystem::path& run) const;

  /// Replaces the run's manifest, atomically, by one with the config and the points of `config`, for which
  /// is_extended_by() is true. Programs that do not know of extended runs refuse it.
  static Manifest extend(const std::filesystem::path& run, const RunIdentity& config);

  /// Root attributes of every file of the run.
  FileAttributes file_attributes(const std::string& made_by = this_program()) const {
    return mutauscan::file_attributes(identity_, run_id_, made_by);
  }

 private:
  RunIdentity identity_;
  std::string run_id_, creator_, cpu_features_, libm_;
  std::vector<std::string> columns_, assessed_columns_;
  std::set<std::string> config_hashes_;
};

/// Lines "key: run has X, config has Y" for two canonical configs; empty if equal.
std::vector<std::string> config_differences(const std::string& run_json, const std::string& config_json);

/// 16 hexadecimal digits of XXH3, of memory.
std::string xxh3_hex(const void* data, std::size_t size);
/// The same of the content of a file; StorageError if it cannot be read.
std::string xxh3_hex_of_file(const std::filesystem::path& path);

/// Versions of the libraries that a number or a file may depend on.
std::string library_versions();

}  // namespace mutauscan
