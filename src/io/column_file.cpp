#include "mutauscan/io/column_file.hpp"

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <mutex>

#include <fcntl.h>
#include <unistd.h>

#include "chunk_encoder.hpp"
#include "hdf5_handle.hpp"
#include "mutauscan/io/manifest.hpp"

namespace mutauscan {
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

H5Type utf8_string_type(std::size_t size) {
  H5Type type(H5Tcopy(H5T_C_S1), "copy the string type");
  h5_check(H5Tset_size(type.get(), std::max<std::size_t>(size, 1)), "size a string");
  h5_check(H5Tset_cset(type.get(), H5T_CSET_UTF8), "set UTF-8");
  return type;
}

void write_attribute(hid_t object, const std::string& name, const std::string& value) {
  if (value.size() > 65000)
    throw StorageError("attribute " + name + " has " + std::to_string(value.size()) +
                       " bytes, and an attribute of an HDF5 file holds 64 kB");
  const H5Type type = utf8_string_type(value.size());
  const H5Space scalar(H5Screate(H5S_SCALAR), "create a scalar");
  const H5Attribute attribute(
      H5Acreate2(object, name.c_str(), type.get(), scalar.get(), H5P_DEFAULT, H5P_DEFAULT),
      "create attribute " + name);
  h5_check(H5Awrite(attribute.get(), type.get(), value.empty() ? "\0" : value.data()),
           "write attribute " + name);
}

}  // namespace

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

  FileAttributes all = attributes;
  all["layout_hash"] = layout_hash(columns);
  for (const auto& [name, value] : all) write_attribute(file, name, value);

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

void ColumnFileWriter::write_table(const std::string& group, const std::string& long_name,
                                   const std::vector<Column>& columns,
                                   const std::vector<std::vector<double>>& lines) {
  const H5Group parent(H5Gcreate2(impl_->file.get(), group.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                       "create a group");
  write_attribute(parent.get(), "long_name", long_name);
  const hsize_t extent = lines.size();
  const H5Space space(H5Screate_simple(1, &extent, nullptr), "create a data space");
  std::vector<double> values(lines.size());
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const Column& column = columns[c];
    for (std::size_t line = 0; line < lines.size(); ++line) values[line] = lines[line][c];
    const std::string what = "write " + group + "/" + column.name;
    H5Dataset dataset(H5Dcreate2(parent.get(), column.name.c_str(), stored_type(column.type), space.get(),
                                 H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                      what);
    write_attribute(dataset.get(), "units", column.unit);
    write_attribute(dataset.get(), "symbol", column.symbol);
    write_attribute(dataset.get(), "long_name", column.long_name);
    if (!values.empty())
      h5_check(H5Dwrite(dataset.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
               what);
    dataset.close(what);
  }
}

fs::path ColumnFileWriter::finish(const std::function<fs::path(const fs::path&)>& choose_path) {
  const std::string what = impl_->part_path.string();
  for (H5Dataset& dataset : impl_->datasets) dataset.close("a dataset of " + what);
  impl_->file.close(what);
  sync_path(impl_->part_path);
  fs::path target = choose_path ? choose_path(impl_->part_path) : impl_->final_path;
  std::error_code error;
  fs::rename(impl_->part_path, target, error);
  if (error) throw StorageError("cannot rename " + what + ": " + error.message());
  impl_->finished = true;
  sync_path(target.has_parent_path() ? target.parent_path() : ".");
  return target;
}

}  // namespace mutauscan
