"""python3 -m mutauscan_analysis summary|plot|profile|corner|posterior|compare|export|report RUN|FILE; story [STEP ...]"""

import argparse
import os
import re
import sys

import matplotlib

from . import chains, densities, evolution, export, joined, maps, profiles, report, sampling, scatter, store, story, targets
from .axis import axis_text
from .binned import MOST_BINS
from .conditions import OK
from .difference import difference
from .files import ScanError
from .style import write
from .summary import summary

VERBS = {
    "summary": "progress, failures, how many points explain what, the best ones",
    "plot": "figures as PDF and PNG: where the model explains what, maps; -x alone: the asymmetry against it; of a trace: "
    "the evolution of the point",
    "profile": "profile likelihood along each axis, or over the axes given by -x and -y",
    "corner": "profile likelihood of all pairs of axes",
    "posterior": "density of the weighted rows along each axis, or over the axes given by -x and -y",
    "compare": "what differs between two runs or files: settings, counts, verdicts, best points; with -x: profile likelihoods "
    "of several in one figure, along -x or over -x and -y",
    "export": "CSV, Parquet, weighted samples for GetDist and corner, or a table of constraints, chosen by the suffix "
    ".csv, .parquet, .txt, .tex or .html",
    "report": "one HTML page with provenance, failures, throughput, maps and an interactive scatter plot",
}
AXIS = "column or expression; :log, :linear or :symlog and :LOW:HIGH may follow"


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
        many = dict(nargs="+", metavar="RUN|FILE") if verb == "compare" else dict(metavar="RUN|FILE")
        options.add_argument("scan", type=not_empty, help="run directory, finished or not, or merged file", **many)
        options.add_argument(
            "--where", type=not_empty, metavar="CONDITION", help='only these rows, such as "M1_TR > 20*T_R and g_zp < 1e-3"'
        )
        options.add_argument(
            "--sign", choices=("observed", "any"), default="observed", help="which sign of Y_B counts (default: observed)"
        )
        options.add_argument("--no-limits", action="store_true", help="count points that hard limits exclude")
        if verb not in ("summary", "export", "report"):
            options.add_argument("-o", "--output", type=not_empty, metavar="DIR", default=".", help="where to (default: here)")
        if verb in ("plot", "profile", "corner", "compare"):
            options.add_argument("--bins", type=bins, metavar="N", help="bins along an axis (default: by rows)")
        if verb in ("plot", "profile", "posterior", "compare"):
            options.add_argument("-x", type=not_empty, metavar="AXIS", help=f"horizontal axis: {AXIS}")
            options.add_argument("-y", type=not_empty, metavar="AXIS", help="vertical axis")
        if verb == "profile":
            options.add_argument("--colour", type=not_empty, metavar="AXIS", help="with -x and -y: what to show of the best point of a cell")
            options.add_argument("--maximise", action="store_true", help="search each bin with the model (needs the module mutauscan)")
        if verb == "compare":
            options.add_argument("--labels", type=names, metavar="A,B,...", help="of the runs in the legend (default: their names)")
        if verb in ("corner", "export"):
            options.add_argument("--columns", type=names, metavar="A,B,...", help="these columns (default: those that vary; all)")
        if verb == "export":
            options.add_argument("--best", type=int, metavar="N", help="only the N best points, the best first")
            options.add_argument("--inputs", action="store_true", help="only the parameters of the model")
            options.add_argument("--format", choices=chains.FORMS, help="chains for another program: FILE is how their names begin")
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
    if options.verb == "compare":
        scans = [_open(path, options) for path in options.scan]
        if not options.x:
            if len(scans) != 2 or options.y:
                raise ScanError("compare: two runs or files, or -x for profiles of any number")
            return difference(*scans)
        labels = options.labels or joined.names(options.scan)
        axes = [options.x, options.y] if options.y else [options.x]
        return write({_name("compare", *axes): profiles.overlay(scans, labels, axes, options.bins)}, options.output)
    scan = _open(options.scan, options)
    columns = getattr(options, "columns", None)
    if options.verb == "summary":
        return summary(scan)
    if options.verb == "export":
        if options.inputs and columns:
            raise ScanError("--inputs and --columns: one of them")
        if options.format:
            if options.inputs or options.best is not None:
                raise ScanError("--format: takes --columns, not --best or --inputs")
            return chains.write(scan, options.output, options.format, columns)
        return export.export(scan, options.output, columns, options.best, options.inputs)
    if options.verb == "report":
        return [report.write(scan, options.output)]
    if options.verb == "corner":
        return write({"corner": profiles.corner(scan, columns, options.bins)}, options.output)
    if options.y and not options.x:
        raise ScanError("-y: needs -x as well")
    return write(dict([_figure(scan, options)] if options.x else _figures(scan, options)), options.output)


def _open(path, options):
    scan = store.open(path, options.sign, not options.no_limits)
    return scan if options.where is None else scan.where(options.where)


def _name(*parts):
    """Of a file: what stands for an axis there."""
    return "-".join(re.sub(r"[^A-Za-z0-9_]+", "_", axis_text(part)[0]).strip("_") for part in parts)


def _figure(scan, options):
    """Name and figure for the axes that were asked for."""
    x, y, bins = options.x, options.y, getattr(options, "bins", None)
    pair = (x, y)
    if options.verb == "profile":
        if options.colour:
            if not y:
                raise ScanError("--colour: needs -x and -y")
            if options.maximise:
                raise ScanError("--colour and --maximise: one of them")
            return _name("best", x, y, options.colour), profiles.best_points(scan, pair, options.colour, bins)
        if y:
            return _name("profile", x, y), profiles.likelihood(scan, pair, bins, maximise=options.maximise)
        return "profiles", profiles.along_axes(scan, [x], bins, maximise=options.maximise)
    if options.verb == "posterior":
        return (_name("posterior", x, y), densities.pair(scan, pair)) if y else ("posteriors", densities.posteriors(scan, [x]))
    if not y or axis_text(y)[0] == scan.asymmetry:
        return _name("asymmetry", x), scatter.asymmetry(scan, x)
    return _name("map", x, y), maps.fraction(scan, pair, bins)


def _figures(scan, options):
    """Names and figures if no axis was asked for."""
    if options.verb == "posterior":
        yield "posteriors", densities.posteriors(scan)
    elif options.verb == "profile":
        if options.colour:
            raise ScanError("--colour: needs -x and -y")
        yield "profiles", profiles.along_axes(scan, None, options.bins, maximise=options.maximise)
    else:
        yield "where", scatter.where(scan)
        if scan.asymmetry in scan and scan.count(scatter.has_asymmetry(scan)):
            yield "asymmetry", scatter.asymmetry(scan)
        if len(scan.axes) > 1 and scan.count(OK):
            draw = maps.fraction if targets.measures(scan) else profiles.likelihood
            yield "maps", draw(scan, None, options.bins)
        if sampling.learns(scan):
            yield "trace", sampling.trace(scan)
            if (progress := sampling.convergence(scan)) is not None:
                yield "convergence", progress


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
        sys.exit(f"error: {' '.join(str(error).split())}")


def _discard_stdout():
    """What could not be written is not tried again."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
