#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "mutauscan/io/column_file.hpp"
#include "mutauscan/io/slice.hpp"

namespace mutauscan {

/// What a scan is: two runs with equal `config_json` compute the same rows.
struct RunIdentity {
  std::string config_toml;  ///< as the user wrote it
  std::string
      config_json;  ///< canonical: every physics, parameter, sampling and solver setting, defaults filled in
  std::uint64_t points = 0;

  const ModelKind& kind() const { return model_kind_of(config_json); }

  /// XXH3 (64 bit, hexadecimal) of config_json.
  std::string hash() const;
};

/// Root attributes of every file made for this identity: config, versions, time.
FileAttributes file_attributes(const RunIdentity& identity, const std::string& run_id);

/// RUN/manifest.json: the identity and what created the run. Written once, never changed.
class Manifest {
 public:
  static Manifest load(const std::filesystem::path& run);  ///< StorageError if missing or damaged

  /// That of the run, created if there is none; of slices that start together one creates it.
  static Manifest load_or_create(const std::filesystem::path& run, const RunIdentity& identity);

  const RunIdentity& identity() const { return identity_; }
  const std::string& run_id() const { return run_id_; }

  /// Root attributes of every file of the run.
  FileAttributes file_attributes() const { return mutauscan::file_attributes(identity_, run_id_); }

 private:
  RunIdentity identity_;
  std::string run_id_;
};

/// Adds RUN/sessions/TIME-HOST-PID.json: when, where, as which job and with which version a scan worked on a
/// run.
void record_session(const std::filesystem::path& run, int ranks, const Slice& slice);

/// Lines "key: run has X, config has Y" for two canonical configs; empty if equal.
std::vector<std::string> config_differences(const std::string& run_json, const std::string& config_json);

/// 16 hexadecimal digits of XXH3, of memory or of a file's content.
std::string xxh3_hex(const void* data, std::size_t size);
std::string xxh3_hex_of_file(const std::filesystem::path& path);

/// Versions of the libraries the program was built with.
std::string library_versions();

/// UTC time as 2026-11-23T18:00:00Z.
std::string timestamp();

/// Host name, process, and the scheduler's job id if there is one (Slurm, PBS).
struct ProcessIdentity {
  std::string host;
  long pid;
  std::string job;
};
ProcessIdentity this_process();

}  // namespace mutauscan
