#include "mutauscan/scan/generations.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>

namespace mutauscan {

Generations::Generations(const std::string& config_json, IndexSet stored)
    : plan_(adaptive_plan_of(config_json)),
      size_(plan_.sampler->size()),
      last_(plan_.settings.points / size_),
      stored_(std::move(stored)) {}

Generations::Generation& Generations::generation_of(std::uint64_t index) {
  Generation& generation = waiting_[index / size_];
  if (generation.is_there.empty()) {
    generation.u.resize(size_ * dimension());
    generation.outcomes.resize(size_);
    generation.is_there.resize(size_, false);
  }
  return generation;
}

IndexSet Generations::take_opened() {
  IndexSet opened;
  std::swap(opened, newly_opened_);
  return opened;
}

std::span<const double> Generations::u_of(std::uint64_t index) const {
  return std::span(waiting_.at(index / size_).proposed).subspan(index % size_ * dimension(), dimension());
}

/// Proposals of generation g are a function of the generations up to g - lag, which have just been absorbed.
void Generations::open_generations() {
  for (; opened_ < std::min(next_ + lag(), last_); ++opened_) {
    const IndexRange range(opened_ * size_, (opened_ + 1) * size_);
    const bool is_stored = boost::icl::contains(stored_, range);
    if (is_stored && !compares_) continue;
    Generation& generation = generation_of(range.lower());
    generation.proposed = plan_.sampler->propose(opened_);
    newly_opened_ += IndexSet(range) - stored_;
  }
}

void Generations::add(std::uint64_t index, const MemberOutcome& outcome, std::span<const double> u) {
  if (index / size_ < next_ || index / size_ >= last_) return;  // of a run that went on for longer
  Generation& generation = generation_of(index);
  const std::uint64_t member = index % size_;
  if (generation.is_there[member]) return;
  const std::span<const double> values = u.empty() ? u_of(index) : u;
  std::copy(values.begin(), values.end(), generation.u.begin() + std::ptrdiff_t(member * dimension()));
  generation.outcomes[member] = outcome;
  generation.is_there[member] = true;
  ++generation.rows;
  if (outcome.loglike == std::numeric_limits<double>::infinity() && (!infinite_ || index < *infinite_))
    infinite_ = index;
  absorb_complete();
}

std::uint64_t Generations::differing(const Generation& generation) const {
  if (!compares_ || generation.proposed.empty()) return 0;
  std::uint64_t rows = 0;
  for (std::uint64_t index = 0; index < size_ * dimension(); index += dimension()) {
    const double *proposed = &generation.proposed[index], *stored = &generation.u[index];
    if (!generation.is_there[index / dimension()] || (std::isnan(*proposed) && std::isnan(*stored))) continue;
    rows += std::memcmp(proposed, stored, dimension() * sizeof(double)) != 0;
  }
  return rows;
}

std::uint64_t Generations::differing() const {
  std::uint64_t rows = differing_;
  for (const auto& [number, generation] : waiting_) rows += differing(generation);
  return rows;
}

void Generations::absorb_complete() {
  while (next_ < last_ && !infinite_) {
    const auto found = waiting_.find(next_);
    if (found == waiting_.end() || found->second.rows < size_) return;
    const Generation generation = std::move(found->second);
    waiting_.erase(found);
    double best = -std::numeric_limits<double>::infinity(), sum = 0.0;
    std::uint64_t finite = 0;
    for (std::uint64_t member = 0; member < size_; ++member) {
      const double loglike = generation.outcomes[member].loglike;
      if (!std::isfinite(loglike)) continue;
      ++finite;
      sum += loglike;
      best = std::max(best, loglike);
      if (loglike <= best_) continue;
      best_ = loglike;
      best_index_ = next_ * size_ + member;
      const auto from = generation.u.begin() + std::ptrdiff_t(member * dimension());
      best_u_.assign(from, from + std::ptrdiff_t(dimension()));
    }
    finite_ += finite;
    differing_ += differing(generation);
    plan_.sampler->absorb(next_, generation.u, generation.outcomes);
    std::vector<double> line = {double(next_), best,
                                finite > 0 ? sum / double(finite) : std::numeric_limits<double>::quiet_NaN()};
    const std::vector<double> more = plan_.sampler->generation_values();
    line.insert(line.end(), more.begin(), more.end());
    table_.push_back(std::move(line));
    ++next_;
    if (!stop_ && (stop_ = plan_.sampler->verdict())) last_ = std::min(last_, next_ - 1 + lag());
    open_generations();
  }
}

std::string Generations::how_it_stands() const {
  if (stop_) return "converged: " + stop_->text;
  if (is_complete())
    return "not converged: the points are used up; raise scan.points and give the same command";
  return "not converged yet";
}

MergedResults Generations::merged_results() const {
  MergedResults results;
  const auto text = [](double value) {
    char digits[32];
    std::snprintf(digits, sizeof digits, "%.17g", value);
    return std::string(digits);
  };
  FileAttributes& attributes = results.attributes;
  attributes["sampler"] = plan_.name;
  attributes["sampler_version"] = std::to_string(plan_.version);
  for (const std::string& column : plan_.targets.columns) {
    std::string& all = attributes["loglike_columns"];
    all += (all.empty() ? "" : " ") + column;
  }
  attributes["converged"] = stop_ ? "true" : "false";
  attributes["converged_why"] = how_it_stands();
  if (best_index_) {
    attributes["best_fit_index"] = std::to_string(*best_index_);
    attributes["max_loglike"] = text(best_);
  }
  for (const auto& [name, value] : plan_.sampler->diagnostics().results) attributes[name] = text(value);
  for (DerivedColumn derived : plan_.sampler->derived_columns()) {
    results.columns.push_back(std::move(derived.column));
    results.values.push_back(std::move(derived.values));
  }
  results.table_columns = table_columns();
  results.table = table_;
  return results;
}

std::vector<Column> Generations::table_columns() const {
  std::vector<Column> columns = {
      {"generation", "1", "g", "number of the generation", ColumnType::uint64},
      {"best", "1", "ln L", "largest log-likelihood of its rows; -inf: none is finite"},
      {"mean", "1", "ln L", "mean of the finite log-likelihoods of its rows; NaN: none is finite"}};
  for (const Column& column : plan_.sampler->generation_columns()) columns.push_back(column);
  return columns;
}

void restore(Generations& generations, const std::vector<std::filesystem::path>& chunks,
             const RowLayout& layout) {
  const OutcomeReader reader_of_outcomes(generations.targets(), layout);
  for (const std::filesystem::path& path : chunks) {
    const ColumnFileReader file(path);
    const std::vector<double> indices = file.read(0);
    std::vector<std::vector<double>> columns, quantiles;
    for (const std::string& name : reader_of_outcomes.columns())
      columns.push_back(file.read(layout.position(name)));
    for (std::size_t c = layout.width() - generations.dimension(); c < layout.width(); ++c)
      quantiles.push_back(file.read(c));
    std::vector<double> values(columns.size()), u(quantiles.size());
    for (std::size_t row = 0; row < indices.size(); ++row) {
      for (std::size_t c = 0; c < columns.size(); ++c) values[c] = columns[c][row];
      for (std::size_t c = 0; c < quantiles.size(); ++c) u[c] = quantiles[c][row];
      generations.add(std::uint64_t(indices[row]), reader_of_outcomes.outcome(values), u);
    }
  }
}

std::optional<Generations> replay(const RunIdentity& identity, const RunInventory& inventory, bool compares) {
  if (!adaptive_plan_of(identity.config_json).sampler) return std::nullopt;
  std::optional<Generations> generations(std::in_place, identity.config_json, inventory.done);
  if (compares) generations->compare_proposals();
  generations->start();
  std::vector<std::filesystem::path> chunks;
  for (const Chunk& chunk : inventory.chunks) chunks.push_back(chunk.path);
  restore(*generations, chunks, *identity.layout());
  return generations;
}

}  // namespace mutauscan
