#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "mutauscan/config/parameter_space.hpp"

namespace mutauscan {

enum class SamplerKind { grid, random, lhs, sobol, list, de, profile, mcmc, nested };
template <>
struct EnumNames<SamplerKind> {
  static constexpr std::array<std::pair<SamplerKind, std::string_view>, 9> names{
      {{SamplerKind::grid, "grid"},
       {SamplerKind::random, "random"},
       {SamplerKind::lhs, "lhs"},
       {SamplerKind::sobol, "sobol"},
       {SamplerKind::list, "list"},
       {SamplerKind::de, "de"},
       {SamplerKind::profile, "profile"},
       {SamplerKind::mcmc, "mcmc"},
       {SamplerKind::nested, "nested"}}};
};

/// Points given one by one: the columns of a CSV file.
struct PointList {
  std::vector<std::size_t> parameters;  ///< in the model's list
  std::vector<double> values;           ///< row by row

  std::uint64_t rows() const { return parameters.empty() ? 0 : values.size() / parameters.size(); }
};

/// The points of a scan. A point is a pure function of (parameter space, seed, index): independent of how
/// many processes compute, of the order, and of interruptions. Costs O(axes) per point, wherever it is.
///   grid    row-major, the last axis fastest
///   random  counter-based generator Philox4x64 (Salmon et al., SC11)
///   lhs     Latin hypercube: each axis a keyed permutation of the points, jittered within its stratum
///   sobol   Sobol sequence (Joe, Kuo 2008) with a random digital shift; balanced for powers of two
///   list    the rows of a file
/// Adaptive samplers (config/adaptive.hpp) are none of these: their points depend on earlier rows. Here they
/// stand for their prior, as kind random.
class Sampler {
 public:
  Sampler(SamplerKind kind, ParameterSpace space, std::uint64_t points, std::uint64_t seed, PointList list);

  std::uint64_t points() const { return points_; }
  Point point(std::uint64_t index) const;

  /// Quantiles of the axes at `index`, in (0, 1); kinds random, lhs, sobol.
  std::vector<double> quantiles(std::uint64_t index) const;

 private:
  SamplerKind kind_;
  ParameterSpace space_;
  std::uint64_t points_, seed_;
  PointList list_;
};

}  // namespace mutauscan
