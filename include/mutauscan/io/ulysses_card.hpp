#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mutauscan/physics/type1_point.hpp"

namespace mutauscan {

/// What is wrong with a card, and where; line 0: the card as a whole.
struct CardProblem {
  int line;
  std::string message;
};

/// A point as read from a card; it means something only without problems.
struct UlyssesCard {
  Type1Point point;
  std::vector<CardProblem> problems;
};

/// Reads a parameter card of ULYSSES: lines `key value` with the sixteen keys m, M1, M2, M3, delta, a21, a31,
/// x1, y1, x2, y2, x3, y3, t12, t13, t23, each once, in any order. Blank lines and comments from # or ! to
/// the end of the line are skipped; numbers may be written the C or the Fortran way (1.5d-3), and those of
/// x1, ..., y3 be complex as in Python (-90j, 10+5j): z_k = x_k + i y_k is what counts. All problems
/// are reported at once, among them ranges `key lower upper`, which are scans and not points.
UlyssesCard read_ulysses_card(std::string_view text);

/// "line 3: ...", or the message alone for the card as a whole.
std::string to_string(const CardProblem& problem);

}  // namespace mutauscan
