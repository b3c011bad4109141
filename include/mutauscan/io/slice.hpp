#pragma once

#include <cstdint>
#include <string>

#include "mutauscan/io/index_set.hpp"

namespace mutauscan {

/// The part of a scan that one job of an array works on: the `number`th (from 1) of `count` index ranges of
/// equal length. The default is the whole scan.
struct Slice {
  std::uint64_t number = 1, count = 1;

  /// The slice is the whole scan.
  bool is_whole() const { return count == 1; }

  /// The indices of the slice.
  IndexRange range(std::uint64_t points) const {
    const auto bound = [&](std::uint64_t n) {  // n points / count without overflow
      return points / count * n + points % count * n / count;
    };
    return {bound(number - 1), bound(number)};
  }

  /// "" or ".3-of-8": ends the names of files that belong to one slice.
  std::string suffix() const {
    return is_whole() ? "" : "." + std::to_string(number) + "-of-" + std::to_string(count);
  }
};

}  // namespace mutauscan
