"""What a table leaves open or answers twice, found before it is deployed.

Two rules of a UNIQUE table that can hold together are an error, of an ANY table when their answers
differ; an input that no rule answers is a warning. Nothing is claimed that is not certain: cells
that are unknown overlap nothing and leave nothing open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, combinations
from operator import xor

from caseflow.engine.decisions.regions import Cut, Piece, cut
from caseflow.engine.decisions.tables import MANY_HITS, Table, TableRule
from caseflow.engine.findings import Finding, Level
from caseflow.feel import tree
from caseflow.feel.values import equal

MOST_OVERLAPS = 20
_MOST_STEPS = 20_000


def judge(file: str, table: Table) -> list[Finding]:
    """Find the overlaps of a table that may have none, and the first gap."""
    cuts = cut(table)
    if cuts is None:
        return []
    found = list(_overlaps(file, table, cuts))[:MOST_OVERLAPS]
    has_default = any(output.default is not None for output in table.outputs)
    if table.policy in MANY_HITS or has_default:
        return found
    gap = _gap(cuts)
    if gap is not None:
        last = table.rules[-1]
        found.append(_finding(file, "warning", last, "dmn_gap", example=_example(cuts, gap)))
    return found


def _overlaps(file: str, table: Table, cuts: Sequence[Cut]) -> Iterator[Finding]:
    if table.policy not in ("UNIQUE", "ANY"):
        return
    code = "dmn_overlap" if table.policy == "UNIQUE" else "dmn_conflict"
    for first, second in combinations(table.rules, 2):
        if table.policy == "ANY" and not _differ(first, second):
            continue
        shared = _shared(cuts, first.place, second.place)
        if shared is not None:
            rules = {"first": first.place + 1, "second": second.place + 1}
            yield _finding(file, "error", second, code, **rules, example=_example(cuts, shared))


def _shared(cuts: Sequence[Cut], first: int, second: int) -> list[int] | None:
    """A piece in each column that both rules take; None when there is none or it is unknown."""
    found: list[int] = []
    for each in cuts:
        one, other = each.cells[first], each.cells[second]
        if one is None or other is None or not one & other:
            return None
        found.append(_lowest(one & other))
    return found


def _differ(first: TableRule, second: TableRule) -> bool:
    """Tell whether two rules certainly give different answers."""
    pairs = zip(first.answers, second.answers, strict=True)
    return any(
        equal(one.evaluate(), other.evaluate()) is not True
        for one, other in pairs
        if _is_written(one.tree) and _is_written(other.tree)
    )


def _is_written(node: tree.Node) -> bool:
    """Tell whether an answer stands in the cell as it is."""
    return not tree.names(node) and not any(
        isinstance(each, tree.Call | tree.Apply) for each in tree.walk(node)
    )


def _gap(cuts: Sequence[Cut]) -> list[int] | None:
    """A piece in each column that together no rule takes; None when there is none, or too many.

    Goes through the columns; what is left of the rules after some pieces is the same question as
    for other pieces that leave the same rules, and is asked once.
    """
    rules = len(cuts[0].cells) if cuts else 0
    takes = [_takers(each) for each in cuts]
    closed: set[tuple[int, int]] = set()
    steps = 0

    def open_from(column: int, left: int) -> list[int] | None:
        nonlocal steps
        steps += 1
        if left == 0:
            return [0] * (len(cuts) - column)
        if column == len(cuts) or (column, left) in closed or steps > _MOST_STEPS:
            return None
        for piece, taken in enumerate(takes[column]):
            rest = open_from(column + 1, left & taken)
            if rest is not None:
                return [piece, *rest]
        closed.add((column, left))
        return None

    return open_from(0, (1 << rules) - 1)


def _takers(of: Cut) -> list[int]:
    """For each piece of a column the rules that take it or may take it, as bits."""
    changes = [0] * (len(of.pieces) + 1)
    for rule, cell in enumerate(of.cells):
        taken = of.all if cell is None else cell
        edges = taken ^ (taken << 1)  # where a run of pieces begins and where it has ended
        while edges:
            at = _lowest(edges)
            changes[at] ^= 1 << rule
            edges &= edges - 1
    return list(accumulate(changes, xor))[:-1]


def _lowest(bits: int) -> int:
    return (bits & -bits).bit_length() - 1


def _example(cuts: Sequence[Cut], pieces: Sequence[int]) -> object:
    """An input in words, one value for each column that any rule asks about."""
    every = list(zip(cuts, pieces, strict=True))
    asked = [pair for pair in every if any(cell != pair[0].all for cell in pair[0].cells)]
    chosen = [(each.label, each.pieces[piece]) for each, piece in asked or every]

    def say(lang: str) -> str:
        parts = [f"{label} = {_said(piece, lang)}" for label, piece in chosen]
        return ("、" if lang == "zh" else ", ").join(parts)

    return say


def _said(piece: Piece, lang: str) -> str:
    return piece.en if lang == "en" else piece.zh


def _finding(file: str, level: Level, rule: TableRule, code: str, **values: object) -> Finding:
    shown: Mapping[str, object] = values
    return Finding(level, file, rule.id, rule.line, code, shown)
