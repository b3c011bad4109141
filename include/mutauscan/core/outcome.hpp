#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace mutauscan {

/// Why a scanned point has no complete answer. The numbers are stored in files: append, never renumber.
enum class Status : int {
  ok = 0,
  no_texture_solution = 1,  ///< no Dirac phase makes the two entries vanish for these oscillation parameters
  outside_domain = 2,       ///< a sampled parameter lies outside the range where it means anything
  inflaton_too_light = 3,   ///< m_phi/2 below the mass of a right-handed neutrino it should decay to
  not_finite = 4,           ///< a result is NaN or infinite: a defect of the program, please report it
  solver_step_limit = 5,    ///< the Boltzmann solver used up solver.max_steps
  solver_time_limit = 6,    ///< or solver.point_time_limit_s
  solver_failed = 7,  ///< or could not go on (CVODE error, or rates that change too quickly to be resolved)
  nonperturbative =
      8,  ///< a Yukawa coupling above sqrt(4 pi): decays, and the Boltzmann equations, mean nothing
  crashed =
      9,  ///< its evaluation ended the process twice, or threw: a defect of the program, please report it
  unphysical_asymmetry = 10,  ///< a CP asymmetry above one: masses closer than the formulas for it allow
  numerical_failure = 11,     ///< a root finder, a quadrature or the like gave up
  phi_condensed = 12,  ///< no vacuum without a Higgs condensate, which runs away, at T_R or on the way to it
  depends_on_start =
      13,  ///< the plasma is that of the start: neutrinos from the inflaton decay too late to make one
  outside_prior = 14,  ///< an adaptive sampler rejected it before it was evaluated
};

/// How far along the chain of evaluate() a point got: the stage that failed, or `complete`.
/// The numbers are stored in files: append, never renumber.
enum class Stage : int {
  complete = 0,
  parameters = 1,
  neutrino_sector = 2,
  seesaw = 3,
  thermal_history = 4,
  heavy_neutrinos = 5,
  cp_asymmetry = 6,
  estimate = 7,
  observables = 8,
  boltzmann = 9,
  unknown = 10,  ///< of a crashed point
};

struct StatusName {
  Status status;
  std::string_view name;
  bool is_defect;  ///< true: a numerical failure; false: a property of the point
};

inline constexpr std::array status_names = {
    StatusName{Status::ok, "ok", false},
    StatusName{Status::no_texture_solution, "no_texture_solution", false},
    StatusName{Status::outside_domain, "outside_domain", false},
    StatusName{Status::inflaton_too_light, "inflaton_too_light", false},
    StatusName{Status::not_finite, "not_finite", true},
    StatusName{Status::solver_step_limit, "solver_step_limit", true},
    StatusName{Status::solver_time_limit, "solver_time_limit", true},
    StatusName{Status::solver_failed, "solver_failed", true},
    StatusName{Status::nonperturbative, "nonperturbative", false},
    StatusName{Status::crashed, "crashed", true},
    StatusName{Status::unphysical_asymmetry, "unphysical_asymmetry", false},
    StatusName{Status::numerical_failure, "numerical_failure", true},
    StatusName{Status::phi_condensed, "phi_condensed", false},
    StatusName{Status::depends_on_start, "depends_on_start", false},
    StatusName{Status::outside_prior, "outside_prior", false},
};

inline constexpr std::array<std::pair<Stage, std::string_view>, 11> stage_names = {{
    {Stage::complete, "complete"},
    {Stage::parameters, "parameters"},
    {Stage::neutrino_sector, "neutrino_sector"},
    {Stage::seesaw, "seesaw"},
    {Stage::thermal_history, "thermal_history"},
    {Stage::heavy_neutrinos, "heavy_neutrinos"},
    {Stage::cp_asymmetry, "cp_asymmetry"},
    {Stage::estimate, "estimate"},
    {Stage::observables, "observables"},
    {Stage::boltzmann, "boltzmann"},
    {Stage::unknown, "unknown"},
}};

/// An expected failure of one point: recorded in its row, never fatal to a scan.
struct Failure {
  Status status = Status::ok;
  std::string message;
};

/// A value or the reason why there is none. (std::expected is not in C++20.)
template <class T>
class Outcome {
 public:
  Outcome(T value) : content_(std::move(value)) {}            // NOLINT(google-explicit-constructor)
  Outcome(Failure failure) : content_(std::move(failure)) {}  // NOLINT(google-explicit-constructor)

  explicit operator bool() const { return std::holds_alternative<T>(content_); }
  const T& operator*() const { return std::get<T>(content_); }
  const T* operator->() const { return &std::get<T>(content_); }
  const Failure& failure() const { return std::get<Failure>(content_); }

 private:
  std::variant<T, Failure> content_;
};

}  // namespace mutauscan
