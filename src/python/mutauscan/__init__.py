"""The models of mutauscan, point by point.

>>> import mutauscan
>>> model = mutauscan.Model("mutau")
>>> row = model.evaluate(T_R=5e4, M_mutau=1e7)
>>> row.status, f"{row['Y_B']:.3e}", row.unit("M1_TR")
('ok', '-2.453e-10', 'GeV')
"""

from ._core import git_hash, kinds, version as __version__
from .model import Model
from .rows import Column, Limit, Parameter, Row

__all__ = ["Column", "Limit", "Model", "Parameter", "Row", "git_hash", "kinds"]
