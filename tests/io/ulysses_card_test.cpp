#include "mutauscan/io/ulysses_card.hpp"

#include "near.hpp"

namespace mutauscan {
namespace {

/// The cards' own layout: order and number formats differ from card to card.
const std::string good =
    "m -0.921\nM1 6\nM2 6.5\nM3 7\nx1 132.23\ny1 171.5\nx2 88\ny2 2.68\nx3 -30\ny3 177.5\n"
    "delta 281\na21 182\na31 345\nt23 49.7\nt12 33.82\nt13 8.610000\n";

/// The good card with line `number` (from 1) replaced.
std::string with_line(int number, const std::string& replacement) {
  std::istringstream in(good);
  std::string line, text;
  for (int k = 1; std::getline(in, line); ++k) text += (k == number ? replacement : line) + "\n";
  return text;
}

std::string only_problem(const std::string& text) {
  const UlyssesCard card = read_ulysses_card(text);
  EXPECT_EQ(card.problems.size(), 1u) << text;
  return card.problems.empty() ? "" : to_string(card.problems[0]);
}

TEST(UlyssesCard, ReadsACard) {
  const UlyssesCard card = read_ulysses_card(good);
  EXPECT_TRUE(card.problems.empty());
  const Type1Point& p = card.point;
  const std::pair<double, double> values[] = {{p.m, -0.921},  {p.M1, 6.0},    {p.M2, 6.5},    {p.M3, 7.0},
                                              {p.x1, 132.23}, {p.y1, 171.5},  {p.x2, 88.0},   {p.y2, 2.68},
                                              {p.x3, -30.0},  {p.y3, 177.5},  {p.delta, 281}, {p.a21, 182.0},
                                              {p.a31, 345.0}, {p.t12, 33.82}, {p.t13, 8.61},  {p.t23, 49.7}};
  for (const auto& [read, expected] : values) EXPECT_EQ(read, expected);
}

TEST(UlyssesCard, SkipsCommentsBlankLinesAndCarriageReturns) {
  std::string text = "\xEF\xBB\xBF# a card\r\n\r\n   ! of mine\n\t\n";
  for (char c : good) text += c == '\n' ? std::string("  # a trailing comment\r\n") : std::string(1, c);
  text.pop_back();  // no newline at the end of the file
  const UlyssesCard card = read_ulysses_card(text);
  EXPECT_TRUE(card.problems.empty()) << to_string(card.problems[0]);
  EXPECT_EQ(card.point.t13, 8.61);
}

TEST(UlyssesCard, ReadsNumbersOfCAndFortran) {
  const std::pair<const char*, double> spellings[] = {
      {"270.", 270.0},    {"+270", 270.0},  {".5", 0.5},        {"-.5", -0.5},   {"2.7e2", 270.0},
      {"2.7E+02", 270.0}, {"2.7d2", 270.0}, {"2.7D+02", 270.0}, {"-1d-3", -1e-3}};
  for (const auto& [text, value] : spellings) {
    const UlyssesCard card = read_ulysses_card(with_line(11, std::string("delta\t") + text));
    EXPECT_TRUE(card.problems.empty()) << text;
    EXPECT_EQ(card.point.delta, value) << text;
  }
}

TEST(UlyssesCard, ReadsComplexAnglesAsUlyssesDoes) {
  // Its examples Res.dat and ResIO.dat: z_k = x_k + i y_k with a complex y_k, so that y1 = -90j adds 90 deg.
  std::string text = with_line(6, "y1 -90j");
  const UlyssesCard card = read_ulysses_card(text);
  ASSERT_TRUE(card.problems.empty()) << to_string(card.problems[0]);
  EXPECT_EQ(card.point.x1, 132.23 + 90.0);
  EXPECT_EQ(card.point.y1, 0.0);
  EXPECT_EQ(card.point.x2, 88.0);
  EXPECT_EQ(card.point.y2, 2.68);
  const std::pair<const char*, std::pair<double, double>> of_x1[] = {
      // its value, then x1 and y1
      {"10+5j", {10.0, 176.5}},        {"10-5J", {10.0, 166.5}}, {"1e1-5.0e-1j", {10.0, 171.0}},
      {"-1d+1+2e+0j", {-10.0, 173.5}}, {"+3j", {0.0, 174.5}},    {"0j", {0.0, 171.5}}};
  for (const auto& [value, expected] : of_x1) {
    const UlyssesCard read = read_ulysses_card(with_line(5, std::string("x1 ") + value));
    ASSERT_TRUE(read.problems.empty()) << value;
    EXPECT_EQ(read.point.x1, expected.first) << value;
    EXPECT_EQ(read.point.y1, expected.second) << value;
  }
  for (const char* bad : {"j", "-j", "5j3", "1+2", "1+j", "1e+j", "1j+2", "nanj", "1+-2j"})
    EXPECT_EQ(only_problem(with_line(5, std::string("x1 ") + bad)),
              "line 5: \"" + std::string(bad) + "\" is not a finite number");
  EXPECT_EQ(only_problem(with_line(11, "delta 90j")),
            "line 11: \"90j\" must be real: complex numbers are for x1, y1, x2, y2, x3, y3");
}

TEST(UlyssesCard, NamesTheLineOfEachProblem) {
  EXPECT_EQ(only_problem(with_line(5, "x1 12x3")), "line 5: \"12x3\" is not a finite number");
  EXPECT_EQ(only_problem(with_line(5, "x1 nan")), "line 5: \"nan\" is not a finite number");
  EXPECT_EQ(only_problem(with_line(5, "x1 1e999")), "line 5: \"1e999\" is not a finite number");
  EXPECT_EQ(only_problem(with_line(5, "x1 +-3")), "line 5: \"+-3\" is not a finite number");
  EXPECT_EQ(only_problem(with_line(5, "x1")), "line 5: x1 has no value");
  EXPECT_EQ(only_problem(with_line(5, "x1  # 132.23")), "line 5: x1 has no value");
  EXPECT_EQ(only_problem(with_line(5, "x1 0. 45.")),
            "line 5: x1 is a range: scans are described by configs, not by cards");
  EXPECT_EQ(only_problem(with_line(5, "x1 3 degrees")),
            "line 5: \"degrees\" after the value of x1 (comments begin with #)");
  EXPECT_EQ(only_problem(good + "\nx1 3\n"), "line 18: x1 is already given on line 5");
  EXPECT_EQ(only_problem(good + "t14 3\n"), "line 17: unknown key \"t14\"");
  EXPECT_EQ(only_problem(good + "M_1 3\n"), "line 17: unknown key \"M_1\"");
  EXPECT_EQ(only_problem(with_line(5, "")), "missing: x1");
}

TEST(UlyssesCard, ReportsAllProblemsAtOnce) {
  const UlyssesCard card = read_ulysses_card("m -1\nM1 six\nmass 3\nm -2\n");
  ASSERT_EQ(card.problems.size(), 4u);
  EXPECT_EQ(card.problems[0].line, 2);
  EXPECT_EQ(card.problems[1].line, 3);
  EXPECT_EQ(card.problems[2].line, 4);
  EXPECT_EQ(card.problems[3].line, 0);
  EXPECT_EQ(card.problems[3].message,
            "missing: M2, M3, delta, a21, a31, x1, y1, x2, y2, x3, y3, t12, t13, t23");
  EXPECT_EQ(read_ulysses_card("").problems.size(), 1u);
}

}  // namespace
}  // namespace mutauscan
