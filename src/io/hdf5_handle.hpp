#pragma once

// RAII for the HDF5 C library; private to io.

#include <string>
#include <utility>

#include <hdf5.h>

#include "mutauscan/io/column_file.hpp"

namespace mutauscan {

/// Owns an hid_t. Close errors in a destructor cannot be reported; writers call close() and check.
template <herr_t (*close_function)(hid_t)>
class H5Handle {
 public:
  H5Handle(hid_t id, const std::string& what) : id_(id) {
    if (id_ < 0) throw StorageError("HDF5 cannot " + what);
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
    if (close_function(std::exchange(id_, -1)) < 0) throw StorageError("HDF5 cannot close " + what);
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
  if (result < 0) throw StorageError("HDF5 cannot " + what);
}

}  // namespace mutauscan
