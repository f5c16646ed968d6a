"""
The few set-based statements of a run, made from our own templates: inputs, values, peers, hits.

Tables of a run: `state` (a taxpayer's state), `months` (all months' facts), `inputs` (a column a
cell), `value_table` (a column an indicator, in millionths or a truth), `peer_values`, `peers`,
`hits`.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from caseflow.detection.catalogue import Indicator, PeerLaw
from caseflow.detection.dialects import Dialect
from caseflow.detection.plan import Planned
from caseflow.detection.sql import value
from caseflow.detection.terms import Cell, Held, How
from caseflow.detection.thresholds import Threshold, ThresholdType, millionths

KEYS = ("tp", "industry_code", "vat_class", "band")
_FEN = 100


def columns(cells: Iterable[Cell]) -> dict[Cell, str]:
    """Name a column for each different cell, such as "dy_kwh:200910-200912:sum"."""
    return {cell: f'"{cell.field}:{cell.first}-{cell.last}:{cell.how}"' for cell in cells}


def inputs(named: Mapping[Cell, str], law: PeerLaw, dialect: Dialect) -> str:
    """
    Write the query of all cells of all taxpayers.

    Cells over the same months come from one scan. Single months (a streak looks at two dozen of
    them) share one more.
    """
    states = [f'state."{cell.field}" AS {name}' for cell, name in named.items() if _is_state(cell)]
    ranges: dict[tuple[int, int], dict[Cell, str]] = {}
    singles: dict[Cell, str] = {}
    for cell, name in named.items():
        if _is_state(cell):
            continue
        if cell.first == cell.last:
            singles[cell] = name
        else:
            ranges.setdefault((cell.first, cell.last), {})[cell] = name
    scans = [_over_range(first, last, cells, dialect) for (first, last), cells in ranges.items()]
    if singles:
        scans.append(_single_months(singles))
    joins = " ".join(f"LEFT JOIN ({scan}) AS s{at} USING (tp)" for at, scan in enumerate(scans))
    cells = [name for cell, name in named.items() if not _is_state(cell)]
    chosen = ", ".join(
        [f"state.tp, industry_code, vat_class, {_band(law)} AS band", *states, *cells]
    )
    return f"SELECT {chosen} FROM state {joins}"


def values(plans: Mapping[str, Planned], named: Mapping[Cell, str], dialect: Dialect) -> str:
    """Write the query of all values of all taxpayers."""
    written = [f'{value(each.term, named, dialect)} AS "{code}"' for code, each in plans.items()]
    return f"SELECT {', '.join((*KEYS, *written))} FROM inputs"


def peer_values(codes: Sequence[str], law: PeerLaw, dialect: Dialect) -> str:
    """Write the rows (taxpayer, indicator, value) with the taxpayer's group at each width."""
    keys = ", ".join(
        f"SUBSTR(industry_code, 1, {digits}) || '|' || vat_class || '|' || band AS g{digits}"
        for digits in law.digits
    )
    rows = dialect.unpivot("value_table", KEYS, codes)
    return f"SELECT tp, code, v, {keys} FROM ({rows}) AS filled"


PEER_COLUMNS = ("n", "kept", "mean", "sd", "p25", "p50", "p75", "percentile")


def no_peers() -> str:
    """Write the empty table of figures, for runs whose thresholds ask for none."""
    figures = ", ".join(f"CAST(NULL AS BIGINT) AS {name}" for name in PEER_COLUMNS)
    keys = "CAST(NULL AS VARCHAR) AS code, CAST(NULL AS INTEGER) AS digits, '' AS grp"
    return f"SELECT {keys}, {figures} LIMIT 0"


