#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mutauscan {

/// The candidate closest to `name` in edit distance (case ignored), if it is close enough to be a typing
/// error.
std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace mutauscan
