#include "mutauscan/io/column_file.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <mutex>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "chunk_encoder.hpp"
#include "hdf5_handle.hpp"
#include "mutauscan/io/manifest.hpp"

namespace mutauscan {
using namespace nlohmann::literals;
namespace {

namespace fs = std::filesystem;

// A file of many blocks, of up to 32 MB before compression, is put together in memory, which grows in steps
// as it does, and written when it is closed: a call of the operating system for each block of each column
// would take as long as all the rest. (For one block of each it costs more than it saves.)
constexpr std::uint64_t values_of_file_in_memory = (32 << 20) / sizeof(double);
constexpr std::size_t memory_step = 64 << 10;

// Every column has an index of its blocks, a tree of nodes with room for so many. HDF5's default is 64, and 2
// kB a column.
constexpr unsigned blocks_in_index_node = 16;

/// Errors are reported by exceptions, not by HDF5's own printer; file locking is off because shared file
/// systems often lack it and every finished file is immutable.
void prepare_hdf5() {
  static std::once_flag once;
  std::call_once(once, [] {
    setenv("HDF5_USE_FILE_LOCKING", "FALSE", 1);
    // Files are closed by their owners. One that could not be, on a full disk, must not be tried again at
    // exit.
    h5_check(H5dont_atexit(), "leave the end of the process alone");
  });
  h5_check(H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr), "silence its error printer");  // this thread's
}

H5Type utf8_string_type(std::size_t size) {
  H5Type type(H5Tcopy(H5T_C_S1), "copy the string type");
  h5_check(H5Tset_size(type.get(), std::max<std::size_t>(size, 1)), "size a string");
  h5_check(H5Tset_cset(type.get(), H5T_CSET_UTF8), "set UTF-8");
  return type;
}

void write_attribute(hid_t object, const std::string& name, const std::string& value) {
  const H5Type type = utf8_string_type(value.size());
  const H5Space scalar(H5Screate(H5S_SCALAR), "create a scalar");
  const H5Attribute attribute(
      H5Acreate2(object, name.c_str(), type.get(), scalar.get(), H5P_DEFAULT, H5P_DEFAULT),
      "create attribute " + name);
  h5_check(H5Awrite(attribute.get(), type.get(), value.empty() ? "\0" : value.data()),
           "write attribute " + name);
}

hid_t stored_type(ColumnType type) {
  switch (type) {
    case ColumnType::int32:
      return H5T_STD_I32LE;
    case ColumnType::uint64:
      return H5T_STD_U64LE;
    default:
      return H5T_IEEE_F64LE;
  }
}

}  // namespace

struct ColumnFileWriter::Impl {
  fs::path final_path, part_path;
  H5File file;
  std::vector<H5Dataset> datasets;
  std::vector<ColumnType> types;
  std::uint64_t rows, rows_per_block;
  ChunkEncoder encoder;
  bool finished = false;

  static H5File create(const fs::path& path, bool in_memory) {
    // HDF5 does not say why a file that is put together in memory cannot be created.
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (descriptor < 0) throw StorageError("cannot create " + path.string() + ": " + std::strerror(errno));
    ::close(descriptor);

    const H5Properties access(H5Pcreate(H5P_FILE_ACCESS), "create access properties");
    h5_check(H5Pset_libver_bounds(access.get(), H5F_LIBVER_EARLIEST, H5F_LIBVER_V18),
             "choose the 1.8 format");
    if (in_memory)
      h5_check(H5Pset_fapl_core(access.get(), memory_step, /*backing_store=*/true), "use memory");
    const H5Properties creation(H5Pcreate(H5P_FILE_CREATE), "create file properties");
    h5_check(H5Pset_istore_k(creation.get(), blocks_in_index_node / 2), "size the index of blocks");
    return H5File(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation.get(), access.get()),
                  "create " + path.string());
  }
};

