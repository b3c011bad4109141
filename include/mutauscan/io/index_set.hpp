#pragma once

#include <cstdint>

#include <boost/icl/interval_set.hpp>

namespace mutauscan {

/// Half-open range [begin, end) of point indices.
using IndexRange = boost::icl::right_open_interval<std::uint64_t>;

/// A set of point indices as disjoint ranges: what is done of a scan, whatever the order it was done in.
using IndexSet = boost::icl::interval_set<std::uint64_t, std::less, IndexRange>;

/// Number of indices in the set.
inline std::uint64_t count(const IndexSet& set) { return boost::icl::cardinality(set); }

}  // namespace mutauscan
