#include "mutauscan/io/run_inventory.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>

namespace mutauscan {
namespace {

namespace fs = std::filesystem;

/// The indices a chunk's name promises; nothing if it is not such a name.
std::optional<IndexRange> hull_of_name(const fs::path& path) {
  const std::string name = path.filename().string();
  const char* const end = name.data() + name.size();
  if (!name.starts_with("chunk-")) return std::nullopt;
  std::uint64_t first = 0, last = 0;
  const char* next = name.data() + 6;
  for (std::uint64_t* number : {&first, &last}) {
    const auto [rest, error] = std::from_chars(next, end, *number);
    if (error != std::errc() || rest == end || *rest != '-') return std::nullopt;
    next = rest + 1;
  }
  if (last < first) return std::nullopt;
  return IndexRange(first, last + 1);
}

bool has(const std::vector<std::string>& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

/// Index and status of the rows, and how often each status occurs in `set`.
Chunk read_rows(const fs::path& path, const ColumnFileReader& reader, const Manifest& manifest,
                const IndexSet& set) {
  Chunk chunk{path, {}, {}, {}, {}};
  const auto indices = reader.read(0);
  const auto status = reader.read(reader.layout().position("status"));
  const double points = double(manifest.identity().points);
  for (const double index : indices)
    if (!(index >= 0.0 && index < points)) throw StorageError("has indices beyond the scan");
  for (const double s : status)
    if (!(s >= 0.0 && s < 1000.0)) throw StorageError("has a status that is none");
  for (std::size_t i = 0; i < indices.size();) {
    std::size_t end = i + 1;
    while (end < indices.size() && indices[end] == indices[end - 1] + 1.0) ++end;
    chunk.indices += IndexRange(std::uint64_t(indices[i]), std::uint64_t(indices[end - 1]) + 1);
    i = end;
  }
  if (count(chunk.indices) != indices.size()) throw StorageError("has repeated indices");
  for (std::size_t i = 0; i < indices.size(); ++i)
    if (boost::icl::contains(set, std::uint64_t(indices[i]))) ++chunk.by_status[int(status[i])];
  return chunk;
}

Chunk inspect(const fs::path& path, const Manifest& manifest, const IndexRange& range) {
  const std::string stem = path.stem().string();
  if (stem.size() < 16 || xxh3_hex_of_file(path) != stem.substr(stem.size() - 16))
    throw StorageError("content does not match the checksum in its name");
  const ColumnFileReader reader(path);
  if (!manifest.has_had_config(reader.attribute("config_hash")))
    throw StorageError("belongs to a run with another config");
  const std::vector<std::string> found = reader.signatures();
  for (const std::string& column : manifest.columns())
    if (!has(found, column))
      throw StorageError("lacks the column " + column + " of the run; it was made by " + reader.made_by());
  Chunk chunk = read_rows(path, reader, manifest, IndexSet(range));
  const auto promised = hull_of_name(path);
  if (promised && (chunk.indices.empty() || *promised != boost::icl::hull(chunk.indices)))
    throw StorageError("has other indices than its name says");
  chunk.made_by = reader.made_by();
  chunk.difference = column_difference(found, manifest.assessed_columns(), *manifest.identity().layout());
  return chunk;
}

void take_in(RunInventory& inventory, Chunk chunk, const IndexSet& set) {
  const IndexSet rows = chunk.indices & set;
  inventory.duplicates += count(IndexSet(inventory.done & rows));
  inventory.done += rows;
  for (const auto& [status, number] : chunk.by_status) inventory.by_status[status] += number;
  inventory.chunks.push_back(std::move(chunk));
}

}  // namespace

ColumnDifference column_difference(const std::vector<std::string>& theirs,
                                   const std::vector<std::string>& assessed_by_them,
                                   const RowLayout& layout) {
  ColumnDifference difference;
  std::vector<std::string> ours;
  for (const Column& column : layout.columns()) {
    ours.push_back(column.signature());
    if (!has(theirs, ours.back()))
      (column.is_assessed ? difference.unassessed : difference.lacking).push_back(ours.back());
  }
  for (const std::string& column : theirs)
    if (!has(ours, column) && !has(assessed_by_them, column)) difference.foreign.push_back(column);
  return difference;
}

std::string ColumnDifference::text() const {
  std::string lines;
  for (const std::string& column : lacking)
    lines += "\n  " + column + ": this program has it, the run has not";
  for (const std::string& column : foreign)
    lines += "\n  " + column + ": the run has it, this program has not";
  return lines;
}

fs::path chunk_path(const fs::path& directory, const IndexRange& hull, const std::string& hash) {
  char range[64];
  std::snprintf(range, sizeof range, "%09llu-%09llu", static_cast<unsigned long long>(hull.lower()),
                static_cast<unsigned long long>(hull.upper() - 1));
  return directory / ("chunk-" + std::string(range) + "-" + hash + ".h5");
}

std::vector<fs::path> chunk_files(const fs::path& run) {
  std::vector<fs::path> files;
  if (fs::is_directory(run / "chunks"))
    for (const auto& entry : fs::directory_iterator(run / "chunks"))
      if (entry.path().extension() == ".h5") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

RunInventory take_inventory(const fs::path& run, const Manifest& manifest, const IndexRange& range) {
  RunInventory inventory;
  for (const fs::path& path : chunk_files(run)) {
    if (const auto hull = hull_of_name(path); hull && !boost::icl::intersects(*hull, range)) continue;
    try {
      take_in(inventory, inspect(path, manifest, range), IndexSet(range));
    } catch (const StorageError& error) {
      if (fs::exists(path))
        inventory.damaged.push_back({path, error.what()});  // else: set aside by another slice
    }
  }
  return inventory;
}

RunInventory take_inventory(const fs::path& run, const Manifest& manifest) {
  return take_inventory(run, manifest, IndexRange(0, manifest.identity().points));
}

RunInventory count_rows(const fs::path& run, const Manifest& manifest, const IndexSet& set) {
  RunInventory inventory;
  for (const fs::path& path : chunk_files(run)) {
    if (const auto hull = hull_of_name(path); hull && !boost::icl::intersects(set, *hull)) continue;
    try {
      take_in(inventory, read_rows(path, ColumnFileReader(path), manifest, set), set);
    } catch (const StorageError&) {
      continue;  // `verify` names it
    }
  }
  return inventory;
}

}  // namespace mutauscan
