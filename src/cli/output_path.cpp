#include "output_path.hpp"

#include <algorithm>
#include <string>

#include <spdlog/spdlog.h>

namespace mutauscan::cli {
namespace {

namespace fs = std::filesystem;

/// Follows symbolic links in the last component, also to a file that does not exist yet.
fs::path followed(fs::path path) {
  constexpr int most_links = 40;  // as the kernel
  for (int links = 0; links < most_links && fs::is_symlink(path); ++links)
    path = path.parent_path() / fs::read_symlink(path);  // an absolute one replaces all
  return path;
}

/// What a scan keeps in its run directory. Results may be put beside it, as merged.h5 is.
bool is_owned_by_run(const std::string& name) {
  for (const char* folder : {"chunks", "sessions", "crashes", "quarantine", "STOP", "manifest.json"})
    if (name == folder) return true;
  return name.starts_with("lock") || (name.starts_with("status") && name.ends_with(".json"));
}

/// Empty: nothing speaks against it.
std::string reason_not_to_write(const fs::path& target, const std::vector<fs::path>& inputs) {
  const fs::file_status there = fs::symlink_status(target);
  if (fs::is_directory(there) || !target.has_filename()) return "is a directory";
  if (fs::exists(there) && !fs::is_regular_file(there)) return "is not a regular file";
  if (fs::exists(there) && std::any_of(inputs.begin(), inputs.end(), [&](const fs::path& input) {
        return fs::exists(input) && fs::equivalent(input, target);
      }))
    return "is an input";
  fs::path inside = fs::weakly_canonical(fs::absolute(target));
  for (fs::path folder = inside.parent_path(); inside != folder;
       inside = folder, folder = folder.parent_path())
    if (fs::exists(folder / "manifest.json") && is_owned_by_run(inside.filename()))
      return "belongs to the run " + folder.string();
  return "";
}

}  // namespace

fs::path output_path(std::string_view option, const fs::path& given, const std::vector<fs::path>& inputs) {
  fs::path target = followed(given);
  const std::string reason = reason_not_to_write(target, inputs);
  if (!reason.empty())
    throw UsageError(std::string(option) + " " + given.string() + ": " + reason + "; choose another file");
  return target;
}

void say_if_replaced(const fs::path& target) {
  if (fs::exists(target)) spdlog::info("{} is replaced", target.string());
}

std::vector<fs::path> files_of_run(const fs::path& run) {
  std::vector<fs::path> files = {run / "manifest.json"};
  if (fs::is_directory(run / "chunks"))
    for (const auto& entry : fs::directory_iterator(run / "chunks")) files.push_back(entry.path());
  return files;
}

}  // namespace mutauscan::cli
