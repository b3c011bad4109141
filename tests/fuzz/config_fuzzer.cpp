// libFuzzer target: the config reader takes any text, as a config and as a point list, and answers with a
// config or with problems; a config it accepts can be identified, stored and read back.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "mutauscan/config/config.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mutauscan;
  const std::string text(reinterpret_cast<const char*>(data), size);
  // What follows a NUL is the point list the config may name.
  const auto end = text.find('\0');
  const std::string list = end == std::string::npos ? "" : text.substr(end + 1);
  const ConfigResult result = parse_config(text.substr(0, end), [&](const std::string&) { return list; });
  for (const ConfigProblem& problem : result.problems)
    if (problem.text("fuzzed.toml").empty()) std::abort();
  if (!result.ok()) return 0;
  const RunIdentity identity = result.config.identity();
  const auto stored = model_of(identity.config_json);
  for (const SettingKey& key : stored->kind().settings)
    if (key.is_stored && stored->get(key) != result.config.model->get(key)) std::abort();
  solver_settings_of(identity.config_json);
  if (result.config.scan.points > 0 && result.config.scan.points < 100'000) {
    const Sampler sampler = result.config.sampler();
    sampler.point(0);
    sampler.point(result.config.scan.points - 1);
  }
  return 0;
}
