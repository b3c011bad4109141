#pragma once

// The filters of an HDF5 chunk, applied by us: faster than the library's, and its files hold the same.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <libdeflate.h>

#include "mutauscan/core/column.hpp"

namespace mutauscan {

/// Makes of a column's values the bytes that the filters shuffle, deflate and fletcher32 of HDF5 would: any
/// HDF5 library reads them. (Compressed bytes are others than zlib's, their content is the same.)
class ChunkEncoder {
 public:
  /// `compression`: deflate level 1 to 9; 0: fletcher32 alone.
  explicit ChunkEncoder(int compression);

  /// Little-endian values of the stored type, then zeros to `block` values; valid until the next call.
  const std::vector<std::uint8_t>& encode(const std::vector<double>& values, ColumnType type,
                                          std::size_t block);

 private:
  void deflate_planes(std::size_t block, std::size_t size_of_value);

  int compression_;
  std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> compressor_;
  std::vector<std::uint8_t> plain_, shuffled_, encoded_;
};

/// Bytes that one value takes in a file.
constexpr std::size_t stored_size(ColumnType type) { return type == ColumnType::int32 ? 4 : 8; }

}  // namespace mutauscan
