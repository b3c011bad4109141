#include "mutauscan/config/adaptive.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>

#include <nlohmann/json.hpp>

#include "mutauscan/core/outcome.hpp"
#include "mutauscan/io/column_file.hpp"
#include "mutauscan/samplers/differential_evolution.hpp"
#include "mutauscan/samplers/mcmc.hpp"
#include "mutauscan/samplers/nested.hpp"
#include "mutauscan/samplers/profile.hpp"

namespace mutauscan {
namespace {

constexpr double minus_infinity = -std::numeric_limits<double>::infinity();

template <class T>
AdaptiveKey key(std::string_view name, std::string_view samplers, std::string meaning, double lower,
                double upper, bool ends_only, T AdaptiveSettings::*member) {
  return {name,
          samplers,
          std::move(meaning),
          std::is_integral_v<T>,
          lower,
          upper,
          ends_only,
          [member](AdaptiveSettings& s, double value) { s.*member = static_cast<T>(value); },
          [member](const AdaptiveSettings& s) { return double(s.*member); }};
}

/// Of a canonical config, which names the axes and has windows in u.
void read_planes(const nlohmann::json& scan, const std::vector<std::string>& axes,
                 AdaptiveSettings& settings) {
  const auto number_of = [&](const std::string& name) {
    return std::size_t(std::find(axes.begin(), axes.end(), name) - axes.begin());
  };
  for (const auto& plane : scan.at("profile"))
    settings.planes.emplace_back(number_of(plane.at(0)), number_of(plane.at(1)));
  if (scan.contains("window")) settings.windows = {scan.at("window")};
}

}  // namespace

const std::vector<AdaptiveKind>& adaptive_kinds() {
  static const std::vector<AdaptiveKind> table = {
      {SamplerKind::de, differential_evolution_version, 80, smallest_population, 4, 10, 0.0, false,
       make_differential_evolution},
      {SamplerKind::profile, profile_version, 200, smallest_population, 2, 10, 0.0, false, make_profile},
      {SamplerKind::mcmc, mcmc_version, 16, fewest_chains, 4, 0, 2000.0, true, make_mcmc},
      {SamplerKind::nested, nested_version, 500, 10, 1, 0, 5000.0, true, make_nested},
  };
  return table;
}

const AdaptiveKind* find_adaptive_kind(SamplerKind kind) {
  for (const AdaptiveKind& adaptive : adaptive_kinds())
    if (adaptive.kind == kind) return &adaptive;
  return nullptr;
}

const std::vector<AdaptiveKey>& adaptive_keys() {
  using S = AdaptiveSettings;
  static const std::vector<AdaptiveKey> table = {
      key("size", "", "rows of a generation", smallest_population, 1e7, false, &S::size),
      key("islands", "de profile mcmc", "populations or ensembles of chains; the generations in flight", 1,
          1e5, false, &S::islands),
      key("tolerance", "de", "a search has ended when 30 generations gain less in ln L", 1e-9, 10.0, false,
          &S::tolerance),
      key("agree", "de", "searches that must end within 0.1 of the best ln L", 1, 1e4, true, &S::agree),
      key("cells", "profile", "cells along each axis of a plane", 2, 1000, false, &S::cells),
      key("delta", "profile", "depth of the map below the maximum, in ln L", 0.1, 100.0, false, &S::delta),
      key("visits", "profile", "proposals without gain after which a cell is done", 1, 1e6, true, &S::visits),
      key("ess", "mcmc nested", "effective sample size to reach", 1, 1e9, true, &S::ess),
      key("rhat", "mcmc", "R-hat to reach", 1.0001, 2.0, true, &S::rhat),
      key("live", "nested", "live points", 10, 1e7, false, &S::live),
  };
  return table;
}

bool AdaptiveKey::is_for(SamplerKind kind) const {
  if (samplers.empty()) return find_adaptive_kind(kind) != nullptr;
  std::istringstream words{std::string(samplers)};
  for (std::string word; words >> word;)
    if (word == name_of(kind)) return true;
  return false;
}

OutcomeReader::OutcomeReader(const Targets& targets, const RowLayout& layout)
    : names_{"status", "stage"}, has_allowed_(targets.require_allowed && layout.has("allowed")) {
  if (has_allowed_) names_.emplace_back("allowed");
  names_.insert(names_.end(), targets.columns.begin(), targets.columns.end());
  for (const std::string& name : names_) positions_.push_back(layout.position(name));
}

MemberOutcome OutcomeReader::outcome(std::span<const double> values) const {
  MemberOutcome outcome{0.0, 0, 0, 0.0};
  const auto stage = Stage(int(values[1]));
  if (stage == Stage::complete)
    outcome.stage = int(stage_names.size());
  else if (stage != Stage::unknown)
    outcome.stage = int(stage);
  const bool counts = values[0] == double(int(Status::ok)) && !(has_allowed_ && values[2] == 0.0);
  for (const double target : values.subspan(has_allowed_ ? 3 : 2)) {
    outcome.loglike += target;
    if (!std::isfinite(target)) continue;
    ++outcome.finite_targets;
    outcome.finite_sum += target;
  }
  if (!counts || std::isnan(outcome.loglike)) outcome.loglike = minus_infinity;
  return outcome;
}

MemberOutcome OutcomeReader::outcome_of_row(std::span<const double> row) const {
  std::vector<double> values;
  for (const std::size_t position : positions_) values.push_back(row[position]);
  return outcome(values);
}

AdaptivePlan adaptive_plan_of(const std::string& config_json) {
  AdaptivePlan plan;
  const nlohmann::json config = nlohmann::json::parse(config_json);
  const nlohmann::json& scan = config.at("scan");
  const auto kind = parse_enum<SamplerKind>(scan.value("sampler", ""));
  const AdaptiveKind* adaptive = kind ? find_adaptive_kind(*kind) : nullptr;
  if (!adaptive) return plan;
  if (scan.at("sampler_version") != adaptive->version)
    throw StorageError("the run is of version " + scan.at("sampler_version").dump() + " of sampler \"" +
                       std::string(name_of(*kind)) + "\"; this program has version " +
                       std::to_string(adaptive->version));
  plan.name = name_of(*kind);
  plan.version = adaptive->version;
  AdaptiveSettings& settings = plan.settings;
  settings.seed = scan.at("seed");
  settings.points = scan.at("points");
  std::vector<std::string> axes;
  for (const Parameter& p : model_kind_of(config_json).parameters)
    if (const auto& all = config.at("parameters"); all.contains(p.name) && all.at(p.name).is_object()) {
      axes.push_back(p.name);
      settings.periodic.push_back(all.at(p.name).value("periodic", false));
    }
  settings.dimension = settings.periodic.size();
  for (const AdaptiveKey& key : adaptive_keys())
    if (key.is_for(*kind)) key.set(settings, scan.at(std::string(key.name)));
  if (*kind == SamplerKind::profile) read_planes(scan, axes, settings);
  plan.targets = {scan.at("loglike"), scan.at("require_allowed")};
  plan.sampler = adaptive->make(settings);
  return plan;
}

}  // namespace mutauscan
