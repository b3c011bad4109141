#!/usr/bin/env python3
"""Accuracy of the high-temperature form of <sigma_i>(T): comparison with the full one-loop potential.

The program uses <sigma_i>^2 = [mu_i^2 - m_T,i^2]/(2 lambda_sigma) (above T_c), i.e. the tree potential plus the
T^2 term of the thermal loops. Here the one-loop potential

    V(x1, x2; T) = V_tree + V_CW + V_ct + T^4/(2 pi^2) sum n J_B(m^2/T^2) + V_ring,      x_i = |sigma_i|,

(Dolan, Jackiw, PRD 9 (1974) 3320; Quiros hep-ph/9901312; Arnold, Espinosa hep-ph/9212235) is minimised
numerically in the symmetric electroweak phase, T > T_c = 159.5 GeV, Landau gauge. V depends on x_i only through
u_i = x_i^2 and every squared mass is linear in u, so u is the variable throughout.

Treatment of the Higgs doublet: its mass^2 -mu_Phi^2 + lambda_phi_sigma (u1 + u2) is negative for large x and is
outweighed by the thermal mass Pi_Phi T^2 (m_Phi ~ 0.6 T), so that the resummed mass^2 -mu_Phi^2 + Pi_Phi T^2 +
lambda_phi_sigma (u1 + u2) is used both in J_B and in V_CW (Parwani hep-ph/9204216). Then V_CW contains
Pi_Phi T^2 ln(m^2/Q^2), which only two-loop terms would make independent of the MS-bar scale Q; so Q = 4 pi
e^-gamma T = 7.05 T, the scale without large thermal logarithms (Farakos et al. hep-ph/9404201), and the couplings
are those at Q. (The rest of the potential does not depend on Q: the counterterms fix it at T = 0.) With Q fixed
at the electroweak scale the ratio of the table would come out near 0.9 at 5e4 GeV, only because of the large
ln(T/Q). `VARIANTS` - Q halved and doubled, the Higgs with ring terms instead, Pi_Phi with running Standard Model
couplings - indicate the uncertainty.

Right-handed neutrinos are not in this potential: M ~ 1e7 GeV >> T, no thermal population, and what their vacuum
loop adds to mu_i^2 and lambda_sigma is absorbed by the T = 0 conditions (for h ~ 1 a strong tuning, h^4/(16 pi^2)
>> lambda_sigma). What remains is a negative quartic shift ~ h^4/(16 pi^2) (h sigma/M)^2, printed for each case
(`neutrino_quartic_shift`); it is not small for h = 1 and T >~ 1e5 GeV, where this study leaves it out.

    effective_potential_study.py [--program build/release/mutauscan] [-o ratio.pdf]
    effective_potential_study.py --self-test
"""
import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from scipy.integrate import quad, solve_ivp
from scipy.interpolate import CubicSpline
from scipy.ndimage import minimum_filter
from scipy.optimize import minimize, root
from scipy.special import binom, kn, zeta

# As in include/mutauscan/core/constants.hpp; <Phi> = v.
HIGGS_VEV, HIGGS_MASS = 174.0, 125.25
LAMBDA_HIGGS = HIGGS_MASS**2 / (4 * HIGGS_VEV**2)
# MS-bar g_Y, g_2, g_3, y_t at m_t = 173.3 GeV; Buttazzo et al. 1307.3536.
TOP_MASS, GAUGE_Y, GAUGE_2, GAUGE_3, TOP_YUKAWA = 173.3, 0.358, 0.648, 1.167, 0.937
SCALE_OVER_T = 4 * np.pi * np.exp(-np.euler_gamma)

TEMPERATURES = [300, 400, 435, 450, 500, 550, 600, 650, 675, 700, 800, 1e3, 2e3, 5e3, 1e4, 5e4, 1e5, 1e6]


