#include "utf8.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdio>

namespace mutauscan {
namespace {

/// Length of the UTF-8 sequence that a text begins with; 0: it is none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xC2 && first <= 0xDF   ? 2
                             : first >= 0xE0 && first <= 0xEF ? 3
                             : first >= 0xF0 && first <= 0xF4 ? 4
                                                              : 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  const bool is_overlong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
  const bool is_surrogate = first == 0xED && byte(1) > 0x9F, is_beyond = first == 0xF4 && byte(1) > 0x8F;
  return is_overlong || is_surrogate || is_beyond ? 0 : length;
}

}  // namespace

std::optional<TextFlaw> find_text_flaw(std::string_view text) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
    return TextFlaw{1, "is UTF-16; save the file as UTF-8"};
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = sequence_length(text.substr(at));
    if (length > 0 && text[at] != '\0') {
      at += length;
      continue;
    }
    const auto line = unsigned(1 + std::count(text.begin(), text.begin() + std::ptrdiff_t(at), '\n'));
    if (length > 0)
      return TextFlaw{line, "has a zero byte: the file is damaged, or UTF-16; save it as UTF-8"};
    char message[64];
    std::snprintf(message, sizeof message, "is not UTF-8 (byte 0x%02X); save the file as UTF-8",
                  static_cast<unsigned>(static_cast<unsigned char>(text[at])));
    return TextFlaw{line, message};
  }
  return std::nullopt;
}

std::string_view without_byte_order_mark(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return text;
}

}  // namespace mutauscan
