"""python3 -m mutauscan_analysis summary|plot|profile|corner|export|report RUN|FILE, and story [STEP ...]"""

import argparse
import os
import sys

import matplotlib

from . import evolution, export, maps, report, scatter, store, story
from .files import ScanError
from .style import write
from .summary import summary

MOST_BINS = 2000
VERBS = {
    "summary": "progress, failures, how many points explain what, the best ones",
    "plot": "figures as PDF and PNG: where the model explains what, maps; of a trace: the evolution of the point",
    "profile": "profile likelihood along each axis, or over the axes given by -x and -y",
    "corner": "profile likelihood of all pairs of axes",
    "export": "CSV, Parquet, or weighted samples for GetDist and corner, chosen by the suffix .csv, .parquet or .txt",
    "report": "one HTML page with provenance, failures, throughput, maps and an interactive scatter plot",
}


def not_empty(text):
    """An option's value; an empty one is most often a shell variable that was not set."""
    if not text.strip():
        raise argparse.ArgumentTypeError("must not be empty")
    return text


def bins(text):
    """A number of bins; a map has its square."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST_BINS:
        raise argparse.ArgumentTypeError(f"{text}: must be a whole number from 1 to {MOST_BINS}")
    return int(text)


def names(text):
    """Those of a list with commas."""
    chosen = [name.strip() for name in text.split(",")]
    if "" in chosen or len(set(chosen)) < len(chosen):
        raise argparse.ArgumentTypeError(f"{text}: must be different names, separated by commas")
    return chosen


def arguments():
    parser = argparse.ArgumentParser(prog="mutauscan_analysis", description="Looks at the results of mutauscan.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb, meaning in VERBS.items():
        options = verbs.add_parser(verb, help=meaning, description=meaning)
        options.add_argument("scan", type=not_empty, metavar="RUN|FILE", help="run directory, finished or not, or merged file")
        options.add_argument(
            "--where", type=not_empty, metavar="CONDITION", help='only these rows, such as "M1_TR > 20*T_R and g_zp < 1e-3"'
        )
        if verb in ("plot", "profile", "corner"):
            options.add_argument("-o", "--output", type=not_empty, metavar="DIR", default=".", help="where to (default: here)")
            options.add_argument("--bins", type=bins, metavar="N", help="bins along an axis (default: by rows)")
        if verb in ("plot", "profile"):
            options.add_argument("-x", type=not_empty, metavar="COLUMN", help="horizontal axis (default: those that vary)")
            options.add_argument("-y", type=not_empty, metavar="COLUMN", help="vertical axis")
        if verb in ("corner", "export"):
            options.add_argument("--columns", type=names, metavar="A,B,...", help="these columns (default: those that vary; all)")
        if verb in ("export", "report"):
            options.add_argument("-o", "--output", type=not_empty, metavar="FILE", required=True, help="the file to write")
    meaning = "the argument of the model in steps: figures and captions from the scans that jobs/story/run.sh makes"
    options = verbs.add_parser("story", help=meaning, description=meaning)
    options.add_argument("steps", type=not_empty, metavar="STEP", nargs="*", help=f"default: all of {', '.join(story.STEPS)}")
    options.add_argument("--data", type=not_empty, metavar="DIR", default="story", help="directory of the scans (default: story)")
    options.add_argument("-o", "--output", type=not_empty, metavar="DIR", help="where to (default: beside the scans)")
    return parser


def run(options):
    """Lines to print."""
    if options.verb == "story":
        return story.draw(options.data, options.output or options.data, options.steps)
    if options.verb == "plot" and evolution.is_trace(options.scan):
        return write({"evolution": evolution.evolution(options.scan)}, options.output)
    scan = store.open(options.scan)
    if options.where:
        scan = scan.where(options.where)
    columns = getattr(options, "columns", None)
    if options.verb == "summary":
        return summary(scan)
    if options.verb == "export":
        return export.export(scan, options.output, columns)
    if options.verb == "report":
        return [report.write(scan, options.output)]
    if options.verb == "corner":
        return write({"corner": maps.corner(scan, columns, options.bins)}, options.output)
    if options.y and not options.x:
        raise ScanError("-y: needs -x as well")
    pair = (options.x, options.y) if options.y else None
    if options.verb == "profile":
        if pair:
            name = f"profile-{options.x}-{options.y}"
            return write({name: maps.likelihood(scan, pair, options.bins)}, options.output)
        return write({"profiles": maps.profiles(scan, options.x and [options.x], options.bins)}, options.output)
    if pair:
        return write({f"map-{options.x}-{options.y}": maps.fraction(scan, pair, options.bins)}, options.output)
    if options.x:
        raise ScanError("-x: plot needs -y as well")
    figures = {"where": scatter.where(scan), "asymmetry": scatter.asymmetry(scan)}
    if len(scan.axes) > 1:
        figures |= {"maps": maps.fraction(scan, None, options.bins)}
    return write(figures, options.output)


def main():
    options = arguments().parse_args()
    matplotlib.use("Agg")
    try:
        for line in run(options):
            print(line)
        sys.stdout.flush()
    except BrokenPipeError:  # of `... | head`
        _discard_stdout()
    except (ScanError, OSError) as error:
        _discard_stdout()  # or a full disk would be reported again when Python ends
        sys.exit(f"error: {error}")


def _discard_stdout():
    """What could not be written is not tried again."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
