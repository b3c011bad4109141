#pragma once

#include <algorithm>
#include <chrono>
#include <thread>

namespace mutauscan {

/// Polls with pauses that double from 10 µs to a limit: quick when the answer comes soon, and an idle process
/// does not burn a core.
class Patience {
 public:
  /// `longest`: the limit of the pauses.
  explicit Patience(std::chrono::microseconds longest) : longest_(longest) {}

  /// Sleeps for the present pause, and doubles it.
  void wait() {
    std::this_thread::sleep_for(pause_);
    pause_ = std::min(2 * pause_, longest_);
  }
  /// To be called when something has come: the next pause is short again.
  void reset() { pause_ = shortest; }

 private:
  static constexpr std::chrono::microseconds shortest{10};
  std::chrono::microseconds longest_, pause_ = shortest;
};

}  // namespace mutauscan