@dataclass(frozen=True)
class Case:
    """Parameters of the scalar and Z' sector, named as in the program."""

    label: str
    lambda_phi_sigma: float
    lambda_sigma: float
    g_zp: float = 9e-4
    m_zp: float = 0.1
    vev_ratio: float = 0.3

    def vacuum_today(self):
        """u_i = <sigma_i>_0^2 from m_Z'^2 = 2 g^2 (u1 + 4 u2)."""
        u1 = self.m_zp**2 / (2 * self.g_zp**2 * (1 + 4 * self.vev_ratio**2))
        return np.array([u1, u1 * self.vev_ratio**2])


CASES = [Case("benchmark", -1e-3, 1e-5), Case("weak portal", -1e-4, 1e-6)]


# ---------------------------------------------------------------------------------------------- J_B(y^2)
LOG_AB = np.log(16 * np.pi**2) + 1.5 - 2 * np.euler_gamma  # ln a_b (Dolan, Jackiw; Quiros)
SERIES_END = 4.0  # |y^2| up to which the series is used; it converges for |y^2| < 4 pi^2


def jb_integral(y2):
    """Re J_B = Re int_0^inf dk k^2 ln(1 - exp(-sqrt(k^2 + y^2))), also for -4 pi^2 < y^2 < 0."""

    def integral(f, *edges):
        return sum(quad(f, a, b, epsabs=1e-12, epsrel=1e-10, limit=200)[0] for a, b in zip(edges, edges[1:]))

    if y2 >= 0:
        y = np.sqrt(y2)
        return np.exp(-y) * integral(
            lambda k: k * k * np.log1p(-np.exp(-np.hypot(k, y))) * np.exp(y), 0, 1, 6, 15 + y, 45 + y)
    # k^2 > |y^2|: w^2 = k^2 + y^2;  k^2 < |y^2|: w = sqrt|y^2| sin t and Re ln(1 - e^{-iw}) = ln(2 sin(w/2))
    r = np.sqrt(-y2)
    return (integral(lambda w: w * np.hypot(w, r) * np.log1p(-np.exp(-w)), 0, 1, 6, 45)
            + integral(lambda t: r**3 * np.sin(t) * np.cos(t) ** 2 * np.log(2 * np.sin(0.5 * r * np.sin(t))),
                       0, np.pi / 2))


# Matsubara sum -(pi/3) sum_{n != 0} [(2 pi n)^2 + y^2]^{3/2} expanded in y^2 (Dolan, Jackiw): the coefficients of
# (y^2)^k; k = 0 is left out, k = 2 is in the logarithm.
_K = np.arange(3, 26)
_MATSUBARA = -8 / 3 * np.pi**4 * binom(1.5, _K) * zeta(2 * _K - 3) / (4 * np.pi**2) ** _K
SERIES = np.array([0, np.pi**2 / 12, 0, *_MATSUBARA])


@lru_cache
def _tables():
    """Splines of the exact integral outside the range of the series: ln(-J_B) in y, and Re J_B in y^2 < 0."""
    y = np.linspace(0.99 * SERIES_END**0.5, 30, 500)
    y2 = np.linspace(-30, -0.99 * SERIES_END, 300)
    return (CubicSpline(y, [np.log(-jb_integral(v * v)) for v in y]),
            CubicSpline(y2, [jb_integral(v) for v in y2]))


