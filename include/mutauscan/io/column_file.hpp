#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "mutauscan/io/record.hpp"
#include "mutauscan/models/model.hpp"

namespace mutauscan {

/// A file is damaged, foreign or cannot be written: exit code 4.
class StorageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Root attributes: what makes a file describe itself.
using FileAttributes = std::map<std::string, std::string>;

/// Version of the layout of files and run directories; files of another version are refused.
inline constexpr const char* schema_version = "1";

/// Writes one HDF5 file of columns: NAME.HOST-PID.part until finish(), which closes, fsyncs and renames it.
/// The format is HDF5 1.8-compatible; datasets are chunked, shuffled, deflated and carry fletcher32 checksums
/// and the attributes units, long_name and symbol.
class ColumnFileWriter {
 public:
  ColumnFileWriter(std::filesystem::path path, const std::vector<Column>& columns, std::uint64_t rows,
                   std::uint64_t rows_per_block, int compression, const FileAttributes& attributes);
  ~ColumnFileWriter();  ///< an unfinished .part is removed
  ColumnFileWriter(const ColumnFileWriter&) = delete;
  ColumnFileWriter& operator=(const ColumnFileWriter&) = delete;

  /// Values of one column for the rows of one block: `offset` is a multiple of rows_per_block, and the block
  /// is whole or the last.
  void write(std::size_t column, std::uint64_t offset, const std::vector<double>& values);

  /// The same for a block of rows_per_block values that went through the filters before (ChunkEncoder, with
  /// the same compression).
  void write_encoded(std::size_t column, std::uint64_t offset, std::span<const std::uint8_t> bytes);

  /// Closes, syncs and renames to the path given, or to what `choose_path(part)` makes of the closed file.
  std::filesystem::path finish(
      const std::function<std::filesystem::path(const std::filesystem::path& part)>& choose_path = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Reads a file of columns; every failure is a StorageError that names the file.
class ColumnFileReader {
 public:
  explicit ColumnFileReader(const std::filesystem::path& path);
  ~ColumnFileReader();
  ColumnFileReader(ColumnFileReader&&) noexcept;

  const RowLayout& layout() const;  ///< of the kind of model that the file's config names
  std::uint64_t rows() const;
  std::string attribute(const std::string& name) const;
  FileAttributes attributes() const;
  std::vector<double> read(std::size_t column, std::uint64_t offset, std::uint64_t count) const;
  std::vector<double> read(std::size_t column) const { return read(column, 0, rows()); }

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The kind of model of a canonical config, as stored in files; StorageError if it is not one.
const ModelKind& model_kind_of(const std::string& config_json);

/// fsync of a file or directory; StorageError on failure.
void sync_path(const std::filesystem::path& path);

/// .NAME.HOST-PID in the same directory: a name no other process uses.
std::filesystem::path unique_neighbour(const std::filesystem::path& path);

/// Writes and fsyncs a small text file.
void write_text(const std::filesystem::path& path, const std::string& text);

/// Creates a small text file if there is none; of several who try one succeeds. Its content is complete from
/// the moment it exists.
bool create_text_once(const std::filesystem::path& path, const std::string& text);

/// Replaces a small text file atomically: temporary, fsync, rename, fsync of the directory.
void write_text_atomically(const std::filesystem::path& path, const std::string& text);

/// The whole text of a file; StorageError if it cannot be read.
std::string read_text(const std::filesystem::path& path);

}  // namespace mutauscan
