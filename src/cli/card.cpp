#include "card.hpp"

#include <cstdio>
#include <iostream>

#include "mutauscan/config/config.hpp"
#include "mutauscan/io/column_file.hpp"
#include "mutauscan/io/ulysses_card.hpp"
#include "mutauscan/physics/type1_point.hpp"
#include "verbs.hpp"

namespace mutauscan::cli {

std::optional<std::string> config_of_card(const std::string& path, const std::string& equations) {
  std::string content;
  try {
    content = read_named_file(path);
  } catch (const StorageError& error) {
    std::cerr << path << ": " << error.what() << "\n";
    return std::nullopt;
  }
  const UlyssesCard card = read_ulysses_card(content);
  for (const CardProblem& problem : card.problems)
    std::cerr << path << (problem.line > 0 ? ":" + std::to_string(problem.line) : "") << ": "
              << problem.message << "\n";
  if (!card.problems.empty()) return std::nullopt;
  std::string text =
      "# " + path + "\n[model]\nkind = \"type1\"\nequations = \"" + equations + "\"\n\n[parameters]\n";
  for (const Type1Parameter& p : type1_parameters()) {
    if (!is_input(p, {})) continue;  // of Casas-Ibarra, the default parametrisation
    char line[64];
    std::snprintf(line, sizeof line, "%s = %.17g\n", p.parameter.name.c_str(), card.point.*p.member);
    text += line;
  }
  return text;
}

int import_card(const std::string& card) {
  const auto text = config_of_card(card, "1BE3F");
  if (!text) return bad_usage;
  std::cout << *text;
  return success;
}

}  // namespace mutauscan::cli
