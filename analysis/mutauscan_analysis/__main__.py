"""python3 -m mutauscan_analysis summary|plot RUN|FILE"""

import argparse
import sys

import matplotlib

from . import plot, store
from .summary import summary


def main():
    parser = argparse.ArgumentParser(prog="mutauscan_analysis", description="Looks at the results of mutauscan.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb, meaning in (
        ("summary", "progress, failures, how many points explain what, the best ones"),
        ("plot", "figures as PDF and PNG"),
    ):
        arguments = verbs.add_parser(verb, help=meaning, description=meaning)
        arguments.add_argument("scan", metavar="RUN|FILE", help="run directory, finished or not, or merged file")
    arguments.add_argument("-o", "--output", metavar="DIR", default=".", help="where to (default: here)")
    options = parser.parse_args()

    try:
        scan = store.open(options.scan)
        if options.verb == "summary":
            for line in summary(scan):
                print(line)
        else:
            matplotlib.use("Agg")
            for path in plot.write(scan, options.output):
                print(path)
    except (store.ScanError, OSError) as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
