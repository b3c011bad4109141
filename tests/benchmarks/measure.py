"""Runs the benchmarks of a build and writes what they measured: see run.sh.

    measure.py BUILD OUTPUT.json [--quick]

Timings of a machine that does other things, too, are noisy: every figure is a median of several runs, figures that are
compared come from runs in turn, and CPU time stands beside wall time. Instruction counts repeat (callgrind, if
valgrind is installed).
"""

import json
import os
import pathlib
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from mpi_environment import mpi_environment  # noqa: E402

# The parts of a point, by the functions they consist of (inclusive).
PARTS = {
    "evaluate": r"mutauscan::evaluate\(",
    "neutrinos and seesaw": r"mutauscan::(light_neutrinos|seesaw)\(",
    "survey of the path": r"mutauscan::PathSurvey::(PathSurvey|extend|thresholds|level_crossings)\(",
    "linear equations, with rates": r"mutauscan::solve_quasi_steady\(",
    "rates": r"mutauscan::quasi_steady_rates\(",
    "record": r"mutauscan::RowBlock::append\(",
}


def output_of(*command):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, env=mpi_environment())
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def mpirun(ranks):
    return ["mpirun", "-n", ranks] if ranks > 1 else []


def kernels(build, quick):
    """Name -> median wall and CPU time of one call [s], and counters."""
    report = json.loads(
        output_of(build / "tests/benchmarks/kernels", "--benchmark_format=json",
                  f"--benchmark_min_time={0.02 if quick else 0.2}", "--benchmark_repetitions=5",
                  "--benchmark_report_aggregates_only=true"))
    unit = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3}
    found = {}
    for b in report["benchmarks"]:
        if b.get("aggregate_name") != "median":
            continue
        entry = {"wall_s": b["real_time"] * unit[b["time_unit"]], "cpu_s": b["cpu_time"] * unit[b["time_unit"]]}
        if "bytes_per_row" in b:
            rows = int(re.search(r"chunk_rows:(\d+)", b["name"]).group(1))
            entry |= {"bytes_per_row": b["bytes_per_row"], "rows_per_s": rows / entry["wall_s"],
                      "rows_per_cpu_s": rows / entry["cpu_s"]}
        found[b["run_name"].removesuffix("/process_time/real_time")] = entry
    return report["context"], found


def whole_scans(build, quick, where):
    """`mutauscan scan jobs/benchmark.toml` on one and two processes in turn: points/s with writing."""
    rates = {1: [], 2: []}
    config = where / "scan.toml"
    text = (ROOT / "jobs/benchmark.toml").read_text()
    if quick:
        text = text.replace("points = 4096", "points = 256")
    config.write_text(text)
    for _ in range(1 if quick else 5):
        for ranks in rates:
            run = where / "scan"
            output_of(*mpirun(ranks), build / "mutauscan", "scan", config, "--out", run)
            status = json.loads((run / "status.json").read_text())
            rates[ranks].append(status["total"] / status["elapsed_seconds"])
            shutil.rmtree(run)
    ratios = [two / one for one, two in zip(rates[1], rates[2])]
    return {"points_per_s_1": statistics.median(rates[1]), "points_per_s_2": statistics.median(rates[2]),
            "ratio": statistics.median(ratios)}


def cheap_scan(build, where, ranks, points, seconds):
    """A scan without physics: see cheap_scan.cpp."""
    config = where / "cheap.toml"
    config.write_text(
        '[parameters]\nT_R = { min = 5e3, max = 5e5, scale = "log" }\ng_zp = { min = 3e-4, max = 2.7e-3 }\n'
        f'[scan]\nsampler = "random"\npoints = {points}\n')
    run = where / "cheap"
    found = json.loads(output_of(*mpirun(ranks), build / "tests/benchmarks/cheap_scan", config, run, seconds))
    shutil.rmtree(run)
    return found | {"points": points, "points_per_s": points / found["wall_s"],
                    "points_per_dispatch_cpu_s": points / found["dispatch_cpu_s"]}


def instructions(build, where):
    """Instructions of the benchmark point [millions], in all and by part: differences of 6 evaluations and 1."""
    if not shutil.which("valgrind"):
        print("valgrind is not installed: no instruction counts", file=sys.stderr)
        return {}
    counts = []
    for number in (1, 6):
        out = where / f"callgrind.{number}"
        output_of("valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", build / "tests/benchmarks/one_point",
                  number)
        text = output_of("callgrind_annotate", "--inclusive=yes", "--threshold=100", out)
        found = dict.fromkeys(PARTS, 0)
        for line in text.splitlines():
            match = re.match(r"\s*([\d,]+)\s*\(.*?\)\s+\S*?:(.*)", line)
            if not match or "'2" in line:  # '2: a recursive call, counted already
                continue
            for part, pattern in PARTS.items():
                if re.match(pattern, match.group(2)):
                    found[part] += int(match.group(1).replace(",", ""))
        counts.append(found)
    return {part: (counts[1][part] - counts[0][part]) / 5e6 for part in PARTS}


def cpu_name():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def table(result):
    yield "kernel", "wall", "CPU"
    for name, k in result["kernels"].items():
        extra = f"  {k['rows_per_cpu_s']:.3g} rows/s of CPU, {k['bytes_per_row']:.0f} bytes/row" if "rows_per_s" in k else ""
        yield name, f"{1e6 * k['wall_s']:.4g} us", f"{1e6 * k['cpu_s']:.4g} us{extra}"
    scan = result["scan"]
    yield "scan, 1 process", f"{scan['points_per_s_1']:.4g} points/s", ""
    yield "scan, 2 processes", f"{scan['points_per_s_2']:.4g} points/s", f"{scan['ratio']:.3f} times one"
    for name, c in result["cheap_scans"].items():
        yield (f"zero-cost points, {name}", f"{c['points_per_s']:.3g} points/s",
               f"{c['points_per_dispatch_cpu_s']:.3g} points/s of rank 0's CPU, peak {c['rank0_peak_kB'] / 1024:.0f} MB")
    for part, millions in result["instructions_1e6"].items():
        yield f"instructions of a point: {part}", f"{millions:.3f} million", ""


def main():
    quick = "--quick" in sys.argv
    build, output = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    with tempfile.TemporaryDirectory(prefix="mutauscan-bench-") as directory:
        where = pathlib.Path(directory)
        context, found = kernels(build, quick)
        many = 20_000 if quick else 1_000_000
        result = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "cpu": cpu_name(),
            "cpus": os.cpu_count(),
            "load_average": os.getloadavg()[0],
            "build": {k: context[k] for k in ("mutauscan_version", "git_hash", "compiler", "build_type")},
            "kernels": found,
            "scan": whole_scans(build, quick, where),
            "cheap_scans": {
                "1 process": cheap_scan(build, where, 1, many // 10, 0),
                "2 processes": cheap_scan(build, where, 2, many, 0),
                # rank 0 computes nothing of its own from 9 processes on
                "10 processes, few points": cheap_scan(build, where, 10, many // 10, 0),
                "10 processes": cheap_scan(build, where, 10, many, 0),
            },
            "instructions_1e6": instructions(build, where),
        }
    output.write_text(json.dumps(result, indent=1) + "\n")
    print(f"{result['cpu']}, {result['cpus']} CPUs, load {result['load_average']:.1f}; {result['build']}")
    rows = list(table(result))
    widths = [max(len(row[i]) for row in rows) for i in range(2)]
    for name, a, b in rows:
        print(f"{name:{widths[0]}}  {a:>{widths[1]}}  {b}")


if __name__ == "__main__":
    main()
