#pragma once

#include <filesystem>

#include "mutauscan/io/column_file.hpp"
#include "mutauscan/models/model.hpp"

namespace mutauscan {

/// Writes the evolution of one point, a row per step of the solver, as a file that describes itself like all
/// others. Every column has the same number of values.
void write_trace(const std::filesystem::path& path, const Trace& trace, const FileAttributes& attributes);

}  // namespace mutauscan