def jb(y2):
    """J_B(y^2) - J_B(0) and dJ_B/dy^2, real parts.

    |y^2| < 4: pi^2 y^2/12 - pi y^3/6 - y^4 ln(|y^2|/a_b)/32 + series, the integral to machine precision and free
    of the cancellation against J_B(0); y^3 = 0 for y^2 < 0. Elsewhere the tabulated integral.
    """
    y2 = np.asarray(y2, float)
    small = np.clip(y2, -SERIES_END, SERIES_END)
    y, log = np.sqrt(np.maximum(small, 0)), np.log(np.maximum(np.abs(small), 1e-300)) - LOG_AB
    poly = np.polynomial.polynomial
    value = poly.polyval(small, SERIES) - np.pi / 6 * y**3 - small**2 / 32 * log
    slope = poly.polyval(small, poly.polyder(SERIES)) - np.pi / 4 * y - small / 16 * (log + 0.5)
    if np.any(np.abs(y2) > SERIES_END):
        if np.min(y2) < -30:
            raise ValueError("J_B is tabulated for y^2 > -30")
        positive, negative = _tables()
        v = np.clip(np.sqrt(np.maximum(y2, SERIES_END)), 0, 30)
        above, below = -np.exp(positive(v)), np.clip(y2, -30, -SERIES_END)
        value = np.where(y2 > SERIES_END, above + np.pi**4 / 45, value)
        slope = np.where(y2 > SERIES_END, above * positive(v, 1) / (2 * v), slope)
        value = np.where(y2 < -SERIES_END, negative(below) + np.pi**4 / 45, value)
        slope = np.where(y2 < -SERIES_END, negative(below, 1), slope)
    return value, slope


# -------------------------------------------------------------------------------------------- V(u1, u2; T)
def higgs_debye(lambda_phi_sigma, couplings=(GAUGE_Y, GAUGE_2, TOP_YUKAWA, LAMBDA_HIGGS)):
    """Pi_Phi/T^2 = (3 g_2^2 + g_Y^2)/16 + lambda_Phi/2 + y_t^2/4 + lambda_phi_sigma/6 (Carrington 1992, + portal)."""
    g_y, g_2, y_t, quartic = couplings
    return (3 * g_2**2 + g_y**2) / 16 + quartic / 2 + y_t**2 / 4 + lambda_phi_sigma / 6


def running_couplings(scale):
    """(g_Y, g_2, y_t, lambda_Phi) at `scale`, one-loop Standard Model (e.g. Buttazzo et al. 1307.3536)."""

    def beta(_, c):
        gy, g2, g3, yt, lam = c
        return np.array([41 / 6 * gy**3, -19 / 6 * g2**3, -7 * g3**3,
                         yt * (4.5 * yt**2 - 8 * g3**2 - 2.25 * g2**2 - 17 / 12 * gy**2),
                         24 * lam**2 + 12 * lam * yt**2 - 6 * yt**4 - 3 * lam * (3 * g2**2 + gy**2)
                         + 0.375 * (2 * g2**4 + (g2**2 + gy**2) ** 2)]) / (16 * np.pi**2)

    start = [GAUGE_Y, GAUGE_2, GAUGE_3, TOP_YUKAWA, LAMBDA_HIGGS]
    c = solve_ivp(beta, (0, np.log(scale / TOP_MASS)), start, rtol=1e-8).y[:, -1]
    return c[0], c[1], c[3], c[4]


