#include "chunk_encoder.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <new>

namespace mutauscan {
namespace {

/// Counters beyond the type are as large as it can say; a cast would be undefined.
std::int32_t saturated(double x) {
  using Limits = std::numeric_limits<std::int32_t>;
  return std::int32_t(std::clamp(x, double(Limits::min()), double(Limits::max())));
}

static_assert(std::endian::native == std::endian::little, "values are stored as they lie in memory");

// A byte plane (of a shuffled column, the i-th bytes of all values) with at least this entropy per byte is
// mantissa, more or less random: deflate takes most of its time for it, and files become 0.2 % smaller.
constexpr double incompressible_bits = 7.0;
constexpr std::size_t longest_stored_block = 65535;

/// The filter "shuffle": first bytes of all values, then second bytes, ... For eight values at a time an 8x8
/// matrix of bytes is transposed in registers (Warren, Hacker's Delight, 7-3, on bytes).
void shuffle_eight_byte_values(const std::uint8_t* in, std::size_t n, std::uint8_t* out) {
  std::size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    std::array<std::uint64_t, 8> x;
    std::memcpy(x.data(), in + 8 * i, 64);
    const auto exchange = [&x](std::size_t a, std::size_t b, int shift, std::uint64_t mask) {
      const std::uint64_t t = ((x[a] >> shift) ^ x[b]) & mask;
      x[b] ^= t;
      x[a] ^= t << shift;
    };
    for (std::size_t k : {0, 1, 2, 3}) exchange(k, k + 4, 32, 0x00000000FFFFFFFFULL);
    for (std::size_t k : {0, 1, 4, 5}) exchange(k, k + 2, 16, 0x0000FFFF0000FFFFULL);
    for (std::size_t k : {0, 2, 4, 6}) exchange(k, k + 1, 8, 0x00FF00FF00FF00FFULL);
    for (std::size_t plane = 0; plane < 8; ++plane) std::memcpy(out + plane * n + i, &x[plane], 8);
  }
  for (; i < n; ++i)
    for (std::size_t plane = 0; plane < 8; ++plane) out[plane * n + i] = in[8 * i + plane];
}

void shuffle(const std::uint8_t* in, std::size_t n, std::size_t size, std::uint8_t* out) {
  if (size == 8) return shuffle_eight_byte_values(in, n, out);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t plane = 0; plane < size; ++plane) out[plane * n + i] = in[size * i + plane];
}

bool is_incompressible(const std::uint8_t* plane, std::size_t n) {
  std::array<std::uint32_t, 256> even{}, odd{};  // two, or equal bytes in a row would wait for each other
  for (std::size_t i = 0; i + 1 < n; i += 2) {
    ++even[plane[i]];
    ++odd[plane[i + 1]];
  }
  double bits = 0.0;
  for (std::size_t byte = 0; byte < 256; ++byte)
    if (const double count = even[byte] + odd[byte]; count > 0.0)
      bits -= count * std::log2(count / double(n));
  return bits > incompressible_bits * double(n);
}

/// Fletcher's checksum as HDF5 computes it: sums of big-endian 16-bit words modulo 65535.
std::uint32_t fletcher32(const std::vector<std::uint8_t>& data) {
  const auto fold = [](std::uint32_t sum) { return (sum & 0xFFFF) + (sum >> 16); };
  std::uint32_t sum1 = 0, sum2 = 0;
  const std::uint8_t* p = data.data();
  for (std::size_t words = data.size() / 2; words > 0;) {
    std::size_t some = std::min<std::size_t>(words, 360);  // sum2 cannot overflow
    words -= some;
    for (; some > 0; --some, p += 2) {
      sum1 += std::uint32_t(p[0]) << 8 | p[1];
      sum2 += sum1;
    }
    sum1 = fold(sum1);
    sum2 = fold(sum2);
  }
  if (data.size() % 2 != 0) {
    sum1 += std::uint32_t(*p) << 8;
    sum2 += sum1;
    sum1 = fold(sum1);
    sum2 = fold(sum2);
  }
  return fold(sum2) << 16 | fold(sum1);
}

}  // namespace

ChunkEncoder::ChunkEncoder(int compression)
    : compression_(compression),
      compressor_(compression > 0 ? libdeflate_alloc_compressor(compression) : nullptr,
                  &libdeflate_free_compressor) {
  if (compression > 0 && !compressor_) throw std::bad_alloc();
}

const std::vector<std::uint8_t>& ChunkEncoder::encode(const std::vector<double>& values, ColumnType type,
                                                      std::size_t block) {
  const std::size_t size = stored_size(type);
  plain_.assign(block * size, 0);
  const auto store = [&](auto convert) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      const auto stored = convert(values[i]);
      std::memcpy(plain_.data() + i * size, &stored, size);
    }
  };
  switch (type) {
    case ColumnType::int32:
      store(saturated);
      break;
    case ColumnType::uint64:
      store([](double x) { return std::uint64_t(x); });
      break;
    case ColumnType::float64:
      std::memcpy(plain_.data(), values.data(), values.size() * size);
  }
  if (compression_ > 0)
    deflate_planes(block, size);
  else
    encoded_ = plain_;
  const std::uint32_t checksum = fletcher32(encoded_);
  for (int byte = 0; byte < 4; ++byte) encoded_.push_back(std::uint8_t(checksum >> 8 * byte));
  return encoded_;
}

/// A zlib stream (RFC 1950, 1951): the leading planes that cannot be compressed in stored blocks, the rest
/// compressed.
void ChunkEncoder::deflate_planes(std::size_t block, std::size_t size_of_value) {
  const std::size_t total = block * size_of_value;
  shuffled_.resize(total);
  shuffle(plain_.data(), block, size_of_value, shuffled_.data());

  std::size_t planes = 0;
  while (planes < size_of_value && is_incompressible(shuffled_.data() + planes * block, block)) ++planes;
  const std::size_t stored = planes * block;

  encoded_.assign({0x78, 0x01});  // deflate with a window of 32 kB
  for (std::size_t done = 0; done < stored;) {
    const std::size_t length = std::min(stored - done, longest_stored_block);
    const auto low = std::uint8_t(length), high = std::uint8_t(length >> 8);
    encoded_.insert(encoded_.end(), {0x00, low, high, std::uint8_t(~low), std::uint8_t(~high)});
    const auto* begin = shuffled_.data() + done;
    encoded_.insert(encoded_.end(), begin, begin + length);
    done += length;
  }
  const std::size_t used = encoded_.size();
  encoded_.resize(used + libdeflate_deflate_compress_bound(compressor_.get(), total - stored));
  const std::size_t compressed =
      libdeflate_deflate_compress(compressor_.get(), shuffled_.data() + stored, total - stored,
                                  encoded_.data() + used, encoded_.size() - used);
  encoded_.resize(used + compressed);
  const std::uint32_t adler = libdeflate_adler32(1, shuffled_.data(), total);
  for (int byte = 3; byte >= 0; --byte) encoded_.push_back(std::uint8_t(adler >> 8 * byte));
}

}  // namespace mutauscan
