#include "mutauscan/io/rescore.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include <nlohmann/json.hpp>

#include "mutauscan/core/build_info.hpp"
#include "mutauscan/core/outcome.hpp"
#include "mutauscan/io/merge.hpp"

namespace mutauscan {
namespace {

constexpr std::uint64_t block_rows = 65536;
constexpr double minus_infinity = -std::numeric_limits<double>::infinity();

/// What an adaptive sampler looked at, of rows of a file: the sum of its targets, -inf where it saw none.
class TargetSum {
 public:
  TargetSum(const ColumnFileReader& reader, const std::vector<Column>& columns)
      : status_(position(columns, "status")), allowed_(columns.size()) {
    const auto scan = nlohmann::json::parse(reader.attribute("config")).at("scan");
    for (const std::string name : scan.at("loglike")) targets_.push_back(position(columns, name));
    if (scan.at("require_allowed").get<bool>()) allowed_ = position(columns, "allowed");
  }

  double operator()(const std::vector<std::vector<double>>& columns, std::size_t row) const {
    double sum = 0.0;
    for (const std::size_t c : targets_) sum += columns[c][row];
    const bool counts = columns[status_][row] == double(int(Status::ok)) &&
                        !(allowed_ < columns.size() && columns[allowed_][row] == 0.0);
    return counts && !std::isnan(sum) ? sum : minus_infinity;
  }

 private:
  static std::size_t position(const std::vector<Column>& columns, const std::string& name) {
    return std::size_t(
        std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return c.name == name; }) -
        columns.begin());
  }

  std::size_t status_, allowed_;
  std::vector<std::size_t> targets_;
};

std::string digits(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.17g", value);
  return text;
}

/// The importance weights of all rows under the new likelihood, and the attributes that follow from it. A row
/// of old weight 0 keeps it: the sample knows nothing of what the new likelihood makes of such regions.
std::vector<double> reweight(const ColumnFileReader& reader, const std::vector<Column>& columns,
                             const Model& model, FileAttributes& attributes) {
  const TargetSum target(reader, columns);
  const std::vector<double> old_weights = reader.read(reader.layout().position("weight"));
  const std::vector<double> index = reader.read(0);
  std::vector<double> change(reader.rows(), minus_infinity);
  double best = minus_infinity, largest = minus_infinity;
  for (std::uint64_t offset = 0; offset < reader.rows(); offset += block_rows) {
    const std::uint64_t rows = std::min(block_rows, reader.rows() - offset);
    const auto before = read_or_assess(reader, columns, model, Assess::what_is_missing, offset, rows);
    const auto after = read_or_assess(reader, columns, model, Assess::everything, offset, rows);
    for (std::size_t row = 0; row < rows; ++row) {
      const double loglike = target(after, row);
      if (loglike > best) {
        best = loglike;
        attributes["best_fit_index"] = std::to_string(std::uint64_t(index[offset + row]));
        attributes["max_loglike"] = digits(best);
      }
      if (!(old_weights[offset + row] > 0.0)) continue;
      change[offset + row] = loglike - target(before, row);
      largest = std::max(largest, change[offset + row]);
    }
  }
  std::vector<double> weights(reader.rows(), 0.0);
  if (largest == minus_infinity) {
    attributes["ess"] = "0";
    attributes.erase("lnZ");
    return weights;
  }
  double sum = 0.0, squares = 0.0;
  for (std::size_t row = 0; row < weights.size(); ++row) {
    weights[row] = old_weights[row] * std::exp(change[row] - largest);
    sum += weights[row];
    squares += weights[row] * weights[row];
  }
  for (double& w : weights) w /= sum;
  attributes["ess"] = digits(sum * sum / squares);
  if (const auto lnz = attributes.find("lnZ"); lnz != attributes.end())
    lnz->second = digits(std::stod(lnz->second) + largest + std::log(sum));
  return weights;
}

}  // namespace

std::uint64_t rescore_file(const std::filesystem::path& input, const std::filesystem::path& output,
                           const Model& model, const RunIdentity& identity, int compression) {
  const ColumnFileReader reader(input);
  FileAttributes attributes = reader.attributes();
  attributes["config"] = identity.config_json;
  attributes["config_hash"] = identity.hash();
  attributes["config_toml"] = identity.config_toml;
  const BuildInfo build = build_info();
  attributes["rescored"] = timestamp() + " by mutauscan " + build.version + " (" + build.git_hash + ")";
  attributes["made_by"] = reader.made_by();
  const std::vector<Column> columns = columns_of_copy(reader);
  const auto weight = std::find_if(columns.begin(), columns.end(),
                                   [](const Column& column) { return column.name == "weight"; });
  std::vector<double> weights;
  if (weight != columns.end()) weights = reweight(reader, columns, model, attributes);
  ColumnFileWriter writer(output, columns, reader.rows(), block_rows, compression, attributes);

  for (std::uint64_t offset = 0; offset < reader.rows(); offset += block_rows) {
    const std::uint64_t rows = std::min(block_rows, reader.rows() - offset);
    auto block = read_or_assess(reader, columns, model, Assess::everything, offset, rows);
    if (!weights.empty()) {
      const auto first = weights.begin() + std::ptrdiff_t(offset);
      block[std::size_t(weight - columns.begin())].assign(first, first + std::ptrdiff_t(rows));
    }
    for (std::size_t c = 0; c < columns.size(); ++c) writer.write(c, offset, block[c]);
  }
  writer.finish();
  return reader.rows();
}

RunIdentity identity_of_file(const std::filesystem::path& path) {
  const ColumnFileReader reader(path);
  return {reader.attribute("config_toml"), reader.attribute("config"),
          std::stoull(reader.attribute("points"))};
}

}  // namespace mutauscan
