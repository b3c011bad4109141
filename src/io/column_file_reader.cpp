#include <algorithm>

#include <nlohmann/json.hpp>

#include "hdf5_handle.hpp"
#include "mutauscan/io/column_file.hpp"

namespace mutauscan {

using namespace nlohmann::literals;
namespace fs = std::filesystem;

namespace {

std::string read_attribute(hid_t object, const std::string& name, const std::string& of) {
  const std::string where = "attribute " + name + " of " + of;
  const H5Attribute attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), "open " + where);
  const H5Type type(H5Aget_type(attribute.get()), "read the type of " + where);
  if (H5Tget_class(type.get()) != H5T_STRING || H5Tis_variable_str(type.get()) != 0)
    throw StorageError(where + " is not a fixed-length string");
  const H5Space space(H5Aget_space(attribute.get()), "read the shape of " + where);
  if (H5Sget_simple_extent_npoints(space.get()) != 1) throw StorageError(where + " is not one string");
  std::string value(H5Tget_size(type.get()), '\0');
  h5_check(H5Aread(attribute.get(), type.get(), value.data()), "read " + where);
  return value;
}

std::vector<std::string> names_in(hid_t file, const char* group, const fs::path& path) {
  const std::string what = "list " + std::string(group) + " of " + path.string();
  const H5Group opened(H5Gopen2(file, group, H5P_DEFAULT), what);
  std::vector<std::string> names;
  const auto collect = [](hid_t, const char* name, const H5L_info_t*, void* list) -> herr_t {
    static_cast<std::vector<std::string>*>(list)->emplace_back(name);
    return 0;
  };
  h5_check(H5Literate(opened.get(), H5_INDEX_NAME, H5_ITER_INC, nullptr, collect, &names), what);
  return names;
}

std::string type_name(const H5Dataset& dataset, const std::string& where) {
  const H5Type type(H5Dget_type(dataset.get()), "read the type of " + where);
  for (const auto& [candidate, name] : EnumNames<ColumnType>::names)
    if (H5Tequal(type.get(), stored_type(candidate)) > 0) return std::string(name);
  return "another type";
}

}  // namespace

struct ColumnFileReader::Impl {
  fs::path path;
  H5File file;
  std::uint64_t rows = 0;
  std::shared_ptr<const RowLayout> layout = nullptr;

  bool has_link(const std::string& name) const {
    return H5Lexists(file.get(), name.c_str(), H5P_DEFAULT) > 0;
  }
  bool has_dataset(const std::string& name) const {
    const auto slash = name.find('/');
    return (slash == std::string::npos || has_link(name.substr(0, slash))) && has_link(name);
  }
  std::string stored_path(const Column& column) const {
    return has_dataset(column.path()) || column.former_name.empty() ? column.path() : column.former_path();
  }
  H5Dataset open(const std::string& name) const {
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
  impl_->layout = row_layout_of(attribute("config"));
  if (has_attribute("sampler")) {  // merged, of an adaptive scan
    std::vector<Column> columns = impl_->layout->columns();
    for (const Column& column : merged_columns())
      if (impl_->has_link(column.name)) columns.push_back(column);
    impl_->layout = std::make_shared<RowLayout>(std::move(columns));
  }
  impl_->rows = impl_->extent(impl_->open("index"));
}

ColumnFileReader::~ColumnFileReader() = default;
ColumnFileReader::ColumnFileReader(ColumnFileReader&&) noexcept = default;

const RowLayout& ColumnFileReader::layout() const { return *impl_->layout; }

std::uint64_t ColumnFileReader::rows() const { return impl_->rows; }

bool ColumnFileReader::has_attribute(const std::string& name) const {
  return H5Aexists(impl_->file.get(), name.c_str()) > 0;
}

std::string ColumnFileReader::attribute(const std::string& name) const {
  return read_attribute(impl_->file.get(), name, impl_->path.string());
}

std::string ColumnFileReader::made_by() const {
  if (has_attribute("made_by")) return attribute("made_by");
  return attribute("program") + " (" + attribute("git_hash") + ")";
}

std::vector<std::string> ColumnFileReader::signatures() const {
  const std::vector<std::string> stored = stored_signatures();
  require_written_columns(stored);
  return with_present_names(stored, layout());
}

std::vector<std::string> ColumnFileReader::stored_signatures() const {
  std::vector<std::string> found;
  const auto add = [&](const std::string& name) {
    const std::string where = name + " of " + impl_->path.string();
    const H5Dataset dataset = impl_->open(name);
    if (impl_->extent(dataset) != impl_->rows)
      throw StorageError(where + ": wrong number of rows: " + std::to_string(impl_->extent(dataset)) +
                         ", index has " + std::to_string(impl_->rows));
    found.push_back(name + ":" + type_name(dataset, where) + ":" +
                    read_attribute(dataset.get(), "units", where));
  };
  for (const std::string& name : names_in(impl_->file.get(), "/", impl_->path))
    if (name != "telemetry" && name != "generations") add(name);
  if (impl_->has_link("telemetry"))
    for (const std::string& name : names_in(impl_->file.get(), "telemetry", impl_->path))
      add("telemetry/" + name);
  return found;
}

void ColumnFileReader::require_written_columns(const std::vector<std::string>& stored) const {
  if (!has_attribute("layout_hash") || attribute("layout_hash") == layout_hash(stored)) return;
  const std::string maker = "; it was made by " + made_by();
  if (attribute("layout_hash") == layout_hash(layout().columns())) {
    std::size_t known = 0;
    for (const Column& column : layout().columns()) {
      const bool is_there = std::find(stored.begin(), stored.end(), column.signature()) != stored.end();
      if (!is_there && !column.is_assessed)  // an assessed one is computed from the others
        throw StorageError(impl_->path.string() + " lacks the column " + column.signature() + maker);
      known += is_there;
    }
    if (known == stored.size()) return;
  }
  throw StorageError(impl_->path.string() + " has other columns than it was written with" + maker);
}

bool ColumnFileReader::has(std::size_t column) const {
  return impl_->has_dataset(impl_->stored_path(impl_->layout->columns()[column]));
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
  const std::string name = impl_->stored_path(impl_->layout->columns()[column]);
  const std::string what = "read " + name + " of " + impl_->path.string();
  if (!has(column))
    throw StorageError(impl_->path.string() + " has no column " + name + "; it was made by " + made_by());
  const H5Dataset dataset = impl_->open(name);
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

const std::vector<Column>& merged_columns() {
  static const std::vector<Column> columns = {
      {"weight", "1", "w", "posterior weight; sums to 1; 0: not part of the posterior sample"},
      {"chain", "1", "k", "chain that proposed the row; -1: drawn from the prior", ColumnType::int32},
      {"loglike_birth", "1", "ln L*", "log-likelihood above which the point was drawn"}};
  return columns;
}

std::shared_ptr<const RowLayout> row_layout_of(const std::string& config_json) {
  const ModelKind& kind = model_kind_of(config_json);
  const auto config = nlohmann::json::parse(config_json);
  if (!config.contains("/scan/sampler_version"_json_pointer))
    return {std::shared_ptr<const RowLayout>(), kind.layout};  // lives as long as the program
  std::vector<Column> columns = kind.layout->columns();
  for (const Parameter& p : kind.parameters)
    if (const nlohmann::json::json_pointer path("/parameters/" + p.name);
        config.contains(path) && config.at(path).is_object())
      columns.push_back({"u_" + p.name, "1", "u", "quantile of " + p.name + " along its axis"});
  return std::make_shared<RowLayout>(std::move(columns));
}

}  // namespace mutauscan
