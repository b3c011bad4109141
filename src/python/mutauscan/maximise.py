"""Search for the largest of a function in many boxes at once, by differential evolution."""

import numpy as np

PATIENCE = 30  # rounds without an improvement above TOLERANCE in any box after which a search ends
TOLERANCE = 0.01


def search(cost, low, high, starts, rounds, seed, neighbours=None):
    """Smallest cost in each of some boxes; returns the places [box, dimension] and their costs.

    cost: a function of places [point, dimension], infinite where there is no answer; all boxes are asked about at once.
    low, high: ends of the boxes [box, dimension]. starts: members of each box's population [box, member, dimension], at
    least four. Each member moves towards one of the better half of its box and along the difference of two others
    (current-to-pbest/1/bin of Zhang and Sanderson 2009, factors drawn anew for each), and stays where it is better.
    neighbours: for each box the numbers of boxes whose best place, moved into this box, is tried now and then: where
    boxes are cells of a profile, ridges are followed from one to the next. The same seed finds the same places.
    """
    random = np.random.default_rng(seed)
    boxes, members, dimensions = starts.shape
    low, high = low[:, None, :], high[:, None, :]
    places = np.clip(starts, low, high)
    costs = _asked(cost, places)
    every, since = np.arange(boxes)[:, None], 0
    for number in range(rounds):
        before = costs.min(axis=1)
        order = np.argsort(costs, axis=1, kind="stable")
        towards = order[every, random.integers(0, max(1, members // 2), (boxes, members))]
        first, second = (random.integers(0, members, (boxes, members)) for _ in range(2))
        factor = random.uniform(0.2, 0.9, (boxes, members, 1))
        moved = places + factor * (places[every, towards] - places + places[every, first] - places[every, second])
        crossed = random.random(moved.shape) < random.uniform(0.3, 1.0, (boxes, members, 1))
        crossed |= np.arange(dimensions) == random.integers(0, dimensions, (boxes, members, 1))
        trial = np.where(crossed, moved, places)
        # outside: half way back to the wall
        trial = np.where(trial < low, (places + low) / 2, np.where(trial > high, (places + high) / 2, trial))
        if neighbours is not None and number % 4 == 3:
            chosen = np.array([random.choice(near) for near in neighbours])
            trial[every[:, 0], order[:, -1]] = np.clip(places[chosen, order[chosen, 0]], low[:, 0], high[:, 0])
        tried = _asked(cost, trial)
        better = tried <= costs
        places, costs = np.where(better[:, :, None], trial, places), np.where(better, tried, costs)
        after = costs.min(axis=1)
        since = 0 if np.any(after < before - TOLERANCE) else since + 1
        if since >= PATIENCE:
            break
    best = costs.argmin(axis=1)
    return places[every[:, 0], best], costs.min(axis=1)


def _asked(cost, places):
    return np.asarray(cost(places.reshape(-1, places.shape[-1]))).reshape(places.shape[:2])


def maximise(model, over, fixed, ln_l_of, rounds, members, seed, threads):
    """The best place in a box as {parameter: value}, and its ln L; see Model.maximise."""
    names = list(over)
    scales = []
    for name in names:
        low, high, *scale = over[name]
        if not low < high or scale not in ([], ["log"]) or (scale and not low * high > 0):
            raise ValueError(f"{name}: (low, high) or (low, high, 'log'), the lower first; not {over[name]!r}")
        scales.append(scale == ["log"])
    low, high = np.array([over[name][:2] for name in names], dtype=float).T

    def values(places):
        """Of places in the unit cube; rounding must not leave the box."""
        with np.errstate(divide="ignore", invalid="ignore"):
            in_log = low * (high / low) ** places
        return np.clip(np.where(scales, in_log, low + places * (high - low)), low, high)

    def cost(places):
        rows = model.evaluate_many({**fixed, **dict(zip(names, values(places).T))}, threads)
        ln_l = ln_l_of(rows)
        return np.where(rows["allowed"] == 1, -ln_l, np.inf) if "allowed" in rows else -ln_l

    starts = np.random.default_rng([seed, 1]).random((1, members, len(names)))
    places, costs = search(cost, np.zeros((1, len(names))), np.ones((1, len(names))), starts, rounds, seed)
    return {**fixed, **dict(zip(names, values(places)[0]))}, -float(costs[0])
