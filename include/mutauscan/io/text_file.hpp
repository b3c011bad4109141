#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>

namespace mutauscan {

/// A file is damaged, foreign or cannot be written: exit code 4.
class StorageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Removes a file, if it is there, at the end of a scope.
struct FileRemover {
  std::filesystem::path file;
  ~FileRemover() {
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
  }
};

/// fsync of a file or directory; StorageError on failure.
void sync_path(const std::filesystem::path& path);

/// .NAME.HOST-PID in the same directory: a name no other process uses.
std::filesystem::path unique_neighbour(const std::filesystem::path& path);

/// Writes and fsyncs a small text file.
void write_text(const std::filesystem::path& path, const std::string& text);

/// Creates a small text file if there is none; of several who try one succeeds. Its content is complete from
/// the moment it exists.
bool create_text_once(const std::filesystem::path& path, const std::string& text);

/// Replaces a small text file atomically: temporary, fsync, rename, fsync of the directory.
void write_text_atomically(const std::filesystem::path& path, const std::string& text);

/// The whole text of a file; StorageError if it cannot be read.
std::string read_text(const std::filesystem::path& path);

}  // namespace mutauscan
