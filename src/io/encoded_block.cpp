#include "mutauscan/io/encoded_block.hpp"

#include <bit>
#include <cassert>
#include <cmath>
#include <cstring>
#include <numeric>

#include "chunk_encoder.hpp"
#include "mutauscan/io/column_file.hpp"

namespace mutauscan {
namespace {

// The bytes of a block: 64-bit words
//   first index, compression, sum and maximum of wall_s, number of statuses, (status, rows) of each,
//   length of each column,
// then the columns, back to back.

void put(std::vector<std::uint8_t>& bytes, std::uint64_t word) {
  const std::size_t end = bytes.size();
  bytes.resize(end + sizeof word);
  std::memcpy(bytes.data() + end, &word, sizeof word);
}

[[noreturn]] void refuse(const char* why) {
  throw StorageError(std::string("rows that a process sent are damaged: ") + why);
}

/// The words at the beginning of a block, one after the other.
class WordReader {
 public:
  explicit WordReader(const std::vector<std::uint8_t>& bytes) : bytes_(bytes) {}

  std::uint64_t next() {
    std::uint64_t word = 0;
    if (left() < sizeof word) refuse("they end too early");
    std::memcpy(&word, bytes_.data() + position_, sizeof word);
    position_ += sizeof word;
    return word;
  }
  std::size_t position() const { return position_; }
  std::size_t left() const { return bytes_.size() - position_; }

 private:
  const std::vector<std::uint8_t>& bytes_;
  std::size_t position_ = 0;
};

}  // namespace

EncodedBlock::EncodedBlock(std::vector<std::uint8_t> bytes, const RowLayout& layout)
    : bytes_(std::move(bytes)) {
  WordReader words(bytes_);
  first_ = words.next();
  if (first_ >= std::uint64_t{1} << 53) refuse("no point has such an index");  // rows travel as doubles
  const std::uint64_t compression = words.next();
  if (compression > 9) refuse("there is no such compression");
  compression_ = int(compression);

  summary_.wall_seconds = std::bit_cast<double>(words.next());
  summary_.slowest_seconds = std::bit_cast<double>(words.next());
  if (!(summary_.slowest_seconds >= 0.0 && summary_.wall_seconds >= summary_.slowest_seconds &&
        std::isfinite(summary_.wall_seconds)))
    refuse("their wall times make no sense");
  for (std::uint64_t statuses = words.next(); statuses > 0; --statuses) {
    const std::uint64_t status = words.next(), rows = words.next();
    if (status >= 1000 || rows == 0 || rows > block_rows - summary_.rows)
      refuse("their statuses make no sense");
    summary_.by_status[int(status)] += rows;
    summary_.rows += rows;
  }
  if (summary_.rows != block_rows) refuse("their statuses are not those of all rows");

  std::vector<std::uint64_t> lengths(layout.width());
  for (std::uint64_t& length : lengths) length = words.next();
  begins_.push_back(words.position());
  std::size_t left = words.left();
  for (const std::uint64_t length : lengths) {
    if (length == 0 || length > left) refuse("a column is too long or empty");
    left -= length;
    begins_.push_back(begins_.back() + length);
  }
  if (left != 0) refuse("they go on after the last column");
}

BlockEncoder::BlockEncoder(int compression)
    : compression_(compression), encoder_(std::make_unique<ChunkEncoder>(compression)) {}

BlockEncoder::~BlockEncoder() = default;

void BlockEncoder::encode(const RowBlock& rows, std::vector<std::uint8_t>& bytes) {
  assert(rows.rows() == block_rows);
  assert(rows.at(block_rows - 1, 0) == rows.at(0, 0) + double(block_rows - 1));
  const RowSummary summary = summary_of(rows);
  bytes.clear();
  put(bytes, std::uint64_t(rows.at(0, 0)));
  put(bytes, std::uint64_t(compression_));
  put(bytes, std::bit_cast<std::uint64_t>(summary.wall_seconds));
  put(bytes, std::bit_cast<std::uint64_t>(summary.slowest_seconds));
  put(bytes, summary.by_status.size());
  for (const auto& [status, number] : summary.by_status) {
    put(bytes, std::uint64_t(status));
    put(bytes, number);
  }
  const std::vector<Column>& columns = rows.layout().columns();
  const std::size_t lengths = bytes.size();
  bytes.resize(lengths + columns.size() * sizeof(std::uint64_t));

  std::vector<std::size_t> as_they_are(block_rows);
  std::iota(as_they_are.begin(), as_they_are.end(), std::size_t{0});
  rows.for_each_column(as_they_are, [&](std::size_t column, const std::vector<double>& values) {
    const auto& encoded = encoder_->encode(values, columns[column].type, block_rows);
    const std::uint64_t length = encoded.size();
    std::memcpy(bytes.data() + lengths + column * sizeof length, &length, sizeof length);
    bytes.insert(bytes.end(), encoded.begin(), encoded.end());
  });
}

}  // namespace mutauscan
