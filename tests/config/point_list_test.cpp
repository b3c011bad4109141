#include <gtest/gtest.h>

#include "mutauscan/config/config.hpp"

namespace mutauscan {
namespace {

ConfigResult with_list(const std::string& csv) {
  return parse_config("[scan]\nsampler = \"list\"\nfile = \"list.csv\"\n",
                      [&](const std::string&) { return csv; });
}

double value(const RunConfig& config, std::uint64_t index, const char* name) {
  return config.sampler().point(index)[config.model->kind().find_parameter(name).value()];
}

TEST(PointList, ReadsWhatSpreadsheetsWrite) {
  using namespace std::string_literals;
  const std::string lists[] = {
      "T_R,M_mutau\n5e4,1e7\n6e4,2e7\n",
      "\xEF\xBB\xBFT_R,M_mutau\n5e4,1e7\n6e4,2e7",  // byte-order mark, no end of the last line
      "\xEF\xBB\xBF# caf\xC3\xA9\r\nT_R,M_mutau\r\n5e4,1e7\r\n6e4,2e7\r\n",
      "T_R,M_mutau\r5e4,1e7\r6e4,2e7\r",  // CR alone
      "\"T_R\",\"M_mutau\"\n\"5e4\",\"+1e7\"\n\" 6e4 \" , 2e7\n",
      "\n\n T_R ,\tM_mutau\t\n+50000,+1e+7\n6.0E4 , 2e7\n\n",
      "T_R,M_mutau,,\n5e4,1e7,,\n,,,\n6e4,2e7\n",  // empty columns and rows at the end
  };
  for (const std::string& csv : lists) {
    const ConfigResult read = with_list(csv);
    ASSERT_TRUE(read.ok()) << csv << read.problems.front().text("config");
    ASSERT_EQ(read.config.scan.points, 2U) << csv;
    EXPECT_EQ(value(read.config, 0, "T_R"), 5e4) << csv;
    EXPECT_EQ(value(read.config, 0, "M_mutau"), 1e7) << csv;
    EXPECT_EQ(value(read.config, 1, "T_R"), 6e4) << csv;
    EXPECT_EQ(value(read.config, 1, "M_mutau"), 2e7) << csv;
  }
}

TEST(PointList, NamesTheLineOfWhatIsWrong) {
  using namespace std::string_literals;
  const std::pair<std::string, const char*> lists[] = {
      {"T_R;M_mutau\n5e4;1e7\n", "line 1: fields are separated by semicolons"},
      {"T_R\tM_mutau\n5e4\t1e7\n", "line 1: fields are separated by tabs"},
      {"T_R  M_mutau\n5e4 1e7\n", "line 1: fields are separated by blanks"},
      {"5e4,1e7\n6e4,1e7\n", "line 1: \"5e4\" is a number, but the first line must name the parameters"},
      {"T_R,M_mutau\n5e4,1e7,3\n", "line 2: has 3 fields, the header has 2"},
      {"T_R,M_mutau\n5e4,\n", "line 2: M_mutau has no value"},
      {"T_R,M_mutau\n,1e7\n", "line 2: T_R has no value"},
      {"T_R,M_mutau\n5e4,\"1,5e7\"\n", "line 2: M_mutau = \"1,5e7\" is not a finite number"},
      {"T_R\n+-5e4\n", "line 2: T_R = \"+-5e4\" is not"},
      {"T_R\n1e999\n", "line 2: T_R = \"1e999\" is not"},
      {"T_R\nnan\n", "line 2: T_R = \"nan\" is not"},
      {"T_R\n\"5e4\n", "line 2: a quotation mark is not closed"},
      {"T_R,T_R\n5e4,5e4\n", "line 1: \"T_R\" stands twice"},
      {"\xFF\xFET\0_\0R\0\n\0"s, "line 1: is UTF-16"},
      {"T\0_\0R\0\n\0"s, "line 1: has a zero byte"},
      {"T_R\n5e4\n# caf\xE9\n", "line 3: is not UTF-8 (byte 0xE9)"},
      {"T_R\n", "the list has no points"},
      {"", "the list has no points"},
  };
  for (const auto& [csv, message] : lists) {
    const ConfigResult read = with_list(csv);
    ASSERT_FALSE(read.ok()) << csv;
    EXPECT_NE(read.problems[0].text("config").find(message), std::string::npos)
        << csv << read.problems[0].text("config");
    EXPECT_EQ(read.problems[0].value, "list.csv");
  }
}

TEST(Config, NamesTheLineOfWhatIsNoUtf8) {
  using namespace std::string_literals;
  const auto flaw = [](const std::string& toml) {
    const ConfigResult read = parse_config(toml, {});
    return read.ok() ? "" : read.problems.at(0).text("c.toml");
  };
  EXPECT_EQ(flaw("# caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x99\x82\n"), "");
  EXPECT_EQ(flaw("\xEF\xBB\xBF# with a byte-order mark\n"), "");
  for (const char* bad : {"\xE9", "\xC3", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
                          "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "\x80"})
    EXPECT_NE(flaw("# a\n# " + std::string(bad) + "\n").find("c.toml:2: is not UTF-8"), std::string::npos);
  EXPECT_NE(flaw("\xFF\xFE[\0m\0"s).find("UTF-16"), std::string::npos);
  EXPECT_NE(flaw("[model]\n\0"s).find("c.toml:2: has a zero byte"), std::string::npos);
}

}  // namespace
}  // namespace mutauscan
