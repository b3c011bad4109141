#pragma once

#include <deque>
#include <vector>

#include "boltzmann_problem.hpp"
#include "quasi_steady_equations.hpp"

namespace mutauscan {

/// The path from the start to sphaleron freeze-out at a few instants, all neutrinos eliminated: where
/// asymmetries are made that survive, how good the elimination is there, and where rates change quickly. What
/// follows is decided by it: which equations to solve, from when to when, to what accuracy, with which stops.
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

  /// Temperatures [GeV] at which N_1 and N_2 come close: they, and with them the asymmetries each makes,
  /// change places there within a small part of an e-fold.
  std::vector<double> level_crossings() const;

  /// Temperatures [GeV] at which a decay N_I -> N_K phi opens or closes.
  std::vector<double> thresholds() const;

  /// The neutrinos that must not be eliminated: those whose lag changes the answer by more than 1e-5.
  SlowNeutrinos slow() const;

 private:
  struct Instant {
    double u;
    Asymmetries production, thermal_source;  ///< moduli, per e-fold
    Eigen::Matrix3d washout;                 ///< moduli, per e-fold
    Eigen::Array3d lag, thermal_lag;         ///< e-folds it takes N_I to decay
    double gap;                              ///< M_2/M_1 - 1
    decltype(NeutrinoRates::threshold) threshold;
    /// Production, and what comes from other flavours through the spectators
    Asymmetries source = Asymmetries::Zero();
    Eigen::Array3d survival = Eigen::Array3d::Ones(), most_survival = Eigen::Array3d::Ones();

    Asymmetries surviving() const { return source.colwise() * survival; }
  };
  struct Between {
    Eigen::Array3d mean, least;
  };

  Instant at(double u) const;
  static Between washout_between(const Instant& earlier, const Instant& later);
  void weigh();
  template <class Sizes>
  Sizes raised(const Sizes& sizes) const;
  bool matters(const Asymmetries& amount) const;

  const BoltzmannProblem& problem_;
  double negligible_, small_;
  std::deque<Instant> instants_;
  Asymmetries total_;  ///< what survives in all
};

}  // namespace mutauscan
