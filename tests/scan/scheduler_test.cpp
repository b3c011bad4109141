#include "mutauscan/scan/scheduler.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "mutauscan/io/encoded_block.hpp"

namespace mutauscan {
namespace {

IndexSet first_points(std::uint64_t points) { return IndexSet(IndexRange(0, points)); }

TEST(Scheduler, HandsOutEveryMissingPointExactlyOnce) {
  IndexSet done;
  done += IndexRange(10, 20);
  done += IndexRange(500, 501);
  Scheduler scheduler(first_points(1000) - done, 4);
  EXPECT_EQ(scheduler.remaining(), 989U);
  IndexSet all = done;
  while (const auto batch = scheduler.next()) {
    EXPECT_FALSE(boost::icl::intersects(all, *batch));
    all += *batch;
    scheduler.learn(1e-4 * double(batch->upper() - batch->lower()), batch->upper() - batch->lower());
  }
  EXPECT_EQ(count(all), 1000U);
  EXPECT_EQ(scheduler.remaining(), 0U);
}

TEST(Scheduler, SizesBatchesByCostAndShrinksThemAtTheTail) {
  Scheduler fast(first_points(1'000'000), 4), full(first_points(1'000'000), 4),
      slow(first_points(1'000'000), 4);
  fast.learn(2e-3, 1);
  full.learn(1e-3, 1);
  slow.learn(1.0, 1);
  const auto size = [](const IndexRange& r) { return r.upper() - r.lower(); };
  EXPECT_EQ(size(*fast.next()), 150U);        // 0.3 s of work
  EXPECT_EQ(size(*full.next()), block_rows);  // 0.3 s would be more than half a block
  EXPECT_EQ(size(*slow.next()), 1U);
  std::uint64_t last = 0, largest = 0;
  while (const auto batch = fast.next()) {
    last = size(*batch);
    largest = std::max(largest, last);
  }
  EXPECT_EQ(largest, 150U);
  EXPECT_EQ(last, 1U);
}

TEST(Scheduler, HasNothingToDoForACompleteScan) { EXPECT_FALSE(Scheduler({}, 1).next()); }

}  // namespace
}  // namespace mutauscan
