#include "mutauscan/io/ulysses_card.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <complex>
#include <optional>
#include <utility>

namespace mutauscan {
namespace {

constexpr std::array<std::pair<std::string_view, double Type1Point::*>, 16> keys = {{
    {"m", &Type1Point::m},
    {"M1", &Type1Point::M1},
    {"M2", &Type1Point::M2},
    {"M3", &Type1Point::M3},
    {"delta", &Type1Point::delta},
    {"a21", &Type1Point::a21},
    {"a31", &Type1Point::a31},
    {"x1", &Type1Point::x1},
    {"y1", &Type1Point::y1},
    {"x2", &Type1Point::x2},
    {"y2", &Type1Point::y2},
    {"x3", &Type1Point::x3},
    {"y3", &Type1Point::y3},
    {"t12", &Type1Point::t12},
    {"t13", &Type1Point::t13},
    {"t23", &Type1Point::t23},
}};

constexpr std::string_view blanks = " \t\r\v\f";

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (;;) {
    const std::size_t start = line.find_first_not_of(blanks);
    if (start == std::string_view::npos) return words;
    line.remove_prefix(start);
    const std::string_view word = line.substr(0, line.find_first_of(blanks));
    words.push_back(word);
    line.remove_prefix(word.size());
  }
}

/// A finite number in C or Fortran notation: one exponent letter of e, E, d, D.
std::optional<double> number(std::string_view word) {
  std::string text(word.substr(word.starts_with('+') && !word.starts_with("+-") ? 1 : 0));
  for (char& c : text)
    if (c == 'd' || c == 'D') c = 'e';
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

/// A number a, an imaginary one bj, or their sum a+bj, as Python writes it.
std::optional<std::complex<double>> complex_number(std::string_view word) {
  if (const auto real = number(word)) return *real;
  if (!word.ends_with('j') && !word.ends_with('J')) return std::nullopt;
  word.remove_suffix(1);
  if (const auto imaginary = number(word)) return std::complex(0.0, *imaginary);
  // The last sign that is not one of an exponent parts the two.
  std::size_t sign = word.find_last_of("+-");
  if (sign != std::string_view::npos && sign > 0 &&
      std::string_view("eEdD").find(word[sign - 1]) != std::string_view::npos)
    sign = word.find_last_of("+-", sign - 1);
  if (sign == std::string_view::npos) return std::nullopt;
  const auto real = number(word.substr(0, sign)), imaginary = number(word.substr(sign));
  if (!real || !imaginary) return std::nullopt;
  return std::complex(*real, *imaginary);
}

/// The complex angles of R, z_k = x_k + i y_k. ULYSSES takes complex numbers for x_k and y_k as well, and
/// adds up: y1 = -90j turns z_1 by +90 deg.
constexpr std::array<std::pair<double Type1Point::*, double Type1Point::*>, 3> angles = {
    {{&Type1Point::x1, &Type1Point::y1},
     {&Type1Point::x2, &Type1Point::y2},
     {&Type1Point::x3, &Type1Point::y3}}};

bool is_of_an_angle(double Type1Point::*member) {
  return std::any_of(angles.begin(), angles.end(),
                     [member](const auto& angle) { return angle.first == member || angle.second == member; });
}

std::string quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

}  // namespace

UlyssesCard read_ulysses_card(std::string_view text) {
  UlyssesCard card;
  std::array<int, keys.size()> given_on{};                      // line, 0: not yet
  std::array<double, keys.size()> imaginary{};                  // parts of what is given
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // byte-order mark
  for (int line = 1; !text.empty(); ++line) {
    const std::size_t length = text.find('\n');
    const std::string_view content = text.substr(0, length);
    text.remove_prefix(length == std::string_view::npos ? text.size() : length + 1);
    const auto words = words_of(content.substr(0, content.find_first_of("#!")));
    if (words.empty()) continue;
    const auto problem = [&](std::string message) { card.problems.push_back({line, std::move(message)}); };

    std::size_t k = 0;
    while (k < keys.size() && keys[k].first != words[0]) ++k;
    if (k == keys.size()) {
      problem("unknown key " + quoted(words[0]));
      continue;
    }
    const int before = std::exchange(given_on[k], line);
    if (before != 0) {
      problem(std::string(words[0]) + " is already given on line " + std::to_string(before));
    } else if (words.size() == 1) {
      problem(std::string(words[0]) + " has no value");
    } else if (words.size() == 3 && number(words[1]) && number(words[2])) {
      problem(std::string(words[0]) + " is a range: scans are described by configs, not by cards");
    } else if (words.size() > 2) {
      problem(quoted(words[2]) + " after the value of " + std::string(words[0]) + " (comments begin with #)");
    } else if (const auto value = complex_number(words[1])) {
      card.point.*keys[k].second = value->real();
      imaginary[k] = value->imag();
      if (value->imag() != 0.0 && !is_of_an_angle(keys[k].second))
        problem(quoted(words[1]) + " must be real: complex numbers are for x1, y1, x2, y2, x3, y3");
    } else {
      problem(quoted(words[1]) + " is not a finite number");
    }
  }
  for (const auto& [x, y] : angles) {
    const auto at = [](double Type1Point::*member) {
      return std::size_t(
          std::find_if(keys.begin(), keys.end(), [member](const auto& key) { return key.second == member; }) -
          keys.begin());
    };
    card.point.*x -= imaginary[at(y)];
    card.point.*y += imaginary[at(x)];
  }
  std::string missing;
  for (std::size_t k = 0; k < keys.size(); ++k)
    if (given_on[k] == 0) missing += (missing.empty() ? "" : ", ") + std::string(keys[k].first);
  if (!missing.empty()) card.problems.push_back({0, "missing: " + missing});
  return card;
}

std::string to_string(const CardProblem& problem) {
  return problem.line == 0 ? problem.message
                           : "line " + std::to_string(problem.line) + ": " + problem.message;
}

}  // namespace mutauscan
