"""The seesaw formula M_ij = lambda_i lambda_j S_ij, S = v^2 U diag(1/m) U^T, from the columns of a file."""

import numpy as np

from ..files import ScanError

HIGGS_VEV = 174.0  # GeV
EV = 1e-9          # GeV


def seesaw_matrix(table):
    """S [GeV] of every row, shape (rows, 3, 3), flavours e, mu, tau."""
    t12, t23, t13, delta, eta2, eta3 = (np.radians(table[name + "_deg"]) for name in
                                        ("theta12", "theta23", "theta13", "delta", "eta2", "eta3"))
    s12, s23, s13, c12, c23, c13 = (f(t) for f in (np.sin, np.cos) for t in (t12, t23, t13))
    phase = np.exp(1j * delta)
    v = np.array([[c12 * c13, s12 * c13, s13 / phase],
                  [-s12 * c23 - c12 * s23 * s13 * phase, c12 * c23 - s12 * s23 * s13 * phase, s23 * c13],
                  [s12 * s23 - c12 * c23 * s13 * phase, -c12 * s23 - s12 * c23 * s13 * phase, c23 * c13]])
    u = np.moveaxis(v, 2, 0) * np.stack([np.ones_like(eta2), np.exp(1j * eta2), np.exp(1j * eta3)], 1)[:, None, :]
    inverse_mass = 1.0 / (EV * np.stack([table["m1_eV"], table["m2_eV"], table["m3_eV"]], 1))
    s = HIGGS_VEV**2 * np.einsum("nai,ni,nbi->nab", u, inverse_mass, u)
    # A texture's zeros are exact in the program; here they are rounding, which a large coupling would blow up.
    size = np.abs(s) / np.abs(s).max(axis=(1, 2), keepdims=True)
    is_texture = (table["h_ea"] == 0) & (table["h_aa"] == 0)
    s[is_texture[:, None, None] & (size < 1e-9)] = 0.0
    return s


def majorana_matrix(table, sigma1=None, sigma2=None):
    """M [GeV] of every row; with the vacuum expectation values given instead of today's."""
    coupling = np.stack([table["lambda_e"], table["lambda_mu"], table["lambda_tau"]], 1)
    m = seesaw_matrix(table) * coupling[:, :, None] * coupling[:, None, :]
    if not np.allclose(np.abs(m[:, 0, 0]), table["M_ee"], rtol=1e-6, equal_nan=True):
        raise ScanError("the seesaw formula here does not give the M_ee of the file")
    if sigma1 is not None:
        m[:, [0, 0, 1, 2], [1, 2, 0, 0]] *= (sigma1 / table["sigma1_0"])[:, None]
        m[:, [1, 2], [1, 2]] *= (sigma2 / table["sigma2_0"])[:, None]
    return m