class Potential:
    """V(u1, u2; T)/T^4 and its gradient; u in units of T^2. Each row of the arrays is one kind of particle:
    n degrees of freedom, mass^2 = a + b.u, Coleman-Weinberg constant c, Debye mass^2 = debye * T^2."""

    def __init__(self, case, T, scale=SCALE_OVER_T, higgs="parwani", running=False, leading=False):
        """higgs: `parwani` (resummed mass everywhere) or `ring`; leading: only the T^2 term of the thermal part."""
        lp, ls, g = case.lambda_phi_sigma, case.lambda_sigma, case.g_zp
        u0 = case.vacuum_today() / T**2
        v2 = (HIGGS_VEV / T) ** 2
        mu2 = 2 * ls * u0 + lp * v2  # mu_i^2/T^2 and mu_Phi^2/T^2 from the minimum at T = 0
        mu2_higgs = 2 * LAMBDA_HIGGS * v2 + lp * u0.sum()
        self.leading, self.log_scale2 = leading, 2 * np.log(scale)
        self.linear, self.quartic = -mu2, ls

        # One-loop Debye masses. Z' longitudinal: sigma_i Q_i^2/3 each, six Weyl leptons 1/6 each.
        debye_sigma = [ls / 3 + g**2 * q**2 / 4 + lp / 6 for q in (1, 2)]
        debye_higgs = higgs_debye(lp, *([running_couplings(scale * T)] if running else []))
        debye_zp = (5 / 3 + 6 / 6) * g**2
        e1, e2, both, charges = np.array([[1, 0], [0, 1], [1, 1], [1, 4]], float)
        #         n  a              b                  c    debye
        rows = [(1, -mu2[0], 6 * ls * e1, 3 / 2, debye_sigma[0]),
                (1, -mu2[0], 2 * ls * e1, 3 / 2, debye_sigma[0]),
                (1, -mu2[1], 6 * ls * e2, 3 / 2, debye_sigma[1]),
                (1, -mu2[1], 2 * ls * e2, 3 / 2, debye_sigma[1]),
                (2, 0.0, 2 * g**2 * charges, 5 / 6, 0.0),  # Z' transverse
                (1, 0.0, 2 * g**2 * charges, 5 / 6, debye_zp),  # Z' longitudinal
                (4, -mu2_higgs, lp * both, 3 / 2, debye_higgs)]
        self.n, self.a, self.b, self.c, self.debye = map(np.array, zip(*rows))
        self.resummed = np.zeros(len(rows))  # Debye masses that sit in the mass itself instead of ring terms
        if higgs == "parwani" and not leading:
            self.resummed[-1], self.debye[-1] = self.debye[-1], 0.0

        # T = 0, Phi at v: the doublet splits into h and three Goldstone bosons, sigma gets the portal mass (the
        # mixing of h and s_i, of relative order (lambda_phi_sigma v x/m_h^2)^2, is left out). The Goldstone
        # logarithms in the curvature, spurious (Elias-Miro et al. 1406.2652), are cut at the radial mass.
        n0 = np.append(self.n[:-1], [1, 3])
        b0 = np.vstack([self.b, self.b[-1:]])
        c0 = np.append(self.c, self.c[-1])
        a0 = np.append(self.a[:-1], -mu2_higgs + LAMBDA_HIGGS * v2 * np.array([6, 2]))
        a0[:4] += lp * v2
        infrared = np.array([*np.repeat(4 * ls * u0, 2), 0, 0, *[4 * LAMBDA_HIGGS * v2] * 2])
        m2 = a0 + b0 @ u0
        log = np.log(np.maximum(m2, infrared)) - self.log_scale2
        self.u0 = u0
        self.ct_slope = (n0 * m2 * (log - c0 + 0.5) / (32 * np.pi**2)) @ b0
        self.ct_curvature = (b0.T * n0 * (log - c0 + 1.5) / (32 * np.pi**2)) @ b0

    def __call__(self, u):
        """V(u) - V(0) over T^4 and dV/du, u of shape (2, ...)."""
        u = np.asarray(u, float)
        value, slope = self._total(u)
        return value - self._total(np.zeros(2))[0], slope

    def _total(self, u):
        shape = (-1,) + (1,) * (u.ndim - 1)
        value = sum(l * x + self.quartic * x * x for l, x in zip(self.linear, u))
        slope = self.linear.reshape(shape) + 2 * self.quartic * u
        n, c, a, debye = (k.reshape(shape) for k in (self.n, self.c, self.a + self.resummed, self.debye))
        m2 = a + np.tensordot(self.b, u, 1)
        if self.leading:
            particle, d_particle = m2 / 24, 1 / 24 + 0 * m2  # J_B -> -pi^4/45 + pi^2 m^2/(12 T^2)
        else:
            # Coleman-Weinberg, m^4 (ln m^2/Q^2 - c)/(64 pi^2), and J_B/(2 pi^2)
            log = np.log(np.maximum(np.abs(m2), 1e-300)) - self.log_scale2
            j, d_j = jb(m2)
            particle = m2**2 * (log - c) / (64 * np.pi**2) + j / (2 * np.pi**2)
            d_particle = m2 * (log - c + 0.5) / (32 * np.pi**2) + d_j / (2 * np.pi**2)
            # ring: -[(m^2 + Pi)^{3/2} - m^3]/(12 pi); the imaginary parts of negative m^2 dropped
            cold, hot = np.sqrt(np.maximum(m2, 0)), np.sqrt(np.maximum(m2 + debye, 0))
            particle = particle - (hot**3 - cold**3) / (12 * np.pi)
            d_particle = d_particle - (hot - cold) / (8 * np.pi)
            # counterterms -dmu_i^2 u_i + dlambda_ij u_i u_j: minimum and curvature at T = 0 as at tree level
            d = u - self.u0.reshape(shape)
            curved = np.tensordot(self.ct_curvature, d, 1)
            value = value - np.tensordot(self.ct_slope, d, 1) - 0.5 * np.sum(d * curved, axis=0)
            slope = slope - self.ct_slope.reshape(shape) - curved
        return value + np.sum(n * particle, axis=0), slope + np.tensordot(self.b.T, n * d_particle, 1)