def peers(law: PeerLaw, percents: Mapping[str, Decimal], dialect: Dialect) -> str:
    """
    Write the figures of every group large enough, the outermost values at each end left out.

    Sums are exact whole numbers, so that no order of rows can change them; a percentile is the
    element at the rank p percent of the number, rounded up.
    """
    grouped = " UNION ALL ".join(
        f"SELECT code, {digits} AS digits, g{digits} AS grp, v FROM peer_values"
        f" WHERE g{digits} IS NOT NULL"
        for digits in law.digits
    )
    trimmed = dialect.whole(f"n * {law.trim_percent}", 100)
    ranks = {"p25": Decimal(25), "p50": Decimal(50), "p75": Decimal(75)}
    picks = "".join(
        f", MAX(CASE WHEN r = {_rank(str(percent * 100), dialect)} THEN v END) AS {name}"
        for name, percent in ranks.items()
    )
    whens = " ".join(
        f"WHEN '{code}' THEN {_rank(str(percent * 100), dialect)}"
        for code, percent in percents.items()
    )
    own = f"CASE code {whens} END" if whens else "NULL"
    double, wide = dialect.double, dialect.wide
    return (
        f"WITH grouped AS ({grouped}),"
        " ranked AS (SELECT code, digits, grp, v, ROW_NUMBER() OVER"
        " (PARTITION BY code, digits, grp ORDER BY v) AS r,"
        " COUNT(*) OVER (PARTITION BY code, digits, grp) AS n FROM grouped),"
        f" kept AS (SELECT code, digits, grp, v, n, r - {trimmed} AS r, n - 2 * {trimmed} AS kept"
        f" FROM ranked WHERE n >= {law.min_peers} AND r > {trimmed} AND r <= n - {trimmed}),"
        " middles AS (SELECT code, digits, grp, MAX(n) AS n, MAX(kept) AS kept,"
        f" CAST(FLOOR(CAST(SUM(CAST(v AS {wide})) AS {double}) / MAX(kept) + 0.5) AS BIGINT)"
        f" AS mean{picks}, MAX(CASE WHEN r = {own} THEN v END) AS percentile"
        " FROM kept GROUP BY code, digits, grp),"
        " spreads AS (SELECT code, digits, grp,"
        f" SUM(CAST(v - mean AS {wide}) * (v - mean)) AS squares"
        " FROM kept JOIN middles USING (code, digits, grp) GROUP BY code, digits, grp)"
        " SELECT code, digits, grp, n, kept, mean, CASE WHEN kept > 1 THEN"
        f" CAST(FLOOR(SQRT(CAST(squares AS {double}) / (kept - 1)) + 0.5) AS BIGINT) END AS sd,"
        " p25, p50, p75, percentile FROM middles JOIN spreads USING (code, digits, grp)"
    )


def hits(due: Sequence[tuple[Indicator, Threshold]], law: PeerLaw, dialect: Dialect) -> str:
    """Write the rows beyond their threshold: taxpayer, indicator, value, limit, side, group."""
    branches = [
        branch
        for indicator, threshold in due
        if not threshold.needs_peers
        for branch in _fixed_hits(indicator.code, threshold)
    ]
    compared = [(each.code, threshold) for each, threshold in due if threshold.needs_peers]
    if compared:
        branches.append(_peer_hits(compared, law, dialect))
    return " UNION ALL ".join(branches)


def _is_state(cell: Cell) -> bool:
    return cell.how is How.STATE


def _over_range(first: int, last: int, cells: Mapping[Cell, str], dialect: Dialect) -> str:
    written = ", ".join(
        f"CAST(SUM({_column(cell)}) AS BIGINT) AS {name}"
        if cell.how is How.SUM
        else f"{dialect.pick(_column(cell), cell.how)} AS {name}"
        for cell, name in cells.items()
    )
    return f"SELECT tp, {written} FROM months WHERE period BETWEEN {first} AND {last} GROUP BY tp"


def _single_months(cells: Mapping[Cell, str]) -> str:
    """Every pair of taxpayer and month stands in one row, so that MAX only picks it."""
    written = ", ".join(
        f"{'BOOL_OR' if cell.held is Held.TRUTH else 'MAX'}"
        f"(CASE WHEN period = {cell.first} THEN {_column(cell)} END) AS {name}"
        for cell, name in cells.items()
    )
    first, last = min(cell.first for cell in cells), max(cell.last for cell in cells)
    return f"SELECT tp, {written} FROM months WHERE period BETWEEN {first} AND {last} GROUP BY tp"


def _column(cell: Cell) -> str:
    return f'"{cell.field}"'


def _band(law: PeerLaw) -> str:
    """Write the size band: how many of the bounds the sales of twelve months have reached."""
    whens = " ".join(
        f"WHEN sales_12m < {bound * _FEN} THEN {band}" for band, bound in enumerate(law.bands)
    )
    return f"CASE WHEN sales_12m IS NULL THEN NULL {whens} ELSE {len(law.bands)} END"


