"""How a scan scales to a cluster: a discrete-event simulation of rank 0 and its workers, fed with measured costs.

    python3 analysis/scaling.py predict [benchmarks.json]   # efficiency, files: 1e2 to 1e5 ranks, 1e6 to 1e10 points
    python3 analysis/scaling.py check CHEAP_SCAN [--ranks 2 8 16 32 64] [--points-per-rank N] [--seconds S]

The model is src/scan: workers have a batch at work and one waiting; batches last 0.3 s, or are a block of 512 points if
that is at most twice as long, and shrink at the tail (Scheduler::next). Rank 0 handles one message at a time: a fixed cost, and a cost per row. A second thread
writes, blocks faster than other rows; it slows rank 0 down only if it cannot keep up. `--slice K/N` divides a scan among N such groups with a rank 0
and a writer each, which share nothing: slices of an array of jobs, or `--collectors` of one launch.

`check` runs the program with points that sleep (tests/benchmarks/cheap_scan.cpp), so that more processes than cores are
not slower for it, and compares.
"""

import argparse
import heapq
import json
import math
import pathlib
import subprocess
import sys
import tempfile
from dataclasses import dataclass

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests"))
from mpi_environment import mpi_environment  # noqa: E402

BATCH_SECONDS = 0.3
FIRST_BATCH = 4
BLOCK_ROWS = 512
MOST_RANKS_WITH_COMPUTING_ROOT = 8


@dataclass
class Costs:
    """Seconds, unless said otherwise."""

    point: float = 1.0 / 1500.0
    message: float = 5e-5  # rank 0: receive, answer, schedule; measured with 32 processes, idle polls included
    row: float = 1e-7  # rank 0: receive and collect a row
    write_row: float = 3e-6  # the writing thread: a row of a batch that is no block
    write_block_row: float = 8e-7  # one that a worker has encoded
    bytes_per_row: float = 400.0
    chunk_rows: int = 8192
    flush_seconds: float = 30.0
    start: float = 0.0  # of a scan: lock, manifest; and its end

    def write(self, rows):
        return rows * (self.write_block_row if rows == BLOCK_ROWS else self.write_row)


def costs_of(benchmarks):
    """The measured ones of a file of tests/benchmarks/run.sh."""
    few, many = (benchmarks["cheap_scans"][f"10 processes{name}"] for name in (", few points", ""))
    row = (many["dispatch_cpu_s"] - few["dispatch_cpu_s"]) / (many["points"] - few["points"])
    store, blocks = (benchmarks["kernels"][f"{name}/chunk_rows:8192/compression:4"] for name in ("store", "store_encoded"))
    return Costs(point=1.0 / benchmarks["scan"]["points_per_s_1"], row=max(row, 1e-8),
                 write_row=1.0 / store["rows_per_cpu_s"], write_block_row=1.0 / blocks["rows_per_cpu_s"],
                 bytes_per_row=blocks["bytes_per_row"])


def batch_size(seconds_per_point):
    size = int(BATCH_SECONDS / seconds_per_point)
    return BLOCK_ROWS if size >= BLOCK_ROWS // 2 else max(1, size)