def minimum(case, T, **options):
    """(<sigma1>, <sigma2>) [GeV] at the global minimum of V.

    Grid scan, then bounded descent in u from every local minimum of the grid, then Newton on dV/du = 0 for the
    components that are not at the boundary u = 0 (V itself is flat to rounding there, its gradient is not).
    """
    potential = Potential(case, T, **options)
    unit = abs(case.lambda_phi_sigma) / (12 * case.lambda_sigma)  # (<sigma>/T)^2 of the portal term alone
    height = case.lambda_sigma * unit**2
    axis = np.concatenate([[0], np.geomspace(1e-3, 3, 30)]) ** 2
    grid = np.array(np.meshgrid(axis, axis, indexing="ij"))
    scan = potential(unit * grid)[0]
    starts = grid[:, scan == minimum_filter(scan, 3, mode="nearest")].T

    def scaled(u):
        value, slope = potential(unit * u)
        return value / height, slope * unit / height

    best = min((minimize(scaled, s, jac=True, bounds=[(0, None)] * 2, method="L-BFGS-B",
                         options=dict(ftol=1e-16, gtol=1e-12)) for s in starts), key=lambda r: r.fun)
    u = np.where(best.x > 1e-9, best.x, 0.0)
    active = u > 0

    def gradient(part):
        full = u.copy()
        full[active] = part
        return scaled(full)[1][active]

    if active.any():
        polished = root(gradient, u[active], tol=1e-12)
        if np.max(np.abs(gradient(polished.x))) <= np.max(np.abs(gradient(u[active]))) and polished.x.min() > 0:
            u[active] = polished.x
    if u.max() > 8:
        raise RuntimeError(f"no minimum inside the scanned region at T = {T} GeV")
    return T * np.sqrt(unit * u)


# Reference first, then what bounds the theoretical uncertainty.
VARIANTS = {"full": {}, "Q/2": dict(scale=SCALE_OVER_T / 2), "2Q": dict(scale=SCALE_OVER_T * 2),
            "ring": dict(higgs="ring"), "running": dict(running=True)}


def broken_above(case, **options):
    """Lowest T [GeV] with <sigma1> > 0, by bisection between 250 and 2000 GeV."""
    lo, hi = 250.0, 2000.0
    while hi - lo > 0.5:
        middle = 0.5 * (lo + hi)
        lo, hi = (lo, middle) if minimum(case, middle, **options)[0] > 0 else (middle, hi)
    return hi


