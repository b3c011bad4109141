#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "mutauscan/io/record.hpp"
#include "mutauscan/io/text_file.hpp"
#include "mutauscan/models/model.hpp"

namespace mutauscan {

/// Root attributes: what makes a file describe itself.
using FileAttributes = std::map<std::string, std::string>;

/// An attribute of an HDF5 file of the 1.8 format holds 64 kB; texts that become one are kept below this.
inline constexpr std::size_t longest_attribute = 60000;

/// Version of the format of files; those of another version are refused.
inline constexpr const char* schema_version = "1";

/// Writes one HDF5 file of columns: NAME.HOST-PID.part until finish(), which closes, fsyncs and renames it.
/// The format is HDF5 1.8-compatible; datasets are chunked, shuffled, deflated and carry fletcher32 checksums
/// and the attributes units, long_name and symbol.
class ColumnFileWriter {
 public:
  /// Creates the file with all its datasets. `compression`: of deflate, 0 to 9.
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

  /// A small table of its own, as a group of datasets without blocks: `lines` of as many values as columns.
  void write_table(const std::string& group, const std::string& long_name, const std::vector<Column>& columns,
                   const std::vector<std::vector<double>>& lines);

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
  /// Opens the file; StorageError if it is not one of this schema and of a known kind of model.
  explicit ColumnFileReader(const std::filesystem::path& path);
  ~ColumnFileReader();
  ColumnFileReader(ColumnFileReader&&) noexcept;

  /// That of the kind of model that the file's config names, and columns of merged_columns() that it has.
  const RowLayout& layout() const;
  /// Number of rows.
  std::uint64_t rows() const;
  /// Whether there is a root attribute of this name.
  bool has_attribute(const std::string& name) const;
  /// The text of a root attribute; StorageError if it is missing or not a fixed-length string.
  std::string attribute(const std::string& name) const;
  /// All root attributes.
  FileAttributes attributes() const;

  /// The program that computed the rows: "mutauscan 0.4.0 (fd5235e8)"; of a merged file perhaps several.
  std::string made_by() const;

  /// Signatures of the columns that the file has, under their present names; StorageError unless each has
  /// rows() rows, and unless they are the columns that the file was written with. (A file of a program from
  /// before these were noted has what it has.)
  std::vector<std::string> signatures() const;

  bool has(std::size_t column) const;  ///< a column of the layout, be it under its former name
  /// Values of a column, `count` of them from row `offset` on.
  std::vector<double> read(std::size_t column, std::uint64_t offset, std::uint64_t count) const;
  /// All values of a column.
  std::vector<double> read(std::size_t column) const { return read(column, 0, rows()); }

 private:
  std::vector<std::string> stored_signatures() const;
  void require_written_columns(const std::vector<std::string>& stored) const;

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The kind of model of a canonical config, as stored in files; StorageError if it is not one.
const ModelKind& model_kind_of(const std::string& config_json);

/// The columns of the rows of a canonical config: those of its kind of model, and, if its sampler is adaptive
/// (the config has scan.sampler_version), `u_<axis>` for each axis in the order of the model's parameters.
std::shared_ptr<const RowLayout> row_layout_of(const std::string& config_json);

/// Columns of merged files of adaptive scans, which are functions of all rows: weight, chain, loglike_birth.
const std::vector<Column>& merged_columns();

}  // namespace mutauscan
