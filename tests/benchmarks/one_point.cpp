// Evaluates and records the benchmark point COUNT times, for callgrind.   one_point COUNT
// The first evaluation also builds the tables that all points share: instructions.py takes differences.

#include <cstdio>
#include <cstdlib>

#include "mutauscan/models/model.hpp"

int main(int argc, char** argv) {
  using namespace mutauscan;
  if (argc != 2) return 2;
  const ModelKind& kind = *find_model_kind("mutau");
  const std::unique_ptr<Model> model = kind.make();
  std::vector<double> point;
  for (const Parameter& p : kind.parameters) point.push_back(p.default_value);
  Workspace workspace;
  std::vector<double> row(kind.layout->width());
  for (long i = 0; i < std::atol(argv[1]); ++i) model->evaluate(point, {}, workspace, row);
  std::printf("Y_B = %.17g\n", row[kind.layout->position("Y_B")]);
}
