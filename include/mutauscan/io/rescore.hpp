#pragma once

#include <cstdint>
#include <filesystem>

#include "mutauscan/io/manifest.hpp"
#include "mutauscan/models/model.hpp"

namespace mutauscan {

/// Copies a file of columns with its limits, likelihoods and verdicts computed anew by `model`, from the
/// stored columns and without solving; they may be missing in the input. The copy says it is of `identity`.
/// Returns the rows written. Where the input has posterior weights w, those of the copy are w exp(new ln L -
/// old ln L) of what the sampler looked at, normalised; so are ess and, by ln sum w exp(...), lnZ.
std::uint64_t rescore_file(const std::filesystem::path& input, const std::filesystem::path& output,
                           const Model& model, const RunIdentity& identity, int compression);

/// What the config attributes of a file say it is.
RunIdentity identity_of_file(const std::filesystem::path& path);

}  // namespace mutauscan