class Scheduler:
    """src/scan/scheduler.cpp, the cost of a point known or not."""

    def __init__(self, points, takers):
        self.left, self.takers, self.known = points, takers, 0.0

    def next(self):
        if self.left == 0:
            return 0
        size = FIRST_BATCH if self.known == 0.0 else batch_size(self.known)
        size = max(1, min(size, self.left // (4 * self.takers)))
        self.left -= size
        return size

    def learn(self, seconds):
        self.known = seconds if self.known == 0.0 else 0.8 * self.known + 0.2 * seconds


def simulate(ranks, points, costs):
    """Seconds that one group of `ranks` takes for `points`, event by event."""
    root_computes = ranks <= MOST_RANKS_WITH_COMPUTING_ROOT
    workers = ranks - 1
    scheduler = Scheduler(points, workers + root_computes)
    root_free = costs.start
    local = 0  # points of the batch that rank 0 has for itself
    waiting = [0] * workers  # size of the batch that waits at each worker
    messages = []  # (arrival at rank 0, worker, rows)

    def begin(worker, size, at):
        heapq.heappush(messages, (at + size * costs.point, worker, size))

    for turn in range(2):
        for worker in range(workers):
            size = scheduler.next()
            if size:
                root_free += costs.message
                if turn == 0:
                    begin(worker, size, root_free)
                else:
                    waiting[worker] = size
    end = root_free
    written = 0.0
    while messages or scheduler.left or local:
        if root_computes and (not messages or messages[0][0] > root_free):
            local = local or scheduler.next()
            if local:
                root_free += costs.point + costs.row
                local -= 1
                scheduler.learn(costs.point)
                end = max(end, root_free)
                continue
        arrival, worker, rows = heapq.heappop(messages)
        if waiting[worker]:
            begin(worker, waiting[worker], arrival)
            waiting[worker] = 0
            busy = True
        else:
            busy = False
        root_free = max(root_free, arrival) + costs.message + rows * costs.row
        written = max(written, arrival) + costs.write(rows)
        # One chunk is collected while one is written: rank 0 waits beyond that.
        root_free = max(root_free, written - costs.chunk_rows / rows * costs.write(rows))
        scheduler.learn(costs.point)
        size = scheduler.next()
        if size and busy:
            waiting[worker] = size
        elif size:
            begin(worker, size, root_free)
        end = max(end, root_free)
    return max(end, written)


def predict(ranks, points, costs, slices=1):
    """Efficiency, files and bytes of a scan. Long ones in two parts: a beginning and an end simulated, between them
    the steady state, which is the slowest of workers, rank 0 and writer."""
    group, share = ranks // slices, math.ceil(points / slices)
    computing = group if group <= MOST_RANKS_WITH_COMPUTING_ROOT else group - 1
    batch = batch_size(costs.point)
    write_row = costs.write(batch) / batch
    few = min(share, 20 * batch * computing, 20_000_000)
    seconds = simulate(group, few, costs)
    per_point = max(costs.point / computing, costs.message / batch + costs.row, write_row)
    seconds += (share - few) * per_point
    rate = share / seconds
    rows_per_file = min(costs.chunk_rows, max(1.0, rate * costs.flush_seconds))
    return {"ranks": ranks, "points": points, "slices": slices, "seconds": seconds,
            "efficiency": points * costs.point / (ranks * seconds),
            "files": slices * math.ceil(share / rows_per_file), "bytes": points * costs.bytes_per_row,
            "limit": max((costs.point / computing, "points"), (costs.message / batch + costs.row, "rank 0"),
                         (write_row, "writing"))[1]}


def print_predictions(costs):
    print(f"{1 / costs.point:.0f} points/s per process; rank 0: {1e6 * costs.message:.1f} us a message, "
          f"{1e6 * costs.row:.2f} us a row; writing: {1e6 * costs.write_row:.2f} us a row, "
          f"{1e6 * costs.write_block_row:.2f} us in a block")
    print(f"{'ranks':>7} {'points':>7} {'slices':>7} {'efficiency':>10} {'time':>10} {'files':>9} {'size':>9}  limit")
    for ranks in (100, 1000, 10_000, 100_000):
        for points in (10**6, 10**8, 10**10):
            for slices in sorted({1, max(1, ranks // 100)}):
                p = predict(ranks, points, costs, slices)
                print(f"{ranks:7} {points:7.0e} {slices:7} {p['efficiency']:10.3f} {p['seconds']:8.0f} s {p['files']:9} "
                      f"{p['bytes'] / 1e9:6.3g} GB  {p['limit']}")


def measure(cheap_scan, ranks, points, seconds):
    with tempfile.TemporaryDirectory(prefix="mutauscan-scaling-") as directory:
        config = pathlib.Path(directory) / "config.toml"
        config.write_text('[parameters]\nT_R = { min = 5e3, max = 5e5 }\n[scan]\nsampler = "random"\n'
                          f"points = {points}\n")
        launcher = ["mpirun", "-n", str(ranks)] if ranks > 1 else []
        done = subprocess.run(launcher + [str(cheap_scan), str(config), str(pathlib.Path(directory) / "RUN"),
                                          str(seconds)],
                              capture_output=True, text=True, env=mpi_environment(), check=True)
        return json.loads(done.stdout)["wall_s"]


def check(cheap_scan, list_of_ranks, points_per_rank, seconds):
    """(ranks, measured seconds, predicted seconds) for each number of ranks. What a scan takes to start and end is
    that of a scan of one point, and is part of the prediction."""
    results = []
    for ranks in list_of_ranks:
        start = measure(cheap_scan, ranks, 1, seconds) - seconds
        points = points_per_rank * ranks
        measured = measure(cheap_scan, ranks, points, seconds)
        results.append((ranks, measured, simulate(ranks, points, Costs(point=seconds, start=max(start, 0.0)))))
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verb = verbs.add_parser("predict")
    verb.add_argument("benchmarks", nargs="?", type=pathlib.Path)
    verb.add_argument("--points-per-second", type=float, help="of one process; default: as measured")
    verb = verbs.add_parser("check")
    verb.add_argument("cheap_scan", type=pathlib.Path)
    verb.add_argument("--ranks", type=int, nargs="+", default=[2, 8, 16, 32, 64])
    verb.add_argument("--points-per-rank", type=int, default=500)
    verb.add_argument("--seconds", type=float, default=0.02)
    arguments = parser.parse_args()
    if arguments.verb == "predict":
        costs = costs_of(json.loads(arguments.benchmarks.read_text())) if arguments.benchmarks else Costs()
        if arguments.points_per_second:
            costs.point = 1.0 / arguments.points_per_second
        print_predictions(costs)
        return
    print(f"{'ranks':>6} {'measured':>10} {'predicted':>10} {'ratio':>7}")
    for ranks, measured, predicted in check(arguments.cheap_scan.resolve(), arguments.ranks, arguments.points_per_rank,
                                            arguments.seconds):
        print(f"{ranks:6} {measured:8.2f} s {predicted:8.2f} s {measured / predicted:7.3f}")


if __name__ == "__main__":
    main()
