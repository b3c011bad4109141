#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mutauscan {

/// Why a text cannot be read, and in which line.
struct TextFlaw {
  unsigned line;
  std::string message;
};

/// A byte that is not UTF-8 (RFC 3629: nothing overlong, no surrogates) or is zero, or the mark of UTF-16;
/// nothing if there is none. A UTF-8 byte-order mark is no flaw.
std::optional<TextFlaw> find_text_flaw(std::string_view text);

/// Without a UTF-8 byte-order mark, which spreadsheets and editors of Windows put in front.
std::string_view without_byte_order_mark(std::string_view text);

}  // namespace mutauscan
