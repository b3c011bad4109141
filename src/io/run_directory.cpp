#include "mutauscan/io/run_directory.hpp"

#include <algorithm>
#include <fstream>

namespace mutauscan {
namespace {

namespace fs = std::filesystem;

/// chunk-000001-<XXH3 of the file>.h5: the name vouches for every byte.
fs::path chunk_path(const fs::path& directory, std::uint64_t sequence, const std::string& hash) {
  char number[32];
  std::snprintf(number, sizeof number, "%06llu", static_cast<unsigned long long>(sequence));
  return directory / ("chunk-" + std::string(number) + "-" + hash + ".h5");
}

std::string hash_of_file(const fs::path& path) {
  const std::string content = read_text(path);
  return xxh3_hex(content.data(), content.size());
}

/// Sequence number in a chunk's file name; 0 if it is not such a name.
std::uint64_t sequence_of(const fs::path& path) {
  const std::string name = path.filename().string();
  if (!name.starts_with("chunk-")) return 0;
  return std::strtoull(name.c_str() + 6, nullptr, 10);
}

Chunk inspect(const fs::path& path, const Manifest& manifest) {
  const std::string stem = path.stem().string();
  if (stem.size() < 16 || hash_of_file(path) != stem.substr(stem.size() - 16))
    throw StorageError("content does not match the checksum in its name");
  const ColumnFileReader reader(path);
  if (reader.attribute("config_hash") != manifest.identity().hash())
    throw StorageError("belongs to a run with another config");
  Chunk chunk{path, {}, {}};
  const auto indices = reader.read(0);
  const auto status = reader.read(column_position("status"));
  for (std::size_t i = 0; i < indices.size();) {
    std::size_t end = i + 1;
    while (end < indices.size() && indices[end] == indices[end - 1] + 1.0) ++end;
    chunk.indices += IndexRange(std::uint64_t(indices[i]), std::uint64_t(indices[end - 1]) + 1);
    i = end;
  }
  if (count(chunk.indices) != indices.size()) throw StorageError("has repeated indices");
  if (!indices.empty() && boost::icl::last(chunk.indices) >= manifest.identity().points)
    throw StorageError("has indices beyond the scan");
  for (double s : status) ++chunk.by_status[int(s)];
  return chunk;
}

std::vector<fs::path> chunk_files(const fs::path& run) {
  std::vector<fs::path> files;
  if (fs::is_directory(run / "chunks"))
    for (const auto& entry : fs::directory_iterator(run / "chunks"))
      if (entry.path().extension() == ".h5") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

RunInventory take_inventory(const fs::path& run, const Manifest& manifest) {
  RunInventory inventory;
  for (const fs::path& path : chunk_files(run)) {
    try {
      Chunk chunk = inspect(path, manifest);
      inventory.duplicates += count(IndexSet(inventory.done & chunk.indices));
      inventory.done += chunk.indices;
      for (const auto& [status, rows] : chunk.by_status) inventory.by_status[status] += rows;
      inventory.chunks.push_back(std::move(chunk));
    } catch (const StorageError& error) {
      inventory.damaged.push_back({path, error.what()});
    }
  }
  return inventory;
}

RunDirectory::RunDirectory(fs::path path, const RunIdentity& identity, const StoreOptions& options, int ranks)
    : path_(std::move(path)), options_(options) {
  std::error_code error;
  fs::create_directories(path_ / "chunks", error);
  if (error) throw StorageError("cannot create " + (path_ / "chunks").string() + ": " + error.message());
  lock_ = std::make_unique<RunLock>(path_);

  if (fs::exists(path_ / "manifest.json")) {
    manifest_ = Manifest::load(path_);
    const auto differences = config_differences(manifest_->identity().config_json, identity.config_json);
    if (!differences.empty()) {
      std::string message = path_.string() + " was made with another config:";
      for (const std::string& line : differences) message += "\n  " + line;
      throw StorageError(message +
                         "\nhint: choose another --out, restore the config, or pass --fresh to set the "
                         "old run aside and start anew");
    }
  } else if (!chunk_files(path_).empty()) {
    throw StorageError((path_ / "manifest.json").string() +
                       " is missing, but there are chunks: not a run of this "
                       "program, or a damaged one");
  } else {
    manifest_ = Manifest::create(identity);
  }
  manifest_->add_session(ranks);
  manifest_->save(path_);

  for (const auto& entry : fs::directory_iterator(path_ / "chunks"))  // of a writer that was killed
    if (entry.path().extension() == ".part") fs::remove(entry.path());

  RunInventory inventory = take_inventory(path_, *manifest_);
  for (const fs::path& file : chunk_files(path_))
    next_sequence_ = std::max(next_sequence_, sequence_of(file) + 1);
  for (DamagedFile& bad : inventory.damaged) {
    fs::create_directories(path_ / "quarantine");
    fs::rename(bad.path, path_ / "quarantine" / bad.path.filename());
    quarantined_.push_back(std::move(bad));
  }
  done_at_start_ = std::move(inventory.done);
  by_status_ = std::move(inventory.by_status);
}

void RunDirectory::add(const RowBlock& rows) {
  pending_.append_packed(rows.packed().data(), rows.rows());
  const std::size_t status = column_position("status");
  for (std::size_t i = 0; i < rows.rows(); ++i) ++by_status_[int(rows.at(i, status))];
}

void RunDirectory::flush() {
  if (pending_.empty()) return;
  pending_.sort_by_index();
  const std::size_t rows = pending_.rows();
  const std::uint64_t sequence = next_sequence_;
  const fs::path directory = path_ / "chunks";
  ColumnFileWriter writer(chunk_path(directory, sequence, "unfinished"), rows, rows, options_.compression,
                          manifest_->file_attributes());
  std::vector<double> values(rows);
  for (std::size_t column = 0; column < columns().size(); ++column) {
    for (std::size_t row = 0; row < rows; ++row) values[row] = pending_.at(row, column);
    writer.write(column, 0, values);
  }
  writer.finish([&](const fs::path& part) { return chunk_path(directory, sequence, hash_of_file(part)); });
  ++next_sequence_;
  pending_.clear();
}

void RunDirectory::write_status(const std::string& json) const {
  write_text_atomically(path_ / "status.json", json + "\n");
  lock_->refresh();
}

fs::path set_run_aside(const fs::path& run) {
  if (is_locked_by_live_process(run)) throw StorageError(run.string() + " is in use by another scan");
  fs::path plain = run;
  if (!plain.has_filename()) plain = plain.parent_path();
  fs::path target = plain.string() + ".replaced-" + timestamp();
  for (int n = 2; fs::exists(target); ++n)
    target = plain.string() + ".replaced-" + timestamp() + "-" + std::to_string(n);
  std::error_code error;
  fs::rename(plain, target, error);
  if (error) throw StorageError("cannot rename " + plain.string() + ": " + error.message());
  return target;
}

std::uint64_t merge_run(const fs::path& run, const fs::path& output, int compression) {
  constexpr std::uint64_t block_rows = 65536;
  const Manifest manifest = Manifest::load(run);
  const RunInventory inventory = take_inventory(run, manifest);
  if (!inventory.damaged.empty())
    throw StorageError(inventory.damaged.front().path.string() + ": " + inventory.damaged.front().reason +
                       "\nhint: `mutauscan scan` sets damaged chunks aside and computes their rows again");

  const std::uint64_t total = count(inventory.done);
  ColumnFileWriter writer(output, total, block_rows, compression, manifest.file_attributes());
  // Blocks of consecutive done indices: `first` index of the block, `offset` of its first row in the output.
  std::uint64_t offset = 0;
  auto range = inventory.done.begin();
  std::uint64_t next = range == inventory.done.end() ? 0 : range->lower();
  while (offset < total) {
    // The indices of this block, as ranges, and the output row of each range's start.
    std::vector<std::pair<IndexRange, std::uint64_t>> block;
    std::uint64_t rows = 0;
    while (rows < block_rows && range != inventory.done.end()) {
      const std::uint64_t take = std::min(block_rows - rows, range->upper() - next);
      block.emplace_back(IndexRange(next, next + take), rows);
      rows += take;
      next += take;
      if (next == range->upper() && ++range != inventory.done.end()) next = range->lower();
    }
    const IndexRange hull(block.front().first.lower(), block.back().first.upper());
    const auto row_of = [&](std::uint64_t index) {
      const auto it = std::upper_bound(block.begin(), block.end(), index,
                                       [](std::uint64_t i, const auto& b) { return i < b.first.upper(); });
      return it->second + (index - it->first.lower());
    };

    std::vector<std::vector<double>> buffer(columns().size(), std::vector<double>(rows));
    for (const Chunk& chunk : inventory.chunks) {
      if (!boost::icl::intersects(chunk.indices, hull)) continue;
      const ColumnFileReader reader(chunk.path);
      const auto indices = reader.read(0);
      const auto lower = std::lower_bound(indices.begin(), indices.end(), double(hull.lower()));
      const auto upper = std::lower_bound(lower, indices.end(), double(hull.upper()));
      const auto begin = std::uint64_t(lower - indices.begin()), length = std::uint64_t(upper - lower);
      for (std::size_t column = 0; column < columns().size(); ++column) {
        const auto values = reader.read(column, begin, length);
        for (std::size_t i = 0; i < values.size(); ++i)
          buffer[column][row_of(std::uint64_t(indices[begin + i]))] = values[i];
      }
    }
    for (std::size_t column = 0; column < columns().size(); ++column)
      writer.write(column, offset, buffer[column]);
    offset += rows;
  }
  writer.finish();
  return total;
}

}  // namespace mutauscan
