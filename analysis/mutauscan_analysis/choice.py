"""Which columns a figure shows if nobody says."""

from .files import ScanError

PAIRS = (  # x and y of the panels
    ("T_R", "lambda_phi_sigma"),
    ("M_mutau", "h_etau"),
    ("m_zp", "g_zp"),
    ("T_R", "M_mutau"),
    ("lambda_phi_sigma", "h_etau"),
    ("m_zp", "T_R"),
)


def varying(scan):
    """Names of the parameters that vary, the main axes first; at least one."""
    if not scan.axes:
        raise ScanError(f"{scan.path}: no parameter varies in this scan")
    return list(scan.axes)


def pairs(scan):
    """Pairs of columns to draw against each other: those of PAIRS that vary, then what else varies."""
    names = varying(scan)
    if len(names) == 1:
        try:
            scan.range(scan.asymmetry)
        except ScanError:  # the model has none, or no point got that far
            return [(names[0], "status")]
        return [(names[0], scan.asymmetry)]
    chosen = [pair for pair in PAIRS if set(pair) <= set(names)]
    rest = [name for name in names if not any(name in pair for pair in chosen)]
    while rest:
        chosen.append((rest.pop(0), rest.pop(0) if rest else names[0]))
    return chosen
