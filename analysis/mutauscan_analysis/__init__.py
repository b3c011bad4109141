"""Reads, summarises and plots the results of mutauscan.

    import mutauscan_analysis as analysis
    scan = analysis.open("RUN")                      # a run directory, finished or not, or a merged file
    good = scan.where("status == 'ok' and T_R > 1e5")   # columns are read when asked for
    good["M1_TR / T_R"], good.units("M1_TR"), scan.best(3)
"""

import sys

try:
    from .files import EmptySelection, ScanError
    from .joined import concat
    from .store import Scan, open
except ModuleNotFoundError as error:
    lacking = f"error: {error.name} is missing for {sys.executable}: pip install ./analysis, or call /usr/bin/python3, " \
        "for which jobs/install_packages.sh installs it"  # fmt: skip
    if sys.argv[0] == "-m":  # python3 -m mutauscan_analysis
        sys.exit(lacking)
    raise ImportError(lacking) from error

__version__ = "0.2.0"
__all__ = ["EmptySelection", "Scan", "ScanError", "concat", "open"]
