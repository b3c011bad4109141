#include "mutauscan/io/run_directory.hpp"

#include <algorithm>
#include <utility>

#include "mutauscan/core/build_info.hpp"

namespace mutauscan {
namespace {

namespace fs = std::filesystem;

/// StorageError if the columns differ by more than what can be assessed later.
void require_our_columns(const ColumnDifference& difference, const std::string& of,
                         const std::string& maker) {
  if (difference.can_be_assessed()) return;
  throw StorageError(
      of + " has other columns than this program, " + this_program() + "; it was made by " + maker + ":" +
      difference.text() +
      "\nhint: finish and merge the run with that program, choose another --out, or pass --fresh "
      "to set it aside and start anew");
}

}  // namespace

bool require_same_scan(const fs::path& run, const Manifest& manifest, const RunIdentity& identity,
                       bool accept_program) {
  const bool is_extended = manifest.is_extended_by(identity, run);
  if (!manifest.columns().empty())
    require_our_columns(
        column_difference(manifest.columns(), manifest.assessed_columns(), *identity.layout()), run.string(),
        manifest.creator());
  if (manifest.creator() != this_program() && !accept_program && !has_session_of_this_program(run))
    throw StorageError(
        run.string() + " was made by another program, " + manifest.creator() + ", than this, " +
        this_program() +
        ": rows of both would stand side by side\nhint: go on with that program, or pass "
        "--accept-program if what has changed since changes no row (the change log says so); or "
        "choose another --out, or pass --fresh to set the old run aside and start anew");
  return is_extended;
}

RunDirectory::RunDirectory(fs::path path, const RunIdentity& identity, const StoreOptions& options, int ranks,
                           Slice slice, const RunLock::Notice& notice, bool accept_program)
    : path_(std::move(path)),
      options_(options),
      slice_(slice),
      layout_(identity.layout()),
      pending_(*layout_),
      being_written_(*layout_) {
  std::error_code error;
  fs::create_directories(path_ / "chunks", error);
  if (error) throw StorageError("cannot create " + (path_ / "chunks").string() + ": " + error.message());
  lock_ = std::make_unique<RunLock>(path_, slice_, identity.points, notice);
  open_manifest(identity, accept_program);
  RunInventory inventory = take_inventory(path_, *manifest_, range());
  for (const Chunk& chunk : inventory.chunks)
    require_our_columns(chunk.difference, chunk.path.string(), chunk.made_by);
  record_session(path_, ranks, slice_);
  remove_leftovers();
  set_damaged_aside(inventory);
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

void RunDirectory::open_manifest(const RunIdentity& identity, bool accept_program) {
  if (!fs::exists(path_ / "manifest.json") && !chunk_files(path_).empty())
    throw StorageError((path_ / "manifest.json").string() +
                       " is missing, but there are chunks: not a run of this program, or a damaged one");
  manifest_ = Manifest::load_or_create(path_, identity);
  const bool is_extended = require_same_scan(path_, *manifest_, identity, accept_program);
  compare_machines();
  if (!is_extended) return;
  remarks_.push_back("extending " + path_.string() + " from " + std::to_string(manifest_->identity().points) +
                     " to " + std::to_string(identity.points) + " points");
  manifest_ = Manifest::extend(path_, identity);
}

void RunDirectory::compare_machines() {
  const auto compare = [&](const char* what, const std::string& run, const std::string& here) {
    if (!run.empty() && !here.empty() && run != here)
      remarks_.push_back(path_.string() + " was begun with " + what + " " + run + ", here it is " + here +
                         ": last bits of rows may depend on it");
  };
  compare("CPU features", manifest_->cpu_features(), cpu_features());
  compare("the C library", manifest_->libm(), libm_version());
}

void RunDirectory::set_damaged_aside(const RunInventory& inventory) {
  std::error_code error;
  for (const DamagedFile& bad : inventory.damaged) {
    fs::create_directories(path_ / "quarantine");
    fs::rename(bad.path, path_ / "quarantine" / bad.path.filename(), error);
    if (error && error != std::errc::no_such_file_or_directory)  // that: another slice was faster
      throw StorageError("cannot move " + bad.path.string() + " to quarantine: " + error.message());
    quarantined_.push_back(bad);
  }
}

/// What a killed writer left, and the status of a scan that divided the run in another way (with the lock
/// held no such scan is alive).
void RunDirectory::remove_leftovers() const {
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

fs::path set_run_aside(const fs::path& run, const RunLock::Notice& notice, LockTiming timing) {
  require_unlocked(run, notice, timing);
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

}  // namespace mutauscan
