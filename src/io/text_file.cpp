#include "mutauscan/io/text_file.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <unistd.h>

#include "mutauscan/io/manifest.hpp"

namespace mutauscan {

namespace fs = std::filesystem;

void sync_path(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool ok = descriptor >= 0 && ::fsync(descriptor) == 0;
  const int error = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (!ok) throw StorageError("cannot sync " + path.string() + ": " + std::strerror(error));
}

fs::path unique_neighbour(const fs::path& path) {
  const ProcessIdentity self = this_process();
  return path.parent_path() /
         ("." + path.filename().string() + "." + self.host + "-" + std::to_string(self.pid));
}

void write_text(const fs::path& path, const std::string& text) {
  const auto fail = [&](int error) {
    ::unlink(path.c_str());  // a torn file helps nobody
    throw StorageError("cannot write " + path.string() + ": " + std::strerror(error));
  };
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) fail(errno);
  int error = 0;
  for (std::size_t done = 0; done < text.size() && error == 0;) {
    const ssize_t written = ::write(descriptor, text.data() + done, text.size() - done);
    if (written >= 0)
      done += std::size_t(written);
    else if (errno != EINTR)
      error = errno;
  }
  if (error == 0 && ::fsync(descriptor) != 0) error = errno;
  if (::close(descriptor) != 0 && error == 0) error = errno;
  if (error != 0) fail(error);
}

bool create_text_once(const fs::path& path, const std::string& text) {
  const fs::path mine = unique_neighbour(path);
  write_text(mine, text);
  const int error = ::link(mine.c_str(), path.c_str()) == 0 ? 0 : errno;
  fs::remove(mine);
  if (error != 0 && error != EEXIST)
    throw StorageError("cannot create " + path.string() + ": " + std::strerror(error));
  sync_path(path.parent_path());
  return error == 0;
}

void write_text_atomically(const fs::path& path, const std::string& text) {
  const fs::path temporary = unique_neighbour(path);
  write_text(temporary, text);
  std::error_code error;
  fs::rename(temporary, path, error);
  if (error) throw StorageError("cannot rename " + temporary.string() + ": " + error.message());
  sync_path(path.parent_path());
}

std::string read_text(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text;
  std::array<char, 65536> part;
  while (in.read(part.data(), part.size()) || in.gcount() > 0)
    text.append(part.data(), std::size_t(in.gcount()));
  if (!in.is_open() || in.bad()) throw StorageError("cannot read " + path.string());
  return text;
}

}  // namespace mutauscan
