"""Reads, summarises and plots the results of mutauscan.

    import mutauscan_analysis as analysis
    scan = analysis.open("RUN")                      # a run directory, finished or not, or a merged file
    good = scan.where("status == 0 and T_R > 1e5")   # columns are read when asked for
    good["M1_TR"], good.units("M1_TR"), scan.best(3)
"""

from .files import EmptySelection, ScanError
from .store import Scan, open

__all__ = ["EmptySelection", "Scan", "ScanError", "open"]
