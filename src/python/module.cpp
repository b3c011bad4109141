// The compiled half of the Python package `mutauscan`: points in, rows out. Names, units and errors for
// people are in mutauscan/model.py beside it.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <pybind11/functional.h>
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "mutauscan/config/config.hpp"
#include "mutauscan/core/build_info.hpp"

namespace py = pybind11;

namespace mutauscan {
namespace {

using Table = py::array_t<double, py::array::c_style | py::array::forcecast>;

py::dict text_of(const Column& column) {
  py::dict d;
  d["name"] = column.name, d["unit"] = column.unit, d["symbol"] = column.symbol;
  d["meaning"] = column.long_name, d["type"] = std::string(name_of(column.type));
  d["is_telemetry"] = column.is_telemetry, d["enum_names"] = column.enum_names;
  py::dict more;
  for (const auto& [name, text] : column.more_attributes) more[py::str(name)] = text;
  d["attributes"] = more;
  return d;
}

/// A model with its settings, and the values that parameters have unless they are given.
class PythonModel {
 public:
  PythonModel(std::shared_ptr<const Model> model, const SolverSettings& solver, Point defaults,
              std::string config_json)
      : model_(std::move(model)),
        solver_(solver),
        defaults_(std::move(defaults)),
        config_json_(std::move(config_json)) {}

  static PythonModel of(const ConfigResult& loaded, const std::string& file) {
    std::string problems;
    for (const ConfigProblem& problem : loaded.problems)
      problems += (problems.empty() ? "" : "\n") + problem.text(file);
    if (!problems.empty()) throw py::value_error(problems);
    return {loaded.config.model, loaded.config.solver, loaded.config.space.centre(),
            loaded.config.identity().config_json};
  }

  static PythonModel of_stored(const std::string& config_json) {
    std::shared_ptr<const Model> model = model_of(config_json);
    Point defaults;
    for (std::size_t i = 0; i < model->kind().parameters.size(); ++i)
      defaults.push_back(model->default_of(i));
    const SolverSettings solver = solver_settings_of(config_json);
    return {std::move(model), solver, std::move(defaults), config_json};
  }

  /// What pickling keeps: the canonical config as files store it, and the defaults.
  py::tuple state() const { return py::make_tuple(config_json_, defaults_); }
  static PythonModel of_state(const py::tuple& state) {
    PythonModel model = of_stored(state[0].cast<std::string>());
    model.defaults_ = state[1].cast<Point>();
    return model;
  }

  const std::string& kind() const { return model_->kind().name; }
  const Point& defaults() const { return defaults_; }

  py::dict settings() const {
    py::dict all;
    for (const SettingKey& key : model_->kind().settings)
      if (key.is_stored) all[py::str(key.section + "." + key.name)] = py::cast(model_->get(key));
    return all;
  }

  py::list parameters() const {
    py::list list;
    const std::vector<Parameter>& all = model_->kind().parameters;
    for (std::size_t i = 0; i < all.size(); ++i) {
      py::dict d;
      d["name"] = all[i].name, d["unit"] = all[i].unit, d["symbol"] = all[i].symbol;
      d["meaning"] = all[i].meaning, d["lower"] = all[i].domain.lower, d["upper"] = all[i].domain.upper;
      d["includes_lower"] = all[i].domain.includes_lower;
      d["default"] = defaults_[i], d["is_input"] = model_->is_input(i);
      list.append(d);
    }
    return list;
  }

  py::list columns() const {
    py::list list;
    for (const Column& column : model_->kind().layout->columns()) list.append(text_of(column));
    return list;
  }

  /// Why the point lies outside the model's domain.
  std::vector<std::string> objections(const Point& point) const {
    std::vector<std::string> texts;
    for (const PointObjection& objection : model_->check(point)) texts.push_back(objection.text());
    return texts;
  }

  std::string why_no_input(std::size_t parameter) const {
    const Objection objection = model_->why_no_input(parameter);
    return objection.constraint + (objection.hint.empty() ? "" : " (" + objection.hint + ")");
  }

  /// The row, and what is to be said of a failure.
  std::pair<std::vector<double>, std::string> evaluate(const Point& point) const {
    std::vector<double> row(model_->kind().layout->width(), 0.0);
    Workspace workspace;
    const PointEnd end = model_->evaluate(point, solver_, workspace, row);
    return {std::move(row), end.status == Status::ok ? "" : end.message};
  }

