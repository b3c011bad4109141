#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace mutauscan {

/// Why a scanned point has no complete answer (status_names says it in words). The numbers are stored in
/// files: append, never renumber.
enum class Status : int {
  ok = 0,
  no_texture_solution = 1,
  outside_domain = 2,
  inflaton_too_light = 3,
  not_finite = 4,
  solver_step_limit = 5,
  solver_time_limit = 6,
  solver_failed = 7,
  nonperturbative = 8,
  crashed = 9,
  unphysical_asymmetry = 10,
  numerical_failure = 11,
  phi_condensed = 12,
  depends_on_start = 13,
  outside_prior = 14,
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

/// A status, its name and its meaning.
struct StatusName {
  Status status;
  std::string_view name;
  bool is_defect;  ///< true: a numerical failure; false: a property of the point
  std::string_view meaning;
  std::string_view remedy;  ///< what to do about points that have it
};

/// What a status means to a user: `describe`, the trial of `check`, summaries and the reference page read
/// this.
inline constexpr std::array status_names = {
    StatusName{Status::ok, "ok", false, "complete: every column has its value", "nothing"},
    StatusName{Status::no_texture_solution, "no_texture_solution", false,
               "no Dirac phase makes the two entries of the texture vanish for these oscillation parameters",
               "choose the model.texture that has a solution (leave the key out, and it is chosen), other "
               "oscillation parameters, or texture \"none\""},
    StatusName{Status::outside_domain, "outside_domain", false,
               "a parameter lies outside the range where it means anything",
               "`mutauscan check` of the config names the parameter and its range"},
    StatusName{
        Status::inflaton_too_light, "inflaton_too_light", false,
        "m_phi/2 is below the mass of a right-handed neutrino that the inflaton should decay to",
        "raise m_phi above twice the mass of the heaviest N_I with f_NI > 0, lower h_etau, keep M_mutau "
        "below "
        "m_phi/2 and not small either (the third mass grows as h_etau^2/M_mutau), or set f_NI = 0 for those "
        "too heavy"},
    StatusName{Status::not_finite, "not_finite", true, "a result is NaN or infinite",
               "a defect of the program: please report it"},
    StatusName{Status::solver_step_limit, "solver_step_limit", true,
               "the Boltzmann solver used up solver.max_steps",
               "raise solver.max_steps, or loosen solver.rtol"},
    StatusName{Status::solver_time_limit, "solver_time_limit", true,
               "the Boltzmann solver used up solver.point_time_limit_s", "raise solver.point_time_limit_s"},
    StatusName{
        Status::solver_failed, "solver_failed", true,
        "the Boltzmann solver could not go on (CVODE error, or rates that change too quickly to be resolved)",
        "try another solver.rtol and solver.atol; if that does not help, report it"},
    StatusName{Status::nonperturbative, "nonperturbative", false,
               "a Yukawa coupling exceeds sqrt(4 pi): decays, and the Boltzmann equations, mean nothing",
               "lower the Yukawa couplings, or the heavy masses"},
    StatusName{Status::crashed, "crashed", true, "its evaluation ended the process twice, or threw",
               "a defect of the program: please report it; `mutauscan point --from RUN --index I` shows it"},
    StatusName{Status::unphysical_asymmetry, "unphysical_asymmetry", false,
               "a CP asymmetry exceeds one: masses closer than its formulas allow", "move the masses apart"},
    StatusName{Status::numerical_failure, "numerical_failure", true,
               "a root finder, a quadrature or the like gave up",
               "a defect of the program: please report it"},
    StatusName{Status::phi_condensed, "phi_condensed", false,
               "no vacuum without a Higgs condensate, which runs away, at T_R or on the way to it",
               "lower |lambda_phi_sigma|, or raise lambda_sigma"},
    StatusName{Status::depends_on_start, "depends_on_start", false,
               "the plasma is that of the start: neutrinos from the inflaton decay too late to make one",
               "lower m_phi, or raise the Yukawa couplings"},
    StatusName{Status::outside_prior, "outside_prior", false,
               "an adaptive sampler rejected it before it was evaluated",
               "nothing: it belongs to the method"},
};
/// Name, meaning and remedy of a status.
constexpr const StatusName& about(Status status) {
  for (const StatusName& entry : status_names)
    if (entry.status == status) return entry;
  return status_names.front();
}

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
  /// A value.
  Outcome(T value) : content_(std::move(value)) {}  // NOLINT(google-explicit-constructor)
  /// A failure instead of a value.
  Outcome(Failure failure) : content_(std::move(failure)) {}  // NOLINT(google-explicit-constructor)

  /// There is a value.
  explicit operator bool() const { return std::holds_alternative<T>(content_); }
  /// The value, which must be there.
  const T& operator*() const { return std::get<T>(content_); }
  /// Access to a member of the value, which must be there.
  const T* operator->() const { return &std::get<T>(content_); }
  /// Why there is no value; must not be called if there is one.
  const Failure& failure() const { return std::get<Failure>(content_); }

 private:
  std::variant<T, Failure> content_;
};

}  // namespace mutauscan
