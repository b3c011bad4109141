#pragma once

// RAII for the HDF5 C library; private to io.

#include <string>
#include <utility>

#include <hdf5.h>

#include "mutauscan/io/column_file.hpp"

namespace mutauscan {

/// ": No space left on device" if the operating system had a part in HDF5's last failure, else nothing.
inline std::string system_reason() {
  std::string reason;
  const auto look = [](unsigned, const H5E_error2_t* error, void* found) -> herr_t {
    const std::string text = error->desc ? error->desc : "";
    const std::string mark = "error message = '";
    const auto begin = text.find(mark);
    if (begin == std::string::npos) return 0;
    const auto end = text.find('\'', begin + mark.size());
    *static_cast<std::string*>(found) = ": " + text.substr(begin + mark.size(), end - begin - mark.size());
    return 0;
  };
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, look, &reason);
  return reason;
}

[[noreturn]] inline void h5_fail(const std::string& what) {
  throw StorageError("HDF5 cannot " + what + system_reason());
}

/// Owns an hid_t. Close errors in a destructor cannot be reported; writers call close() and check.
template <herr_t (*close_function)(hid_t)>
class H5Handle {
 public:
  H5Handle(hid_t id, const std::string& what) : id_(id) {
    if (id_ < 0) h5_fail(what);
  }
  H5Handle(H5Handle&& other) noexcept : id_(std::exchange(other.id_, -1)) {}
  H5Handle& operator=(H5Handle&& other) noexcept {
    std::swap(id_, other.id_);
    return *this;
  }
  H5Handle(const H5Handle&) = delete;
  H5Handle& operator=(const H5Handle&) = delete;
  ~H5Handle() {
    if (id_ >= 0) close_function(id_);
  }

  hid_t get() const { return id_; }
  void close(const std::string& what) {
    if (close_function(std::exchange(id_, -1)) < 0) h5_fail("close " + what);
  }

 private:
  hid_t id_;
};

using H5File = H5Handle<&H5Fclose>;
using H5Group = H5Handle<&H5Gclose>;
using H5Dataset = H5Handle<&H5Dclose>;
using H5Space = H5Handle<&H5Sclose>;
using H5Type = H5Handle<&H5Tclose>;
using H5Attribute = H5Handle<&H5Aclose>;
using H5Properties = H5Handle<&H5Pclose>;

inline void h5_check(herr_t result, const std::string& what) {
  if (result < 0) h5_fail(what);
}

/// To be called before anything else. Errors are reported by exceptions, not by HDF5's own printer; file
/// locking is off because shared file systems often lack it and every finished file is immutable.
void prepare_hdf5();

/// How a column stands in a file.
hid_t stored_type(ColumnType type);

}  // namespace mutauscan
