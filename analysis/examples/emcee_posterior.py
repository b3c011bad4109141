"""The posterior of three parameters with emcee (Debian: python3-emcee).

Usage: python3 analysis/examples/emcee_posterior.py [STEPS]
"""

import sys

import emcee
import numpy as np

import mutauscan

model = mutauscan.Model("mutau", cp_branch="delta<pi")
NAMES = ("T_R", "M_mutau", "g_zp")
LOWER, UPPER = np.log10([(5e3, 5e5), (4e6, 2.5e7), (3e-4, 2.7e-3)]).T  # flat priors in log10
STEPS = int(sys.argv[1]) if len(sys.argv) > 1 else 500
WALKERS = 24


def ln_posterior(exponents):
    """ln L of all walkers at once: evaluate_many uses all cores."""
    inside = np.all((exponents >= LOWER) & (exponents <= UPPER), axis=1)
    result = np.full(len(exponents), -np.inf)
    if inside.any():
        table = dict(zip(NAMES, 10.0 ** exponents[inside].T))
        result[inside] = model.loglike(table, columns=("g2", "Y_B"))
    return result


random = np.random.default_rng(1)
start = np.log10([5e4, 1e7, 9e-4]) + 0.02 * random.standard_normal((WALKERS, len(NAMES)))
sampler = emcee.EnsembleSampler(WALKERS, len(NAMES), ln_posterior, vectorize=True)
sampler.random_state = np.random.RandomState(1).get_state()
sampler.run_mcmc(start, STEPS)
samples = sampler.get_chain(discard=STEPS // 4, flat=True)
print(f"acceptance {sampler.acceptance_fraction.mean():.2f}")
for name, low, middle, high in zip(NAMES, *np.percentile(samples, [16, 50, 84], axis=0)):
    print(f"log10({name}) = {middle:.3f} +{high - middle:.3f} -{middle - low:.3f}")
