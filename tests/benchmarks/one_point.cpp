// Evaluates and records the benchmark point COUNT times, for callgrind.   one_point COUNT
// The first evaluation also builds the tables that all points share: instructions.py takes differences.

#include <cstdio>
#include <cstdlib>

#include "mutauscan/io/record.hpp"
#include "mutauscan/physics/evaluate.hpp"

int main(int argc, char** argv) {
  using namespace mutauscan;
  if (argc != 2) return 2;
  OdeSolver solver;
  RowBlock rows(ModelKind::mutau);
  for (long i = 0; i < std::atol(argv[1]); ++i) {
    rows.clear();
    rows.append(0, evaluate({}, {}, {}, solver), {}, {});
  }
  std::printf("Y_B = %.17g\n", rows.empty() ? 0.0 : rows.at(0, rows.layout().position("Y_B")));
}
