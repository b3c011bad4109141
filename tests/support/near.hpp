#pragma once

#include <cmath>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

/// |value - expected| <= tolerance |expected|.
inline ::testing::AssertionResult relatively_near(double value, double expected, double tolerance) {
  if (std::abs(value - expected) <= tolerance * std::abs(expected)) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << value << " is not " << expected << " to " << tolerance
                                       << " (relative " << (value - expected) / expected << ")";
}

/// A file of tests/reference: numbers computed by independent programs.
inline nlohmann::json reference(const std::string& name) {
  std::ifstream in(std::string(REFERENCE_DIR) + "/" + name);
  if (!in) throw std::runtime_error("no reference file " + name);
  return nlohmann::json::parse(in);
}
