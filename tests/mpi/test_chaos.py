"""A short version of chaos.py, which see."""

import chaos


def test_chaos(program, tmp_path):
    print(chaos.chaos(program, tmp_path, rounds=8, points=15_000, seed=3))
