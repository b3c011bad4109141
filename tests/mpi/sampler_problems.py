#!/usr/bin/env python3
"""The problems of tests/reference/samplers.json through `mutauscan scan` with kind = "reference".

    python3 tests/mpi/sampler_problems.py build/release/mutauscan [--only de nested] [--problem gauss10] [--most ROWS]

A line for each problem, sampler and seed: rows, what was found against what is exact, and what is violated.
Exit code 1 if anything is. All of `de` and `nested` take minutes.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import h5py
import numpy

REFERENCE = pathlib.Path(__file__).parents[1] / "reference" / "samplers.json"
KEYS = {"de": ["size", "islands", "tolerance", "agree"], "nested": ["live", "size", "ess"]}
RESULTS = ("converged", "lnZ", "lnZ_error", "ess", "max_loglike")


def config_of(problem, test, seed):
    name = re.sub(r"\d+$", "", problem["name"])
    axes = "".join(f"x{i + 1} = {{ min = {a!r}, max = {b!r} }}\n"
                   for i, (a, b) in enumerate(zip(problem["lower"], problem["upper"])))
    keys = "".join(f"{key} = {test['settings'][key]}\n" for key in KEYS[test["sampler"]])
    return (f'[model]\nkind = "reference"\nfunction = "{ {"gauss": "gaussian"}.get(name, name) }"\n'
            f'dimension = {problem["dimension"]}\n[parameters]\n{axes}[scan]\nsampler = "{test["sampler"]}"\n'
            f'points = {test["budget"]}\nseed = {seed}\n{keys}')


def run(program, folder, config, dimension):
    (folder / "config.toml").write_text(config)
    for arguments in (["scan", folder / "config.toml", "--out", folder / "RUN"],
                      ["merge", folder / "RUN", "-o", folder / "all.h5"]):
        done = subprocess.run([program, *arguments], capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"{done.stderr}\nexit code {done.returncode} with\n{config}")
    with h5py.File(folder / "all.h5") as file:
        found = {key: file.attrs[key].decode() for key in RESULTS if key in file.attrs}
        found["rows"] = len(file["index"])
        if "weight" in file:
            found["weight"] = file["weight"][:]
            found["x"] = [file[f"x{i + 1}"][:] for i in range(dimension)]
    return found


def judge_best_fit(problem, test, found):
    short = problem["max_log_likelihood"] - float(found["max_loglike"])
    wrong = [] if short <= test["require"]["best_within"] else [f"best {short:.3g} too low"]
    return f"best - exact {-short:+.2g}", wrong


def judge_evidence(problem, test, found):
    require = test["require"]
    lnz, error, ess = (float(found.get(key, "nan")) for key in ("lnZ", "lnZ_error", "ess"))
    least = float(require["lnZ_within"].split(",")[1].rstrip(")"))
    wrong = []
    if found["converged"] != "true":
        wrong.append("not converged")
    if not abs(lnz - problem["lnZ"]) <= max(5 * error, least):
        wrong.append("lnZ")
    if not error < require["reported_error_below"]:
        wrong.append(f"error above {require['reported_error_below']}")
    if not ess >= require["ess_at_least"]:
        wrong.append("ESS")
    for i, (mean, variance) in enumerate(zip(problem["posterior_mean"] or [], problem["posterior_variance"] or [])):
        x, w = found["x"][i], found["weight"]
        if abs(numpy.sum(w * x) - mean) > require["mean_within_sigma"] * variance**0.5:
            wrong.append(f"mean of x{i + 1}")
        if abs(numpy.sum(w * (x - mean) ** 2) / variance - 1) > require["variance_within"]:
            wrong.append(f"variance of x{i + 1}")
    return f"lnZ - exact {lnz - problem['lnZ']:+.4f}, quoted {error:.4f}, ESS {ess:.0f}", wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--only", nargs="+", choices=sorted(KEYS), default=sorted(KEYS), help="samplers")
    parser.add_argument("--problem", help="one problem")
    parser.add_argument("--most", type=float, default=float("inf"), help="leave out tests with larger budgets")
    parser.add_argument("--first-seed", action="store_true", help="of each test only its first seed")
    options = parser.parse_args()
    failures = tests = 0
    for problem in json.loads(REFERENCE.read_text())["problems"]:
        for test in problem["tests"]:
            if (test["sampler"] not in options.only or test["budget"] > options.most
                    or options.problem not in (None, problem["name"])):
                continue
            judge = {"de": judge_best_fit, "nested": judge_evidence}[test["sampler"]]
            for seed in test["seeds"][:1] if options.first_seed else test["seeds"]:
                with tempfile.TemporaryDirectory() as folder:
                    found = run(options.program, pathlib.Path(folder), config_of(problem, test, seed), problem["dimension"])
                result, wrong = judge(problem, test, found)
                verdict = "WRONG: " + ", ".join(wrong) if wrong else "ok"
                print(f"{problem['name']:<14} {test['sampler']:<7} seed {seed}: {found['rows']:>8} rows, {result}; {verdict}",
                      flush=True)
                tests += 1
                failures += bool(wrong)
    print(f"{tests} runs, {failures} wrong")
    return 1 if failures or not tests else 0


if __name__ == "__main__":
    sys.exit(main())
