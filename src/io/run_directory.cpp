#include "mutauscan/io/run_directory.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace mutauscan {
namespace {

namespace fs = std::filesystem;

/// chunk-FIRST-LAST-HASH.h5: the first and last index in it, so that a slice need not read what is none of
/// its business, and the XXH3 of the file, which vouches for every byte.
fs::path chunk_path(const fs::path& directory, const IndexRange& hull, const std::string& hash) {
  char range[64];
  std::snprintf(range, sizeof range, "%09llu-%09llu", static_cast<unsigned long long>(hull.lower()),
                static_cast<unsigned long long>(hull.upper() - 1));
  return directory / ("chunk-" + std::string(range) + "-" + hash + ".h5");
}

/// The indices a chunk's name promises; nothing if it is not such a name.
std::optional<IndexRange> hull_of_name(const fs::path& path) {
  unsigned long long first = 0, last = 0;
  int length = 0;
  const std::string name = path.filename().string();
  if (std::sscanf(name.c_str(), "chunk-%llu-%llu-%n", &first, &last, &length) != 2 || length == 0 ||
      last < first)
    return std::nullopt;
  return IndexRange(first, last + 1);
}

Chunk inspect(const fs::path& path, const Manifest& manifest, const IndexRange& range) {
  const std::string stem = path.stem().string();
  if (stem.size() < 16 || xxh3_hex_of_file(path) != stem.substr(stem.size() - 16))
    throw StorageError("content does not match the checksum in its name");
  const ColumnFileReader reader(path);
  if (reader.attribute("config_hash") != manifest.identity().hash())
    throw StorageError("belongs to a run with another config");
  Chunk chunk{path, {}, {}};
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
  const auto promised = hull_of_name(path);
  if (promised && (indices.empty() || *promised != boost::icl::hull(chunk.indices)))
    throw StorageError("has other indices than its name says");
  for (std::size_t i = 0; i < indices.size(); ++i)
    if (boost::icl::contains(range, std::uint64_t(indices[i]))) ++chunk.by_status[int(status[i])];
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

RunInventory take_inventory(const fs::path& run, const Manifest& manifest, const IndexRange& range) {
  RunInventory inventory;
  for (const fs::path& path : chunk_files(run)) {
    if (const auto hull = hull_of_name(path); hull && !boost::icl::intersects(*hull, range)) continue;
    try {
      Chunk chunk = inspect(path, manifest, range);
      const IndexSet rows = chunk.indices & range;
      inventory.duplicates += count(IndexSet(inventory.done & rows));
      inventory.done += rows;
      for (const auto& [status, number] : chunk.by_status) inventory.by_status[status] += number;
      inventory.chunks.push_back(std::move(chunk));
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

RunDirectory::RunDirectory(fs::path path, const RunIdentity& identity, const StoreOptions& options, int ranks,
                           Slice slice, const RunLock::Notice& notice)
    : path_(std::move(path)),
      options_(options),
      slice_(slice),
      pending_(*identity.kind().layout),
      being_written_(*identity.kind().layout) {
  std::error_code error;
  fs::create_directories(path_ / "chunks", error);
  if (error) throw StorageError("cannot create " + (path_ / "chunks").string() + ": " + error.message());
  lock_ = std::make_unique<RunLock>(path_, slice_, notice);

  if (!fs::exists(path_ / "manifest.json") && !chunk_files(path_).empty())
    throw StorageError((path_ / "manifest.json").string() +
                       " is missing, but there are chunks: not a run of this program, or a damaged one");
  manifest_ = Manifest::load_or_create(path_, identity);
  const auto differences = config_differences(manifest_->identity().config_json, identity.config_json);
  if (!differences.empty()) {
    std::string message = path_.string() + " was made with another config:";
    for (const std::string& line : differences) message += "\n  " + line;
    throw StorageError(message +
                       "\nhint: choose another --out, restore the config, or pass --fresh to set the "
                       "old run aside and start anew");
  }
  record_session(path_, ranks, slice_);
  remove_leftovers();

  RunInventory inventory = take_inventory(path_, *manifest_, range());
  for (DamagedFile& bad : inventory.damaged) {
    fs::create_directories(path_ / "quarantine");
    fs::rename(bad.path, path_ / "quarantine" / bad.path.filename(), error);
    if (error && error != std::errc::no_such_file_or_directory)  // that: another slice was faster
      throw StorageError("cannot move " + bad.path.string() + " to quarantine: " + error.message());
    quarantined_.push_back(std::move(bad));
  }
  done_at_start_ = std::move(inventory.done);
  by_status_ = std::move(inventory.by_status);

  // A vector that grows holds twice as much as it needs.
  const std::uint64_t rows = std::min<std::uint64_t>(options_.chunk_rows + options_.chunk_rows / 8, 100000);
  for (RowBlock* block : {&pending_, &being_written_}) {
    std::vector<double> memory;
    memory.reserve(rows * block->layout().width());
    block->exchange_packed(memory);
  }
}

/// What a killed writer left, the status of a scan that divided the run in another way (with the lock held no
/// such scan is alive), and the STOP file, unless other slices have yet to obey it.
void RunDirectory::remove_leftovers() const {
  if (lock_->is_the_only_one()) fs::remove(path_ / "STOP");
  for (const auto& entry : fs::directory_iterator(path_ / "chunks"))
    if (const std::string name = entry.path().filename().string();
        name.ends_with(".part") &&
        (slice_.is_whole() || name.starts_with(unfinished_chunk().filename().string())))
      fs::remove(entry.path());
  for (const auto& entry : fs::directory_iterator(path_)) {
    const std::string name = entry.path().filename().string();
    const bool is_status = name.starts_with("status.") && name.ends_with(".json");
    const std::string ours = "-of-" + std::to_string(slice_.count) + ".json";
    const bool is_foreign = is_status && (slice_.is_whole() ? name != "status.json" : !name.ends_with(ours));
    if (is_foreign || name.starts_with(".status" + slice_.suffix() + ".json.")) fs::remove(entry.path());
  }
}

fs::path RunDirectory::unfinished_chunk() const {
  return path_ / "chunks" / ("unfinished" + slice_.suffix());
}

void RunDirectory::add(const RowBlock& rows) {
  if (pending_.empty()) pending_since_ = Clock::now();
  pending_.append_packed(rows.packed().data(), rows.rows());
  for (const auto& [status, number] : summary_of(rows).by_status) by_status_[status] += number;
}

void RunDirectory::add(EncodedBlock block) {
  if (block.compression() != options_.compression || !boost::icl::contains(range(), block.indices()))
    throw StorageError("a process sent rows of another config, or that nobody asked for");
  if (pending_blocks_.empty()) blocks_pending_since_ = Clock::now();
  for (const auto& [status, number] : block.summary().by_status) by_status_[status] += number;
  pending_blocks_.push_back(std::move(block));
}

void RunDirectory::write_due(double longest_wait_seconds) {
  if (writing_.valid() && writing_.wait_for(std::chrono::seconds(0)) == std::future_status::ready)
    finish_writing();
  const auto now = Clock::now();
  const auto due = [&](std::uint64_t rows, Clock::time_point since) {
    return rows >= options_.chunk_rows ||
           (rows > 0 && std::chrono::duration<double>(now - since).count() >= longest_wait_seconds);
  };
  start_writing(due(pending_.rows(), pending_since_),
                due(pending_blocks_.size() * block_rows, blocks_pending_since_));
}

void RunDirectory::start_writing(bool rows, bool blocks) {
  if (!rows && !blocks) return;
  finish_writing();
  if (rows) std::swap(pending_, being_written_);
  if (blocks) std::swap(pending_blocks_, blocks_being_written_);
  writing_ = std::async(std::launch::async, [this] {
    const auto start = Clock::now();
    if (!being_written_.empty()) write_rows();
    if (!blocks_being_written_.empty()) write_blocks();
    return std::chrono::duration<double>(Clock::now() - start).count();
  });
}

void RunDirectory::finish_writing() {
  if (!writing_.valid()) return;
  slowest_write_seconds_ = std::max(slowest_write_seconds_, writing_.get());
  being_written_.clear();
  blocks_being_written_.clear();
}

void RunDirectory::flush() {
  start_writing(!pending_.empty(), !pending_blocks_.empty());
  finish_writing();
}

void RunDirectory::write_rows() const {
  const std::vector<std::size_t> order = being_written_.order_by_index();
  const IndexRange hull(std::uint64_t(being_written_.at(order.front(), 0)),
                        std::uint64_t(being_written_.at(order.back(), 0)) + 1);
  write_chunk(hull, order.size(), order.size(), [&](ColumnFileWriter& writer) {
    being_written_.for_each_column(order, [&](std::size_t column, const std::vector<double>& values) {
      writer.write(column, 0, values);
    });
  });
}

void RunDirectory::write_blocks() {
  std::vector<EncodedBlock>& blocks = blocks_being_written_;
  std::sort(blocks.begin(), blocks.end(), [](const EncodedBlock& a, const EncodedBlock& b) {
    return a.indices().lower() < b.indices().lower();
  });
  const IndexRange hull(blocks.front().indices().lower(), blocks.back().indices().upper());
  write_chunk(hull, blocks.size() * block_rows, block_rows, [&](ColumnFileWriter& writer) {
    for (std::size_t column = 0; column < being_written_.layout().width(); ++column)
      for (std::size_t b = 0; b < blocks.size(); ++b)
        writer.write_encoded(column, b * block_rows, blocks[b].column(column));
  });
}

void RunDirectory::write_chunk(const IndexRange& hull, std::uint64_t rows, std::uint64_t rows_per_block,
                               const std::function<void(ColumnFileWriter&)>& fill) const {
  lock_->require_ownership();
  ColumnFileWriter writer(unfinished_chunk(), being_written_.layout().columns(), rows, rows_per_block,
                          options_.compression, manifest_->file_attributes());
  fill(writer);
  writer.finish(
      [&](const fs::path& part) { return chunk_path(part.parent_path(), hull, xxh3_hex_of_file(part)); });
}

void RunDirectory::write_status(const std::string& json) const {
  lock_->require_ownership();
  write_text_atomically(status_file(), json + "\n");
}

std::string RunDirectory::read_status() const {
  return fs::exists(status_file()) ? read_text(status_file()) : "";
}

fs::path RunDirectory::status_file() const { return path_ / ("status" + slice_.suffix() + ".json"); }

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
  constexpr std::uint64_t rows_at_a_time = 65536;
  const Manifest manifest = Manifest::load(run);
  const RunInventory inventory = take_inventory(run, manifest);
  if (!inventory.damaged.empty())
    throw StorageError(inventory.damaged.front().path.string() + ": " + inventory.damaged.front().reason +
                       "\nhint: `mutauscan scan` sets damaged chunks aside and computes their rows again");

  const std::uint64_t total = count(inventory.done);
  const std::vector<Column>& columns = manifest.identity().kind().layout->columns();
  ColumnFileWriter writer(output, columns, total, rows_at_a_time, compression, manifest.file_attributes());
  // Blocks of consecutive done indices: `first` index of the block, `offset` of its first row in the output.
  std::uint64_t offset = 0;
  auto range = inventory.done.begin();
  std::uint64_t next = range == inventory.done.end() ? 0 : range->lower();
  while (offset < total) {
    // The indices of this block, as ranges, and the output row of each range's start.
    std::vector<std::pair<IndexRange, std::uint64_t>> block;
    std::uint64_t rows = 0;
    while (rows < rows_at_a_time && range != inventory.done.end()) {
      const std::uint64_t take = std::min(rows_at_a_time - rows, range->upper() - next);
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

    std::vector<std::vector<double>> buffer(columns.size(), std::vector<double>(rows));
    for (const Chunk& chunk : inventory.chunks) {
      if (!boost::icl::intersects(chunk.indices, hull)) continue;
      const ColumnFileReader reader(chunk.path);
      const auto indices = reader.read(0);
      const auto lower = std::lower_bound(indices.begin(), indices.end(), double(hull.lower()));
      const auto upper = std::lower_bound(lower, indices.end(), double(hull.upper()));
      const auto begin = std::uint64_t(lower - indices.begin()), length = std::uint64_t(upper - lower);
      for (std::size_t column = 0; column < columns.size(); ++column) {
        const auto values = reader.read(column, begin, length);
        for (std::size_t i = 0; i < values.size(); ++i)
          buffer[column][row_of(std::uint64_t(indices[begin + i]))] = values[i];
      }
    }
    for (std::size_t column = 0; column < columns.size(); ++column)
      writer.write(column, offset, buffer[column]);
    offset += rows;
  }
  writer.finish();
  return total;
}

}  // namespace mutauscan
