#include "mutauscan/io/trace_file.hpp"

namespace mutauscan {

void write_trace(const std::filesystem::path& path, const Trace& trace, const FileAttributes& attributes) {
  std::vector<Column> columns;
  for (const TraceColumn& c : trace) columns.push_back(c.column);
  constexpr int compression = 4;
  const std::size_t steps = trace.front().values.size();
  ColumnFileWriter writer(path, columns, steps, steps, compression, attributes);
  for (std::size_t c = 0; c < trace.size(); ++c) writer.write(c, 0, trace[c].values);
  writer.finish();
}

}  // namespace mutauscan
