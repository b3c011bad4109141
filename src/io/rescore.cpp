#include "mutauscan/io/rescore.hpp"

#include <algorithm>

#include "mutauscan/core/build_info.hpp"
#include "mutauscan/io/merge.hpp"

namespace mutauscan {

std::uint64_t rescore_file(const std::filesystem::path& input, const std::filesystem::path& output,
                           const Model& model, const RunIdentity& identity, int compression) {
  constexpr std::uint64_t block_rows = 65536;
  const ColumnFileReader reader(input);
  FileAttributes attributes = reader.attributes();
  attributes["config"] = identity.config_json;
  attributes["config_hash"] = identity.hash();
  attributes["config_toml"] = identity.config_toml;
  const BuildInfo build = build_info();
  attributes["rescored"] = timestamp() + " by mutauscan " + build.version + " (" + build.git_hash + ")";
  attributes["made_by"] = reader.made_by();
  const std::vector<Column> columns = columns_of_copy(reader);
  ColumnFileWriter writer(output, columns, reader.rows(), block_rows, compression, attributes);

  for (std::uint64_t offset = 0; offset < reader.rows(); offset += block_rows) {
    const std::uint64_t rows = std::min(block_rows, reader.rows() - offset);
    const auto block = read_or_assess(reader, columns, model, Assess::everything, offset, rows);
    for (std::size_t c = 0; c < columns.size(); ++c) writer.write(c, offset, block[c]);
  }
  writer.finish();
  return reader.rows();
}

RunIdentity identity_of_file(const std::filesystem::path& path) {
  const ColumnFileReader reader(path);
  return {reader.attribute("config_toml"), reader.attribute("config"),
          std::stoull(reader.attribute("points"))};
}

}  // namespace mutauscan