def neutrino_quartic_shift(row, sigma1):
    """Shift of lambda_sigma by the vacuum loop of the right-handed neutrinos beyond the T = 0 conditions.

    V_N = -(2/32 pi^2) int dq q ln det(q + M M^dagger), Taylor-subtracted to second order in u1 = sigma1^2; the
    shift is (dV_N/du1)/(2 u1) ~ h^4/(16 pi^2) (h sigma1/M)^2. M has M_ee, M_mutau and h_etau sigma1 (h_bb small).
    """
    m, e, w = 1.0, row["M_ee"] / row["M_mutau"], (row["h_etau"] * sigma1 / row["M_mutau"]) ** 2

    def integrand(q):  # det = P0 (1 + A w + B w^2)
        p0 = q**3 + (e**2 + 2 * m**2) * q**2 + (2 * e**2 * m**2 + m**4) * q + e**2 * m**4
        A, B = 2 * q * (q + m**2) / p0, q / p0
        return q * (A**3 - 3 * A * B + w * B * (A**2 - 2 * B)) / (1 + A * w + B * w**2)

    integral = quad(integrand, 0, 10)[0] + quad(integrand, 10, np.inf)[0]
    return -row["h_etau"] ** 4 * w * integral / (32 * np.pi**2)


# ------------------------------------------------------------------------------------------- the comparison
def program_point(program, case, T):
    """The columns of `mutauscan point` for this case at T_R = T; sigma_i_TR is the high-temperature form."""
    names = ("lambda_phi_sigma", "lambda_sigma", "g_zp", "m_zp", "vev_ratio")
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as config:
        config.write('[model]\ntexture = "emu_mumu"\n')
        config.flush()
        settings = [f"{name}={getattr(case, name)!r}" for name in names] + [f"T_R={float(T)!r}"]
        command = [str(program), "point", config.name, "--json"] + [s for x in settings for s in ("--set", x)]
        run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"{' '.join(command)}: {run.stderr.strip()}")
    return json.loads(run.stdout)


def ratio(full, high):
    """full/high, not a number where the high-temperature form has no vev."""
    return full / high if high > 0 else np.nan


