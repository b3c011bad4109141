#include "mutauscan/io/rescore.hpp"

#include <algorithm>

#include "mutauscan/core/build_info.hpp"

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
  const std::vector<Column>& columns = reader.layout().columns();
  ColumnFileWriter writer(output, columns, reader.rows(), block_rows, compression, attributes);

  for (std::uint64_t offset = 0; offset < reader.rows(); offset += block_rows) {
    const std::uint64_t rows = std::min(block_rows, reader.rows() - offset);
    std::vector<std::vector<double>> block(columns.size());
    for (std::size_t c = 0; c < columns.size(); ++c) {
      if (columns[c].is_assessed)
        block[c].resize(rows);
      else
        block[c] = reader.read(c, offset, rows);
    }
    std::vector<double> values(columns.size());
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t c = 0; c < columns.size(); ++c) values[c] = block[c][row];
      model.assess(values);
      for (std::size_t c = 0; c < columns.size(); ++c)
        if (columns[c].is_assessed) block[c][row] = values[c];
    }
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
