#pragma once

#include <deque>
#include <vector>

#include "boltzmann_problem.hpp"
#include "quasi_steady_equations.hpp"

namespace mutauscan {

constexpr double elimination_error = 1e-5;  ///< of the answer: what is neglected for neutrinos taken as fast
constexpr double earliest_start = 1e10;     ///< H/Gamma_phi

/// The path from the start to sphaleron freeze-out at a few instants, all neutrinos eliminated: where
/// asymmetries are made that survive, how good the elimination is there, and where rates change quickly. What
/// follows is decided by it: which equations to solve, from when to when, to what accuracy, with which stops.
///
/// Instants are survey_step apart, and closer where masses change by more than a factor e from one to the
/// next: towards a temperature at which an expectation value vanishes, by steps in the logarithm of the
/// distance from it. Nothing that is made while masses change by orders of magnitude lies between instants.
class PathSurvey {
 public:
  /// `negligible`: the part of an asymmetry that the ends of the path may cost; `small`: an asymmetry of
  /// which only the absolute accuracy matters.
  PathSurvey(const BoltzmannProblem& problem, double negligible, double small);

  /// Adds instants before the problem's u_start until what was made before them is lost or small (up to
  /// H = 1e10 Gamma_phi); returns the first.
  double extend();

  /// The latest instant before which no asymmetry is made that survives.
  double start() const;

  /// The instant after which asymmetries are neither made nor washed out.
  double end() const;

  /// The most that an e-fold contributes to each asymmetry.
  Asymmetries scale() const;

  /// Temperatures [GeV] at which N_1 and N_2 (pair 0), or N_2 and N_3 (pair 1), come close: they, and with
  /// them the asymmetries each makes, change places there within a small part of an e-fold.
  std::vector<double> level_crossings(int pair) const;

  /// Temperatures [GeV] at which a decay N_I -> N_K phi opens or closes, on a section of the path.
  std::vector<double> thresholds(const PathSection& section) const;

  /// Instants, in u, that are closer together than the longest step and between which asymmetries are made or
  /// washed out: no step of an integration may pass one. Ascending; none on a path of smooth rates.
  std::vector<double> checkpoints() const;

  /// The least distance of two checkpoints, in e-folds; infinite if there are none.
  double narrowest() const;

  /// The largest sum_alpha |epsilon_{alpha I}| where asymmetries are made; of regulators without a width,
  /// also where levels come close.
  double largest_cp_asymmetry() const;

  /// Neutrinos whose lag changes the answer by more than 1e-5, and by more than is asked for absolutely:
  /// those for which DelayedDecays does as well, and those that must be integrated.
  struct Lagging {
    SlowNeutrinos delayed, slow;
  };
  Lagging lagging() const;

 private:
  struct Instant {
    double u;
    Asymmetries production, thermal_source;  ///< moduli, per e-fold
    Eigen::Matrix3d washout;                 ///< moduli, per e-fold
    Eigen::Array3d lag, thermal_lag;         ///< e-folds it takes N_I just made, and thermal ones, to decay
    double inflaton_share;                   ///< rho_phi/(rho_phi + rho_R)
    Eigen::Array3d mass;                     ///< [GeV]
    Eigen::Array2d gap;                      ///< M_2/M_1 - 1, M_3/M_2 - 1
    double epsilon;                          ///< max_I sum_alpha |epsilon_{alpha I}|
    decltype(NeutrinoRates::threshold) threshold;
    /// Production, and what comes from other flavours through the spectators; what there is, of both
    Asymmetries source = Asymmetries::Zero(), present = Asymmetries::Zero();
    Eigen::Array3d survival = Eigen::Array3d::Ones(), most_survival = Eigen::Array3d::Ones();

    Eigen::Array3d left =
        Eigen::Array3d::Ones();  ///< of N_I made at reheating, or before it, as yet not decayed
    double span = 0.0;           ///< e-folds it stands for, in survey_step

    /// What survives to the end of what is made while it stands, over survey_step
    Asymmetries surviving() const { return source.colwise() * (survival * span); }
  };
  struct Between {
    Eigen::Array3d mean, least;
  };

  Instant at(double u) const;
  std::vector<Instant> between(const Instant& from, const Instant& to) const;
  double middle(double from, double to) const;
  void resolve(const Instant& from, const Instant& to, std::vector<Instant>& inside) const;
  static Between washout_between(const Instant& earlier, const Instant& later);
  void follow_decays();
  void weigh();
  template <class Sizes>
  Sizes raised(const Sizes& sizes) const;
  bool matters(const Asymmetries& amount) const;

  const BoltzmannProblem& problem_;
  double negligible_, small_;
  std::vector<double> vanishing_;  ///< u at which an expectation value vanishes, ascending
  std::deque<Instant> instants_;
  Asymmetries total_;  ///< what survives in all
};

}  // namespace mutauscan