  py::list trace(const Point& point) const {
    if (!model_->kind().has_trace) throw py::value_error("kind \"" + kind() + "\" has no trace");
    std::vector<double> row(model_->kind().layout->width(), 0.0);
    Workspace workspace;
    Trace trace;
    const PointEnd end = model_->evaluate(point, solver_, workspace, row, &trace);
    if (trace.empty())
      throw std::runtime_error("the point ends before the Boltzmann equations: " + end.message);
    py::list list;
    for (const TraceColumn& quantity : trace)
      list.append(
          py::make_tuple(text_of(quantity.column),
                         py::array_t<double>(py::ssize_t(quantity.values.size()), quantity.values.data())));
    return list;
  }

  /// Rows of many points, column by column: an array of (columns, points). Each row depends on its point
  /// alone. `progress`, if callable, is told how many points are done, some ten times a second.
  py::array_t<double> evaluate_many(const Table& points, int threads, const py::object& progress) const {
    if (points.ndim() != 2 || std::size_t(points.shape(1)) != defaults_.size())
      throw py::value_error("points must have the shape (points, parameters)");
    const auto count = std::size_t(points.shape(0)), inputs = defaults_.size();
    const std::size_t width = model_->kind().layout->width();
    py::array_t<double> rows({width, count});
    const double* from = points.data();
    double* to = rows.mutable_data();
    constexpr std::size_t batch = 16;
    std::atomic<std::size_t> next{0}, done{0};
    std::atomic<bool> stop{false};
    std::exception_ptr failure;
    std::mutex failure_mutex;
    const auto work = [&] {
      try {
        Workspace workspace;
        std::vector<double> row(width);
        for (std::size_t begin; !stop && (begin = next.fetch_add(batch)) < count;)
          for (std::size_t i = begin; i < std::min(begin + batch, count) && !stop; ++i, ++done) {
            std::fill(row.begin(), row.end(), 0.0);
            row[0] = double(i);
            model_->evaluate({from + i * inputs, inputs}, solver_, workspace, row);
            for (std::size_t c = 0; c < width; ++c) to[c * count + i] = row[c];
          }
      } catch (...) {
        const std::lock_guard lock(failure_mutex);
        failure = std::current_exception();
        stop = true;
      }
    };
    {
      const py::gil_scoped_release released;
      std::vector<std::jthread> pool;
      for (int t = 0; t < threads; ++t) pool.emplace_back(work);
      // Ctrl-C is seen here: Python's signal handlers run in this thread only.
      for (auto said = std::chrono::steady_clock::now(); done < count && !stop;) {
        std::this_thread::sleep_for(std::chrono::microseconds(count < 1000 ? 200 : 5000));
        const auto now = std::chrono::steady_clock::now();
        if (now - said < std::chrono::milliseconds(100)) continue;
        said = now;
        const py::gil_scoped_acquire acquired;
        try {
          if (PyErr_CheckSignals() != 0) throw py::error_already_set();
          if (!progress.is_none()) progress(done.load());
        } catch (...) {
          stop = true;
          const std::lock_guard lock(failure_mutex);
          failure = std::current_exception();
        }
      }
    }
    if (failure) std::rethrow_exception(failure);
    if (!progress.is_none()) progress(count);
    return rows;
  }

 private:
  std::shared_ptr<const Model> model_;
  SolverSettings solver_;
  Point defaults_;
  std::string config_json_;
};

}  // namespace
}  // namespace mutauscan

PYBIND11_MODULE(_core, m) {
  using namespace mutauscan;
  m.attr("version") = build_info().version;
  m.attr("git_hash") = build_info().git_hash;
  m.def("kinds", [] {
    std::vector<std::string> names;
    for (const ModelKind* kind : model_kinds()) names.push_back(kind->name);
    return names;
  });
  py::class_<PythonModel>(m, "Model")
      .def_static(
          "of_toml", [](const std::string& toml) { return PythonModel::of(parse_config(toml, {}), "Model"); },
          py::arg("toml"))
      .def_static(
          "of_config", [](const std::string& path) { return PythonModel::of(load_config(path), path); },
          py::arg("path"))
      .def_static("of_stored", &PythonModel::of_stored, py::arg("config_json"))
      .def_property_readonly("kind", &PythonModel::kind)
      .def_property_readonly("defaults", &PythonModel::defaults)
      .def_property_readonly("settings", &PythonModel::settings)
      .def("parameters", &PythonModel::parameters)
      .def("columns", &PythonModel::columns)
      .def("objections", &PythonModel::objections, py::arg("point"))
      .def("why_no_input", &PythonModel::why_no_input, py::arg("parameter"))
      .def("evaluate", &PythonModel::evaluate, py::arg("point"))
      .def("trace", &PythonModel::trace, py::arg("point"))
      .def("evaluate_many", &PythonModel::evaluate_many, py::arg("points"), py::arg("threads"),
           py::arg("progress"))
      .def(py::pickle([](const PythonModel& model) { return model.state(); }, &PythonModel::of_state));
}