def _rank(per_ten_thousand: str, dialect: Dialect) -> str:
    """Write the rank p percent of the number, rounded up."""
    return dialect.whole(f"kept * {int(Decimal(per_ten_thousand))} + 9999", 10_000)


def _fixed_hits(code: str, threshold: Threshold) -> list[str]:
    column = f'"{code}"'
    if threshold.is_flag:
        return [_branch(code, "CAST(NULL AS BIGINT)", None, "high", column)]
    low, high = millionths(threshold.low), millionths(threshold.high)
    if threshold.type is ThresholdType.INSIDE:
        return [_branch(code, column, low, "high", f"{column} BETWEEN {low} AND {high}")]
    equal = "" if threshold.strict else "="
    branches = []
    if low is not None:
        branches.append(_branch(code, column, low, "low", f"{column} <{equal} {low}"))
    if high is not None:
        branches.append(_branch(code, column, high, "high", f"{column} >{equal} {high}"))
    return branches


def _branch(code: str, column: str, limit: int | None, side: str, condition: str) -> str:
    bound = f"CAST({'NULL' if limit is None else limit} AS BIGINT)"
    return (
        f"SELECT tp, '{code}' AS code, {column} AS v, {bound} AS bound, '{side}' AS side,"
        f" CAST(NULL AS INTEGER) AS digits, CAST(NULL AS VARCHAR) AS grp"
        f" FROM value_table WHERE {condition}"
    )


def _peer_hits(compared: Sequence[tuple[str, Threshold]], law: PeerLaw, dialect: Dialect) -> str:
    """Take the narrowest group that is large enough, and hold the value against its limits."""
    joins = " ".join(
        f"LEFT JOIN peers AS p{digits} ON p{digits}.code = x.code AND p{digits}.digits = {digits}"
        f" AND p{digits}.grp = x.g{digits} AND p{digits}.n >= {_needed(compared, law)}"
        for digits in law.digits
    )
    whens = {
        name: " ".join(
            f"WHEN p{digits}.n IS NOT NULL THEN {_at(name, digits)}" for digits in law.digits
        )
        for name in ("digits", "grp", "mean", "sd", "percentile")
    }
    figures = ", ".join(f"CASE {written} END AS {name}" for name, written in whens.items())
    lows = " ".join(_limit(code, each, "low", dialect) for code, each in compared)
    highs = " ".join(_limit(code, each, "high", dialect) for code, each in compared)
    limits = (
        f"SELECT tp, code, v, digits, grp, CASE code {lows} END AS low, CASE code {highs} END"
        f" AS high FROM (SELECT x.tp, x.code, x.v, {figures} FROM peer_values AS x {joins})"
        " AS compared"
    )
    return (
        "SELECT tp, code, v, CASE WHEN v < low THEN low ELSE high END AS bound,"
        " CASE WHEN v < low THEN 'low' ELSE 'high' END AS side, digits, grp"
        f" FROM ({limits}) AS limits WHERE v < low OR v > high"
    )


def _needed(compared: Sequence[tuple[str, Threshold]], law: PeerLaw) -> str:
    """Write how many peers an indicator asks for, where that is more than the law of all."""
    more = [(code, each.min_peers) for code, each in compared if each.min_peers > law.min_peers]
    whens = " ".join(f"WHEN '{code}' THEN {count}" for code, count in more)
    return f"CASE x.code {whens} ELSE {law.min_peers} END" if more else str(law.min_peers)


def _at(name: str, digits: int) -> str:
    return str(digits) if name == "digits" else f"p{digits}.{name}"


def _limit(code: str, threshold: Threshold, side: str, dialect: Dialect) -> str:
    """Write one limit of a peer threshold; without spread there is no deviation to speak of."""
    if threshold.side not in (side, "both"):
        return f"WHEN '{code}' THEN CAST(NULL AS BIGINT)"
    factor = f"CAST({threshold.factor} AS {dialect.double})"
    if threshold.type is ThresholdType.PERCENTILE:
        return f"WHEN '{code}' THEN percentile"
    if threshold.type is ThresholdType.PEER_RATIO:
        return f"WHEN '{code}' THEN CAST(FLOOR({factor} * mean + 0.5) AS BIGINT)"
    sign = "-" if side == "low" else "+"
    width = f"CAST(FLOOR({factor} * sd + 0.5) AS BIGINT)"
    return f"WHEN '{code}' THEN CASE WHEN sd > 0 THEN mean {sign} {width} END"
