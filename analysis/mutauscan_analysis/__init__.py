"""Reads, summarises and plots the results of mutauscan.

    import mutauscan_analysis as analysis
    scan = analysis.open("RUN")          # a run directory, finished or not, or a merged file
    scan["T_R"], scan.units("T_R")       # columns are read when asked for
"""

from .store import EmptySelection, Scan, ScanError, open

__all__ = ["EmptySelection", "Scan", "ScanError", "open"]
