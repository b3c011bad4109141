// libFuzzer target: any point of the declared domain of any model, with any settings that go together, ends
// in a row without an exception: a status other than `crashed`, or finite numbers in every column that does
// not say when it has none. That it ends in time is up to -timeout.
//   bytes: the kind, one for each setting, then two for each input (how it is chosen, and where); 0: default

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>

#include "mutauscan/models/model.hpp"

namespace {

using namespace mutauscan;

/// The bytes of an input one by one; zeros after its end, which stand for defaults.
class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : data_(data), left_(size) {}

  std::uint8_t next() {
    if (left_ == 0) return 0;
    --left_;
    return *data_++;
  }

 private:
  const std::uint8_t* data_;
  std::size_t left_;
};

/// The words of "\"a\" | \"b\"".
std::vector<std::string> words_of(const std::string& choices) {
  std::vector<std::string> words;
  for (std::size_t start = choices.find('"'); start != std::string::npos;) {
    const std::size_t end = choices.find('"', start + 1);
    if (end == std::string::npos) break;
    words.push_back(choices.substr(start + 1, end - start - 1));
    start = choices.find('"', end + 1);
  }
  return words;
}

std::unique_ptr<Model> model_of(Bytes& bytes) {
  const ModelKind& kind = *model_kinds()[bytes.next() % model_kinds().size()];
  std::unique_ptr<Model> model = kind.make();
  for (const SettingKey& key : kind.settings) {
    const std::uint8_t choice = bytes.next();
    if (choice == 0) continue;
    SettingValue value = std::lerp(key.lower, std::min(key.upper, 1e6), double(choice - 1) / 254.0);
    if (const auto words = words_of(key.choices); !words.empty()) value = words[choice % words.size()];
    if (model->set(key, value)) std::abort();  // one of the choices is refused
  }
  return model;
}

/// A value of the domain: the default, close to it, a few decades from it, anywhere, or at an end.
double value_of(const Domain& d, double usual, Bytes& bytes) {
  const std::uint8_t how = bytes.next() % 8, where = bytes.next();
  constexpr double largest = std::numeric_limits<double>::max();
  const double lower = d.includes_lower ? d.lower : std::nextafter(std::max(d.lower, -largest), largest),
               upper = std::min(d.upper, largest), part = double(where) / 255.0;
  double x = usual;
  if (how == 1 || how == 2) x = usual * (1.0 + (double(where) - 127.0) * 1e-3);
  if (how == 3 || how == 4) x = usual * std::pow(10.0, (double(where) - 127.0) / 32.0);
  if (how == 5) x = usual + (double(where) - 127.0);
  if (how == 6) x = std::lerp(std::max(lower, -1e3), std::min(upper, 1e3), part);
  if (how == 7)
    x = where % 4 == 0   ? lower
        : where % 4 == 1 ? upper
        : where % 4 == 2 ? std::nextafter(lower, upper)
                         : usual * (1.0 + 1e-15 * part);
  return std::clamp(x, lower, upper);
}

[[noreturn]] void report(const std::string& what, const Model& model, const std::vector<double>& point,
                         const PointEnd& end) {
  std::fprintf(stderr, "%s: kind %s, status %d, %s\n", what.c_str(), model.kind().name.c_str(),
               int(end.status), end.message.c_str());
  for (const SettingKey& key : model.kind().settings)
    if (const SettingValue value = model.get(key); const auto* word = std::get_if<std::string>(&value))
      std::fprintf(stderr, "%s.%s = \"%s\"\n", key.section.c_str(), key.name.c_str(), word->c_str());
    else
      std::fprintf(stderr, "%s.%s = %.17g\n", key.section.c_str(), key.name.c_str(), std::get<double>(value));
  for (std::size_t i = 0; i < point.size(); ++i)
    if (model.is_input(i))
      std::fprintf(stderr, "%s = %.17g\n", model.kind().parameters[i].name.c_str(), point[i]);
  std::abort();
}

bool says_when_it_has_none(const Column& c) {
  return c.long_name.find("NaN") != std::string::npos || c.long_name.find("not given") != std::string::npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes bytes(data, size);
  const std::unique_ptr<Model> model = model_of(bytes);
  if (!model->check_settings().empty()) return 0;  // configs do not pass
  std::vector<double> point;
  for (std::size_t i = 0; i < model->kind().parameters.size(); ++i) {
    const double usual = model->default_of(i);
    point.push_back(model->is_input(i) ? value_of(model->kind().parameters[i].domain, usual, bytes) : usual);
  }
  SolverSettings settings;
  settings.max_steps = 500;
  settings.point_time_limit_s = 1e9;  // what takes long is to be found

  static Workspace workspace;
  const RowLayout& layout = *model->kind().layout;
  std::vector<double> row(layout.width(), 0.0);
  const PointEnd end = model->evaluate(point, settings, workspace, row);
  model->assess(row);
  if (end.status == Status::crashed) report("crashed", *model, point, end);
  if (row[layout.position("status")] != double(int(end.status))) report("status", *model, point, end);
  if ((end.status == Status::ok) != (row[layout.position("stage")] == 0.0))
    report("stage", *model, point, end);
  if (end.status != Status::ok) {
    if (end.message.empty()) report("no message", *model, point, end);
    return 0;
  }
  for (std::size_t c = 0; c < layout.width(); ++c) {
    const Column& column = layout.columns()[c];
    if (!column.is_assessed && !says_when_it_has_none(column) && !std::isfinite(row[c]))
      report(column.name, *model, point, end);
    // A difference of probabilities; more baryons than photons there are not either.
    const bool at_most_one =
        model->kind().name == "type1" && (column.name.starts_with("eps_") || column.name == "eta_B");
    if (at_most_one && std::abs(row[c]) > 1.0) report(column.name, *model, point, end);
  }
  return 0;
}