ColumnFileWriter::ColumnFileWriter(fs::path path, const std::vector<Column>& columns, std::uint64_t rows,
                                   std::uint64_t rows_per_block, int compression,
                                   const FileAttributes& attributes) {
  prepare_hdf5();
  const ProcessIdentity self = this_process();
  const fs::path part = path.string() + "." + self.host + "-" + std::to_string(self.pid) + ".part";
  const std::uint64_t rows_in_block = std::max<std::uint64_t>(1, std::min(rows, rows_per_block));
  const bool in_memory = rows > rows_in_block && rows * columns.size() <= values_of_file_in_memory;
  impl_ = std::make_unique<Impl>(Impl{std::move(path),
                                      part,
                                      Impl::create(part, in_memory),
                                      {},
                                      {},
                                      rows,
                                      rows_in_block,
                                      ChunkEncoder(compression)});
  const hid_t file = impl_->file.get();

  for (const auto& [name, value] : attributes) {
    write_attribute(file, name, value);
  }

  const hsize_t extent = rows, block = rows_in_block;
  const H5Space space(H5Screate_simple(1, &extent, nullptr), "create a data space");
  const H5Properties properties(H5Pcreate(H5P_DATASET_CREATE), "create dataset properties");
  h5_check(H5Pset_chunk(properties.get(), 1, &block), "set chunks");
  if (compression > 0) {
    h5_check(H5Pset_shuffle(properties.get()), "set shuffle");
    h5_check(H5Pset_deflate(properties.get(), static_cast<unsigned>(compression)), "set deflate");
  }
  h5_check(H5Pset_fletcher32(properties.get()), "set fletcher32");
  if (std::any_of(columns.begin(), columns.end(), [](const Column& c) { return c.is_telemetry; })) {
    const H5Group telemetry(H5Gcreate2(file, "telemetry", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                            "create a group");
    write_attribute(telemetry.get(), "long_name", "how the rows were made; not part of their identity");
  }

  for (const Column& column : columns) {
    impl_->datasets.emplace_back(H5Dcreate2(file, column.path().c_str(), stored_type(column.type),
                                            space.get(), H5P_DEFAULT, properties.get(), H5P_DEFAULT),
                                 "create dataset " + column.name);
    impl_->types.push_back(column.type);
    const hid_t dataset = impl_->datasets.back().get();
    write_attribute(dataset, "units", column.unit);
    write_attribute(dataset, "symbol", column.symbol);
    write_attribute(dataset, "long_name", column.long_name);
    if (!column.enum_names.empty()) write_attribute(dataset, "enum_names", column.enum_names);
    for (const auto& [name, value] : column.more_attributes) write_attribute(dataset, name, value);
  }
}

ColumnFileWriter::~ColumnFileWriter() {
  if (!impl_ || impl_->finished) return;
  std::error_code ignored;
  fs::remove(impl_->part_path, ignored);
}

void ColumnFileWriter::write(std::size_t column, std::uint64_t offset, const std::vector<double>& values) {
  if (values.empty()) return;
  assert(offset % impl_->rows_per_block == 0);
  assert(values.size() == std::min(impl_->rows_per_block, impl_->rows - offset));
  write_encoded(column, offset, impl_->encoder.encode(values, impl_->types[column], impl_->rows_per_block));
}

void ColumnFileWriter::write_encoded(std::size_t column, std::uint64_t offset,
                                     std::span<const std::uint8_t> bytes) {
  const hsize_t start = offset;
  constexpr std::uint32_t all_filters_applied = 0;
  h5_check(H5Dwrite_chunk(impl_->datasets[column].get(), H5P_DEFAULT, all_filters_applied, &start,
                          bytes.size(), bytes.data()),
           "write " + impl_->part_path.string());
}

fs::path ColumnFileWriter::finish(const std::function<fs::path(const fs::path&)>& choose_path) {
  const std::string what = impl_->part_path.string();
  for (H5Dataset& dataset : impl_->datasets) dataset.close("a dataset of " + what);
  impl_->file.close(what);
  sync_path(impl_->part_path);
  const fs::path target = choose_path ? choose_path(impl_->part_path) : impl_->final_path;
  std::error_code error;
  fs::rename(impl_->part_path, target, error);
  if (error) throw StorageError("cannot rename " + what + ": " + error.message());
  impl_->finished = true;
  sync_path(target.has_parent_path() ? target.parent_path() : ".");
  return target;
}

struct ColumnFileReader::Impl {
  fs::path path;
  H5File file;
  std::uint64_t rows = 0;
  const RowLayout* layout = nullptr;

  H5Dataset open(std::size_t column) const {
    const std::string name = layout->columns()[column].path();
    return H5Dataset(H5Dopen2(file.get(), name.c_str(), H5P_DEFAULT),
                     "open " + name + " in " + path.string());
  }
  std::uint64_t extent(const H5Dataset& dataset) const {
    const H5Space space(H5Dget_space(dataset.get()), "read a data space");
    hsize_t size = 0;
    if (H5Sget_simple_extent_ndims(space.get()) != 1 ||
        H5Sget_simple_extent_dims(space.get(), &size, nullptr) < 0)
      throw StorageError(path.string() + ": a dataset is not one-dimensional");
    return size;
  }
};

ColumnFileReader::ColumnFileReader(const fs::path& path) {
  prepare_hdf5();
  impl_ = std::make_unique<Impl>(
      Impl{path, H5File(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), "open " + path.string())});
  if (const std::string found = attribute("schema_version"); found != schema_version)
    throw StorageError(path.string() + " has schema version " + found + "; this program reads " +
                       schema_version);
  impl_->layout = model_kind_of(attribute("config")).layout;
  impl_->rows = impl_->extent(impl_->open(0));
}

