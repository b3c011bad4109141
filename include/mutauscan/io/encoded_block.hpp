#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "mutauscan/io/index_set.hpp"
#include "mutauscan/io/record.hpp"

namespace mutauscan {

/// Rows of an encoded block, which is a chunk of an HDF5 dataset. A row of 135 numbers is 0.4 kB then,
/// not 1.1.
inline constexpr std::uint64_t block_rows = 512;

/// block_rows rows of consecutive indices as they stand in a file: of every column the bytes that the filters
/// of HDF5 make of it. Whoever computed the rows encodes them (BlockEncoder), rank 0 only writes them down.
class EncodedBlock {
 public:
  /// Takes the bytes that BlockEncoder made of rows with this layout; StorageError if they cannot be that.
  EncodedBlock(std::vector<std::uint8_t> bytes, const RowLayout& layout);

  /// The consecutive indices of its rows.
  IndexRange indices() const { return {first_, first_ + block_rows}; }
  /// Level of deflate that it went through.
  int compression() const { return compression_; }
  /// What the scan counts of its rows.
  const RowSummary& summary() const { return summary_; }

  /// What stands in the file for one column.
  std::span<const std::uint8_t> column(std::size_t column) const {
    return std::span(bytes_).subspan(begins_[column], begins_[column + 1] - begins_[column]);
  }

 private:
  std::vector<std::uint8_t> bytes_;
  std::uint64_t first_ = 0;
  int compression_ = 0;
  RowSummary summary_;
  std::vector<std::size_t> begins_;  ///< of each column in bytes_, and the end of the last
};

class ChunkEncoder;

/// Makes the bytes of an EncodedBlock.
class BlockEncoder {
 public:
  explicit BlockEncoder(int compression);  ///< deflate level; 0: none
  ~BlockEncoder();

  /// Of block_rows rows by ascending index without a gap; what was in `bytes` is replaced.
  void encode(const RowBlock& rows, std::vector<std::uint8_t>& bytes);

 private:
  int compression_;
  std::unique_ptr<ChunkEncoder> encoder_;
};

}  // namespace mutauscan
