"""Weighted rows in the files of other programs: GetDist, Cobaya, and pippi with GAMBIT's HDF5."""

from contextlib import ExitStack
from pathlib import Path

import h5py
import numpy as np
from scipy.stats import norm

from . import posterior, sampling
from .files import ScanError, writing

FORMS = ("getdist", "cobaya", "pippi")


def write(scan, root, form, columns=None):
    """Writes files that begin with `root`; returns their paths.

    getdist: ROOT.txt, or ROOT_1.txt ... of chains (weight, -ln posterior density, columns), .paramnames, .ranges.
    cobaya: the same rows as ROOT.1.txt ... with a header, and ROOT.covmat for its proposals.
    pippi: ROOT.hdf5, group `mutauscan`: every row, those without a weight too, as profiles are maxima over all of them:
    LogLike, Posterior, the columns, and NAME_isvalid. Logarithmic axes are written as logarithms (posterior.py). Weights of
    chains are the number of steps that a state was held; others have the largest 1.
    """
    if form not in FORMS:
        raise ScanError(f"--format {form}: must be one of {', '.join(FORMS)}")
    columns = columns or posterior.shown(scan)
    return _pippi(scan, Path(f"{root}.hdf5"), columns) if form == "pippi" else _text(scan, str(root), form, columns)


def _minus_log_prior(scan, drawn):
    """Of rows, in the variables written, but for a constant: flat axes add nothing, others the normal of their quantile."""
    total = np.zeros(int(drawn.sum()))
    for name, axis in scan.axes.items():
        is_normal = isinstance(axis, dict) and ("normal" in axis or axis.get("nufit") == "normal")
        if is_normal and f"u_{name}" in scan:
            total += norm.ppf(scan[f"u_{name}"][drawn]) ** 2 / 2
    return total


def _steps(weights):
    """Weights as whole numbers, where they are multiples of the smallest."""
    steps = weights / weights.min()
    return np.round(steps) if np.allclose(steps, np.round(steps), rtol=0, atol=1e-6) else weights


def _text(scan, root, form, columns):
    samples = posterior.samples(scan, columns)
    drawn = posterior.weights(scan) > 0
    minus_log = samples.minus_log_likelihood + _minus_log_prior(scan, drawn)
    is_chain = scan.sampler == "mcmc"
    weights = _steps(samples.weights) if is_chain else samples.weights
    chain = scan["chain"][drawn].astype(int) if is_chain else np.zeros(len(weights), int)
    numbers = np.unique(chain)
    suffix = {"getdist": "_{}.txt" if is_chain else ".txt", "cobaya": ".{}.txt"}[form]
    header = "weight minuslogpost " + " ".join(samples.names) if form == "cobaya" else ""
    paths = []
    with ExitStack() as stack:

        def part(ending):
            paths.append(Path(root + ending))
            return stack.enter_context(writing(paths[-1]))

        for k, number in enumerate(numbers, 1):
            rows = chain == number
            table = np.column_stack([weights[rows], minus_log[rows], samples.values[rows]])
            np.savetxt(part(suffix.format(k)), table, fmt="%.10g", header=header)
        if form == "cobaya":
            covariance = np.atleast_2d(np.cov(samples.values.T, aweights=samples.weights))
            np.savetxt(part(".covmat"), covariance, fmt="%.10g", header=" ".join(samples.names))
        else:
            marks = ["*" if derived else "" for derived in samples.derived]
            lines = [f"{name}{mark} {label}\n" for name, mark, label in zip(samples.names, marks, samples.labels)]
            part(".paramnames").write_text("".join(lines), encoding="utf-8")
            ends = {name: f"{name} {low:.10g} {high:.10g}" for name, (low, high) in samples.ranges.items()}
            part(".ranges").write_text("".join(f"{line}{' periodic' * (name in samples.periodic)}\n"
                                               for name, line in ends.items()))  # fmt: skip
    return paths


def _pippi(scan, path, columns):
    ln_l = sampling.ln_likelihood(scan) if sampling.learns(scan) else scan["loglike_total"]
    posterior_weights = posterior.weights(scan) if scan.sampler not in ("de", "profile") else None
    with writing(path) as part, h5py.File(part, "w") as file:
        group = file.create_group("mutauscan")

        def dataset(name, values):
            valid = np.isfinite(values)
            group.create_dataset(name, data=np.where(valid, values, 0.0), compression="gzip")
            group.create_dataset(f"{name}_isvalid", data=valid.astype(np.int32), compression="gzip")

        dataset("LogLike", np.asarray(ln_l, float))
        if posterior_weights is not None:
            dataset("Posterior", posterior_weights)
        for name in columns:
            written, _, function = posterior.variable(scan, name)
            with np.errstate(invalid="ignore", divide="ignore"):
                dataset(written, np.asarray(function(scan[name]), float))
    return [path]
