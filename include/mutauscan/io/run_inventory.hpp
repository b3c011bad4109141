#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "mutauscan/io/index_set.hpp"
#include "mutauscan/io/manifest.hpp"

namespace mutauscan {

/// How the columns of a file differ from those of this program.
struct ColumnDifference {
  std::vector<std::string> lacking;     ///< signatures of columns that are computed by solving, or telemetry
  std::vector<std::string> unassessed;  ///< of limits, likelihoods and verdicts that the file lacks
  std::vector<std::string> foreign;     ///< of columns that only the file has

  /// What the file lacks are limits and likelihoods only.
  bool can_be_assessed() const { return lacking.empty() && foreign.empty(); }

  /// "  h_bb:float64:1: run has none", ... a line each of `lacking` and `foreign`.
  std::string text() const;
};

/// Of a file, or of a run (`theirs`), with columns of the latter that are assessed counted as such.
ColumnDifference column_difference(const std::vector<std::string>& theirs,
                                   const std::vector<std::string>& assessed_by_them, const RowLayout& layout);

/// One finished file of a run.
struct Chunk {
  std::filesystem::path path;
  IndexSet indices;
  std::map<int, std::uint64_t> by_status;  ///< rows per status, of those asked for
  std::string made_by;
  ColumnDifference difference;  ///< from this program's columns
};

/// A chunk that is not what it should be.
struct DamagedFile {
  std::filesystem::path path;
  std::string reason;
};

/// The finished chunks of a run that have rows in a range.
struct RunInventory {
  std::vector<Chunk> chunks;
  std::vector<DamagedFile> damaged;
  IndexSet done;                 ///< of the range
  std::uint64_t duplicates = 0;  ///< rows that stand in more than one chunk
  std::map<int, std::uint64_t> by_status;
};

/// Each chunk is checked: XXH3 of the whole file and its first and last index against its name, config hash,
/// its columns against those it was written with and those of the run, that each has a value for each row.
RunInventory take_inventory(const std::filesystem::path& run, const Manifest& manifest,
                            const IndexRange& range);
RunInventory take_inventory(const std::filesystem::path& run, const Manifest& manifest);  ///< all of it

/// The rows of a set of indices that stand in finished chunks: a quick count, which reads index and status
/// only and leaves out files that it cannot read. `by_status` counts rows of two chunks twice.
RunInventory count_rows(const std::filesystem::path& run, const Manifest& manifest, const IndexSet& set);

/// chunk-FIRST-LAST-HASH.h5: the first and last index in it, so that a slice need not read files of others,
/// and the XXH3 of the file, which vouches for every byte.
std::filesystem::path chunk_path(const std::filesystem::path& directory, const IndexRange& hull,
                                 const std::string& hash);

/// The finished files of a run, sorted by name.
std::vector<std::filesystem::path> chunk_files(const std::filesystem::path& run);

}  // namespace mutauscan