def study(program, output):
    """Table per case, and the figure of the ratios against T."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(6, 4))
    for case, colour in zip(CASES, ("C0", "C1")):
        pi_phi = higgs_debye(case.lambda_phi_sigma)
        print(f"{case.label}: lambda_phi_sigma = {case.lambda_phi_sigma:g}, lambda_sigma = {case.lambda_sigma:g}, "
              f"g = {case.g_zp:g}, m_Z' = {case.m_zp:g} GeV, vev ratio {case.vev_ratio:g}")
        print("  m_Phi/T = %.3f; expected ratio to O(m_Phi/T): sqrt(1 - 3 m_Phi/(pi T)) = %.3f"
              % (pi_phi**0.5, (1 - 3 * pi_phi**0.5 / np.pi) ** 0.5))
        print("%10s %13s %13s %7s %13s %13s %7s   ratio1: %s" % (
            "T [GeV]", "high-T s1", "full s1", "ratio", "high-T s2", "full s2", "ratio",
            " ".join("%7s" % name for name in list(VARIANTS)[1:])))
        band = []
        for T in TEMPERATURES:
            row = program_point(program, case, T)
            high = row["sigma1_TR"], row["sigma2_TR"]
            full = {name: minimum(case, T, **options) for name, options in VARIANTS.items()}
            band.append([ratio(f[0], high[0]) for f in full.values()])
            print("%10g %13.6g %13.6g %7.4f %13.6g %13.6g %7.4f           %s" % (
                T, high[0], full["full"][0], band[-1][0], high[1], full["full"][1],
                ratio(full["full"][1], high[1]), " ".join("%7.4f" % r for r in band[-1][1:])))
        band = np.array(band)
        axes.semilogx(TEMPERATURES, band[:, 0], "o-", ms=3, color=colour, label=case.label)
        axes.fill_between(TEMPERATURES, band.min(axis=1), band.max(axis=1), color=colour, alpha=0.2, lw=0)

        print("  broken above T = %.0f GeV (full; variants %s), high-T form %.1f GeV" % (
            broken_above(case), ", ".join("%.0f" % broken_above(case, **o) for o in list(VARIANTS.values())[1:]),
            row["T_restored_max"]))
        row = program_point(program, case, 5e4)
        shift = neutrino_quartic_shift(row, row["sigma1_TR"])
        critical = 5e4 * np.sqrt(0.1 * case.lambda_sigma / abs(shift))
        print("  right-handed neutrinos, h_etau = %g: h sigma1/M = %.2g at T = 5e4 GeV, quartic shift %.1e = %.2g "
              "lambda_sigma; |shift| < 0.1 lambda_sigma for T < %.1e GeV\n" % (
                  row["h_etau"], row["h_etau"] * row["sigma1_TR"] / row["M_mutau"], shift,
                  shift / case.lambda_sigma, critical))
    axes.axhline(1, color="k", lw=0.6)
    axes.set(xlabel="T [GeV]", ylabel=r"$\langle\sigma_1\rangle$ full one-loop / high-T form", ylim=(0, 1.1))
    axes.legend()
    figure.tight_layout()
    figure.savefig(output)
    print(f"figure: {output} (band: variants {', '.join(list(VARIANTS)[1:])})")


def self_test(program):
    """True if (a) J_B has its limits, its derivative and the integral's values, (b) the leading high-temperature
    expansion without Coleman-Weinberg and ring terms gives the program's vevs, (c) the gradient of V is right."""
    checks = []

    def check(name, error, limit):
        checks.append(error < limit)
        print(f"{'ok  ' if checks[-1] else 'FAIL'} {name}: {error:.1e} (limit {limit:.0e})")

    zero = -np.pi**4 / 45
    y = 0.1  # the next term is zeta(3) y^6/(384 pi^2) = 3e-10
    expansion = zero + np.pi**2 * y**2 / 12 - np.pi * y**3 / 6 - y**4 / 32 * (np.log(y**2) - LOG_AB)
    check("J_B high-T expansion at y = 0.1", abs(jb_integral(y**2) - expansion), 1e-9)
    tail = -sum(15.0**2 * kn(2, 15 * k) / k**2 for k in (1, 2))  # J_B = -sum y^2 K_2(k y)/k^2
    check("J_B Boltzmann tail at y = 15", abs(jb_integral(225.0) / tail - 1), 1e-9)
    values = [-25.0, -7.3, -3.9, -1.0, -1e-2, 1e-3, 0.4, 3.9, 4.3, 20.0, 90.0]
    errors = [abs((jb(v)[0] + zero) / jb_integral(v) - 1) for v in values]
    check("J_B series and table against the integral", max(errors), 1e-7)
    slopes = [abs((jb(v * 1.001)[0] - jb(v * 0.999)[0]) / (0.002 * v) / jb(v)[1] - 1) for v in values]
    check("J_B derivative", max(slopes), 1e-5)

    for case in CASES:
        worst = 0.0
        for T in TEMPERATURES:
            row = program_point(program, case, T)
            for mine, theirs in zip(minimum(case, T, leading=True), (row["sigma1_TR"], row["sigma2_TR"])):
                worst = max(worst, abs(mine - theirs) / max(theirs, 1e-3 * T))
        check(f"leading high-T expansion against the program, {case.label}", worst, 1e-6)
        for name, options in VARIANTS.items():
            potential, u = Potential(case, 1e3, **options), np.array([5.0, 3.0])
            slope = [(potential(u + d)[0] - potential(u - d)[0]) / 2e-3 for d in 1e-3 * np.eye(2)]
            check(f"gradient of V, {case.label}, {name}", np.max(np.abs(slope / potential(u)[1] - 1)), 1e-5)
    return all(checks)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    repository = Path(__file__).resolve().parent.parent
    parser.add_argument("--program", type=Path, default=repository / "build/release/mutauscan")
    parser.add_argument("-o", "--output", default="effective_potential_ratio.pdf", help="figure, PDF or PNG")
    parser.add_argument("--self-test", action="store_true", help="check J_B and the high-T limit; exit 1 on failure")
    arguments = parser.parse_args()
    if not arguments.program.is_file():
        sys.exit(f"{arguments.program}: not found; build it or give --program")
    if arguments.self_test:
        sys.exit(0 if self_test(arguments.program) else 1)
    study(arguments.program, arguments.output)


if __name__ == "__main__":
    main()