ColumnFileReader::~ColumnFileReader() = default;
ColumnFileReader::ColumnFileReader(ColumnFileReader&&) noexcept = default;

const RowLayout& ColumnFileReader::layout() const { return *impl_->layout; }

std::uint64_t ColumnFileReader::rows() const { return impl_->rows; }

std::string ColumnFileReader::attribute(const std::string& name) const {
  const std::string where = "attribute " + name + " of " + impl_->path.string();
  const H5Attribute attribute(H5Aopen(impl_->file.get(), name.c_str(), H5P_DEFAULT), "open " + where);
  const H5Type type(H5Aget_type(attribute.get()), "read the type of " + where);
  if (H5Tget_class(type.get()) != H5T_STRING || H5Tis_variable_str(type.get()) != 0)
    throw StorageError(where + " is not a fixed-length string");
  const H5Space space(H5Aget_space(attribute.get()), "read the shape of " + where);
  if (H5Sget_simple_extent_npoints(space.get()) != 1) throw StorageError(where + " is not one string");
  std::string value(H5Tget_size(type.get()), '\0');
  h5_check(H5Aread(attribute.get(), type.get(), value.data()), "read " + where);
  return value;
}

FileAttributes ColumnFileReader::attributes() const {
  FileAttributes all;
  std::vector<std::string> names;
  hsize_t position = 0;
  const auto collect = [](hid_t, const char* name, const H5A_info_t*, void* list) -> herr_t {
    static_cast<std::vector<std::string>*>(list)->emplace_back(name);
    return 0;
  };
  h5_check(H5Aiterate2(impl_->file.get(), H5_INDEX_NAME, H5_ITER_INC, &position, collect, &names),
           "list the attributes of " + impl_->path.string());
  for (const std::string& name : names) all[name] = attribute(name);
  return all;
}

std::vector<double> ColumnFileReader::read(std::size_t column, std::uint64_t offset,
                                           std::uint64_t count) const {
  const std::string what = "read " + impl_->layout->columns()[column].path() + " of " + impl_->path.string();
  const H5Dataset dataset = impl_->open(column);
  if (impl_->extent(dataset) != impl_->rows) throw StorageError("cannot " + what + ": wrong number of rows");
  std::vector<double> values(count);
  if (count == 0) return values;
  const hsize_t start = offset, length = count;
  const H5Space memory(H5Screate_simple(1, &length, nullptr), "create a data space");
  const H5Space file(H5Dget_space(dataset.get()), what);
  h5_check(H5Sselect_hyperslab(file.get(), H5S_SELECT_SET, &start, nullptr, &length, nullptr), what);
  h5_check(H5Dread(dataset.get(), H5T_NATIVE_DOUBLE, memory.get(), file.get(), H5P_DEFAULT, values.data()),
           what);
  return values;
}

const ModelKind& model_kind_of(const std::string& config_json) {
  const auto config = nlohmann::json::parse(config_json, nullptr, /*allow_exceptions=*/false);
  const auto path = "/model/kind"_json_pointer;
  const ModelKind* kind = nullptr;
  if (config.is_object() && config.contains(path) && config.at(path).is_string())
    kind = find_model_kind(config.at(path).get<std::string>());
  if (!kind) throw StorageError("the stored config names no kind of model that this program knows");
  return *kind;
}

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
