// libFuzzer target: the card reader takes any text and answers with a point of finite numbers or with
// problems that have a text and a line of the card.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "mutauscan/io/ulysses_card.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mutauscan;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const UlyssesCard card = read_ulysses_card(text);
  const auto lines = 1 + std::count(text.begin(), text.end(), '\n');
  for (const CardProblem& problem : card.problems)
    if (to_string(problem).empty() || problem.line < 0 || problem.line > lines) std::abort();
  const Type1Point& p = card.point;
  for (double x : {p.m, p.M1, p.M2, p.M3, p.delta, p.a21, p.a31, p.x1, p.y1, p.x2, p.y2, p.x3, p.y3, p.t12,
                   p.t13, p.t23})
    if (!std::isfinite(x)) std::abort();
  return 0;
}
