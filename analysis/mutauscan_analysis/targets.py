"""The measurements a point should explain, and tests of columns against them."""

import numpy as np

Y_B = 8.70e-11  # observed baryon asymmetry n_B/s
Y_B_FACTOR = 3.0  # a computed one this close counts as right: the size of the theory error
DELTA_A_MU, DELTA_A_MU_SIGMA = 2.51e-9, 0.59e-9  # muon g-2, 2021 average minus white paper 2020


def distance_in_decades(asymmetry):
    """|log10| of the ratio of |asymmetry| to the observed one; infinite for zero and NaN."""
    size = np.nan_to_num(np.abs(asymmetry), nan=0.0)
    with np.errstate(divide="ignore"):
        return np.abs(np.log10(size / Y_B))


def has_right_asymmetry(asymmetry):
    """|asymmetry| is within Y_B_FACTOR of the observed one, whatever its sign."""
    return distance_in_decades(asymmetry) <= np.log10(Y_B_FACTOR)


def explains_g_minus_2(delta_a_mu):
    """Within two standard deviations; false for NaN."""
    return np.abs(delta_a_mu - DELTA_A_MU) <= 2 * DELTA_A_MU_SIGMA
