#include "mutauscan/io/rescore.hpp"

#include <cstdio>
#include <filesystem>
#include <iostream>

#include <spdlog/spdlog.h>

#include "mutauscan/config/config.hpp"
#include "mutauscan/io/run_directory.hpp"
#include "output_path.hpp"
#include "verbs.hpp"

namespace mutauscan::cli {

int rescore(const std::string& source, const std::vector<std::string>& settings, const std::string& output) {
  namespace fs = std::filesystem;
  constexpr int compression = 4;
  const auto overrides = parse_overrides(settings);
  if (!overrides) return bad_usage;
  const bool is_run = fs::is_directory(source);
  const fs::path target =
      output_path("-o", output, is_run ? files_of_run(source) : std::vector<fs::path>{source});
  const RunIdentity stored = is_run ? Manifest::load(source).identity() : identity_of_file(source);
  if (const ModelKind& kind = stored.kind(); !kind.has_assessment()) {
    spdlog::error("{}: kind \"{}\" has no limits and likelihoods to compute anew", source, kind.name);
    return bad_usage;
  }
  const IdentityResult result = judged_by(stored, *overrides);
  for (const ConfigProblem& problem : result.problems) std::cerr << problem.text("--set") << "\n";
  if (!result.ok()) return bad_usage;

  say_if_replaced(target);
  const fs::path merged = is_run ? fs::path(target.string() + ".merged") : fs::path(source);
  const FileRemover remover{is_run ? merged : fs::path()};
  if (is_run) say_what_was_merged(merge_with_results(source, merged, compression).report);
  const std::uint64_t rows =
      rescore_file(merged, target, *model_of(result.identity.config_json), result.identity, compression);
  const ColumnFileReader rescored(target);
  if (rescored.has_attribute("ess") && rescored.layout().has("weight"))
    if (const double ess = std::stod(rescored.attribute("ess")); ess < 100.0)
      spdlog::warn("the effective sample size is {:.3g} under the new likelihood: its posterior needs a scan",
                   ess);
  std::printf("%s: %llu points; config hash %s\n", output.c_str(), static_cast<unsigned long long>(rows),
              result.identity.hash().c_str());
  return success;
}

}  // namespace mutauscan::cli
