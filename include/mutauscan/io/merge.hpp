#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "mutauscan/io/column_file.hpp"
#include "mutauscan/models/model.hpp"

namespace mutauscan {

/// The model of a stored canonical config; asked for only if something has to be assessed.
using ModelOfConfig = std::function<std::unique_ptr<Model>(const std::string& config_json)>;

/// Which limits, likelihoods and verdicts to compute from the other columns of a stored row.
enum class Assess { what_is_missing, everything };

/// `columns`, by name, of some rows of a file, as stored or assessed. A file from before a limit was added
/// lacks its columns; computed so, they are what a scan with this program would have stored. An input of a
/// limit that is not among `columns` is NaN, of which the limit says nothing. Any other column that the file
/// lacks is a StorageError, which names file, column and the program that made it.
std::vector<std::vector<double>> read_or_assess(const ColumnFileReader& reader,
                                                const std::vector<Column>& columns, const Model& model,
                                                Assess assess, std::uint64_t offset, std::uint64_t count);

/// The columns of this program's layout that a copy of a file can have: those it has, and what is assessed.
/// StorageError if it lacks one that it was written with.
std::vector<Column> columns_of_copy(const ColumnFileReader& reader);

/// What the user should know of a merge.
struct MergeReport {
  std::uint64_t rows = 0;
  std::vector<std::string> programs;     ///< that computed them
  std::vector<std::string> assessed;     ///< names of columns that some chunks lacked
  std::vector<std::string> unavailable;  ///< names of this program's columns that no chunk has
};

/// What a merged file of an adaptive scan has beyond its rows.
struct MergedResults {
  FileAttributes attributes;
  std::vector<Column> columns;              ///< of merged_columns()
  std::vector<std::vector<double>> values;  ///< of these, by index; rows beyond have weight 0
  std::vector<Column> table_columns;        ///< of the group `generations`
  std::vector<std::vector<double>> table;   ///< line by line
};

/// Copies a run into one file, rows sorted by index, in blocks of bounded memory. StorageError if chunks are
/// damaged, or if they differ in columns that cannot be assessed.
MergeReport merge_run(const std::filesystem::path& run, const std::filesystem::path& output, int compression,
                      const ModelOfConfig& model_of, const MergedResults& results = {});

}  // namespace mutauscan
