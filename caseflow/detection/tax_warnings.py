"""The warnings of a run as values: each with its figures, its inputs and what it may cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256
from pathlib import Path

import duckdb

from caseflow.detection import evidence, severity, statements
from caseflow.detection.catalogue import LIMIT, VALUE, Catalogue, Indicator
from caseflow.detection.evidence import Value
from caseflow.detection.plan import Planned
from caseflow.detection.runs import Input, PeerFigures, Run, TaxWarning
from caseflow.detection.terms import Cell, Held, cells
from caseflow.detection.thresholds import MILLION
from caseflow.lake.duck import connect, parquet, text
from caseflow.lake.fields import Registry

_FEN = Decimal("0.01")
_FIGURES = ("n", "mean", "sd", "p25", "p50", "p75")


@dataclass(frozen=True, slots=True)
class _Hit:
    """A row of the hits, in millionths."""

    tp: int
    value: int | None
    limit: int | None
    side: str
    peers: PeerFigures | None


def read(root: Path, run: Run, catalogue: Catalogue) -> Iterator[TaxWarning]:
    """Yield all warnings of a run, by indicator, then taxpayer."""
    with connect() as con:
        for code, each in run.coverage.items():
            if each.hits:
                yield from _of_indicator(con, root, run, catalogue, catalogue.indicators[code])


def fingerprint(tp: int, code: str, period: int) -> str:
    """Name a hit: one indicator, taxpayer and period warns once, however often it is screened."""
    return sha256(f"caseflow-warning/v1\n{tp}\n{code}\n{period}".encode()).hexdigest()


def _of_indicator(
    con: duckdb.DuckDBPyConnection,
    root: Path,
    run: Run,
    catalogue: Catalogue,
    indicator: Indicator,
) -> Iterator[TaxWarning]:
    planned = catalogue.plan(indicator, run.period)
    estimate = catalogue.plan_estimate(indicator, run.period, planned)
    shown = list(dict.fromkeys(cells(planned.term)))
    extra = () if estimate is None else cells(estimate.term)
    needed = [each for each in dict.fromkeys((*shown, *extra)) if each not in (VALUE, LIMIT)]
    columns = list(statements.columns(needed).values())
    registry = catalogue.registry
    for hit, found in _hits(con, root, run, indicator.code, columns):
        values = dict(zip(needed, found, strict=True))
        grade = severity.severity(indicator, hit.value, hit.limit)
        yield TaxWarning(
            tp=hit.tp,
            indicator=indicator.code,
            version=indicator.version,
            period=run.period,
            value=natural(hit.value, MILLION),
            threshold=natural(hit.limit, MILLION),
            side=hit.side,
            peers=hit.peers,
            severity=grade,
            points=severity.points(indicator, grade),
            estimated_tax=_estimate(estimate, values, hit),
            inputs=tuple(shown_input(registry, each, values[each]) for each in shown),
            batches=run.batches.get(indicator.code, ()),
            fingerprint=fingerprint(hit.tp, indicator.code, run.period),
        )


def _hits(
    con: duckdb.DuckDBPyConnection, root: Path, run: Run, code: str, columns: Sequence[str]
) -> Iterator[tuple[_Hit, Sequence[Value]]]:
    """Yield the hits of an indicator with the cells behind them."""
    chosen = "".join(f", inputs.{name}" for name in columns)
    figures = ", ".join(f"peers.{name}" for name in _FIGURES)
    source = {name: parquet(root / path) for name, path in run.files.items()}
    rows = con.execute(
        f"SELECT hits.tp, v, bound, side, hits.digits, hits.grp, {figures}{chosen}"
        f" FROM {source['warnings']} AS hits JOIN {source['inputs']} AS inputs USING (tp)"
        f" LEFT JOIN {source['peers']} AS peers ON peers.code = hits.code"
        " AND peers.digits = hits.digits AND peers.grp = hits.grp"
        f" WHERE hits.code = {text(code)} ORDER BY hits.tp"
    ).fetchall()
    for tp, value, limit, side, digits, group, *rest in rows:
        found = rest[: len(_FIGURES)]
        peer = None if digits is None else _figures(digits, group, found)
        yield _Hit(tp, value, limit, side, peer), rest[len(_FIGURES) :]


def _figures(digits: int, group: str, found: Sequence[int | None]) -> PeerFigures:
    count, mean, spread, p25, p50, p75 = found
    return PeerFigures(
        digits=digits,
        group=group,
        count=count or 0,
        mean=natural(mean, MILLION) or Decimal(0),
        deviation=natural(spread, MILLION),
        p25=natural(p25, MILLION) or Decimal(0),
        p50=natural(p50, MILLION) or Decimal(0),
        p75=natural(p75, MILLION) or Decimal(0),
    )


def natural(stored: int | None, scale: int) -> Decimal | None:
    """Give a stored number in its own unit: fen in yuan, millionths as a value."""
    return None if stored is None else Decimal(stored) / scale


def shown_input(registry: Registry, cell: Cell, value: Value) -> Input:
    """Show a cell of a formula in its own unit."""
    shown: str | bool | None
    if value is None or isinstance(value, bool | str):
        shown = value
    else:
        scale = registry.fields[cell.field].scale
        shown = f"{natural(int(value), scale):f}"
    return Input(cell.field, cell.first, cell.last, str(cell.how), shown)


def _estimate(planned: Planned | None, values: Mapping[Cell, Value], hit: _Hit) -> Decimal | None:
    """Work out the tax at stake in yuan; none below nothing."""
    if planned is None:
        return None
    own: dict[Cell, Value] = {
        VALUE: None if hit.value is None else hit.value / MILLION,
        LIMIT: None if hit.limit is None else hit.limit / MILLION,
    }
    found = evidence.evaluate(planned.term, {**values, **own})
    if found is None or isinstance(found, str):
        return None
    scale = planned.term.scale if planned.term.held is Held.EXACT else 1
    return max(Decimal(0), (Decimal(found) / scale).quantize(_FEN, ROUND_HALF_UP))
