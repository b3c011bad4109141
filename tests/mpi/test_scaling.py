"""The model of analysis/scaling.py: its scheduler is the program's, and it foretells how long a scan takes."""

import os
import sys

from conftest import ROOT

sys.path.insert(0, str(ROOT / "analysis"))
import scaling  # noqa: E402


def test_predicts_a_scan_of_sleeping_processes():
    # More processes than cores, which sleep. The model may be late by what the machine adds (it is shared), not early
    # by more than a tenth: points sleep at least as long as they should.
    (_, measured, predicted), = scaling.check(os.environ["CHEAP_SCAN"], [12], 100, 0.02)
    assert 0.9 * predicted < measured < 2.0 * predicted


def test_a_scan_of_few_ranks_is_limited_by_points_and_of_many_by_rank_0():
    costs = scaling.Costs()
    assert scaling.predict(100, 10**7, costs)["efficiency"] > 0.95
    assert scaling.predict(10_000, 10**7, costs)["efficiency"] < 0.1
    assert scaling.predict(10_000, 10**8, costs, slices=100)["efficiency"] > 0.95


def test_all_points_are_handed_out_and_batches_shrink_at_the_tail():
    scheduler = scaling.Scheduler(10_000, 4)
    scheduler.learn(1e-3)
    sizes = []
    while size := scheduler.next():
        sizes.append(size)
    assert sum(sizes) == 10_000 and sizes[0] == scaling.BLOCK_ROWS and sizes[-1] == 1
