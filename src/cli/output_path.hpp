#pragma once

#include <filesystem>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace mutauscan::cli {

/// Says so if there is such a file already, which an output then replaces.
void say_if_replaced(const std::filesystem::path& target);

/// What cannot be meant: exit code 2.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The file to write for an option such as "-o": `given`, or what it names if it is a symbolic link.
/// UsageError unless that is a regular file or nothing yet, none of the `inputs` under whatever name, and
/// none of the files that a scan keeps in a run directory.
std::filesystem::path output_path(std::string_view option, const std::filesystem::path& given,
                                  const std::vector<std::filesystem::path>& inputs);

/// What is read of a run directory.
std::vector<std::filesystem::path> files_of_run(const std::filesystem::path& run);

}  // namespace mutauscan::cli
