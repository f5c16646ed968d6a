"""Tax receipts 税收票证 taken in from a file; the same line again changes nothing."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.lake import reading
from caseflow.models import Payment, Taxpayer
from caseflow.services import record
from caseflow.vocabulary import Actor, Invalid, PaidItem, Verb
from caseflow.vocabulary.choices import Tax

# Column -> its Chinese and English title; those of a fine have no tax and no period.
COLUMNS: Mapping[str, tuple[str, str]] = {
    "receipt": ("票证号码", "receipt"),
    "line": ("行次", "line"),
    "tin": ("纳税人识别号", "taxpayer number"),
    "item": ("项目", "item"),
    "tax": ("税种", "tax"),
    "period": ("所属期", "period"),
    "amount": ("金额", "amount"),
    "paid_on": ("缴款日期", "paid on"),
    "names": ("任务或文书编号", "case or paper"),
}
_MAY_BE_EMPTY = frozenset({"tax", "period", "names"})
_LONGEST = 60
_AMOUNT = re.compile(r"\d{1,13}(\.\d{1,2})?")
_PERIOD = re.compile(r"(\d{4})-?(0[1-9]|1[0-2])?")
_SAME = ("taxpayer_id", "item", "tax", "period", "amount", "paid_on")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line of the file; line 1 is its header."""

    line: int
    code: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The payments that are new, and how many lines were known."""

    new: tuple[int, ...]
    known: int


def take_in(session: Session, actor: Actor, path: Path) -> Outcome:
    """Put the receipts of a file on file; a line that is known is left as it is.

    Raises:
        Invalid: ``payments`` with every fault in ``values['faults']``, a known receipt that says
            something else among them; nothing is put on file then.
    """
    if actor.user_id is not None:
        policy.require(actor, Verb.IMPORT_FACTS)
    rows, faults = _read(session, path)
    if faults:
        raise Invalid("payments", file=path.name, faults=tuple(faults))
    new: list[int] = []
    for line, row in rows:
        made = insert(Payment).values(**row, source=path.name, taken_at=clock.now())
        found = session.scalar(
            made.on_conflict_do_nothing(index_elements=["receipt", "line"]).returning(Payment.id)
        )
        if found is not None:
            new.append(found)
        elif _differs(session, row):
            faults.append(Fault(line, "RECEIPT_DIFFERS", row))
    if faults:
        raise Invalid("payments", file=path.name, faults=tuple(faults))
    if new:
        payload = {
            "file": path.name,
            "sha256": reading.digest(path),
            "new": len(new),
            "known": len(rows) - len(new),
        }
        record.append(session, actor, "sys:facts", action="facts.payments_taken", payload=payload)
    return Outcome(tuple(new), len(rows) - len(new))


def _differs(session: Session, row: Mapping[str, Any]) -> bool:
    known = session.scalars(
        select(Payment).where(Payment.receipt == row["receipt"], Payment.line == row["line"])
    ).one()
    return any(getattr(known, name) != row[name] for name in _SAME)


def _read(session: Session, path: Path) -> tuple[list[tuple[int, dict[str, Any]]], list[Fault]]:
    with tempfile.TemporaryDirectory() as workspace:
        try:
            table = reading.read(path, Path(workspace))
        except Invalid as refusal:
            at = refusal.values.get("line")
            return [], [Fault(at if isinstance(at, int) else 1, refusal.code, refusal.values)]
        names = [_column_of(title) for title in table.header]
        wrong = sorted(set(COLUMNS) ^ set(names))
        if wrong or len(set(names)) != len(names):
            return [], [Fault(1, "WRONG_COLUMNS", {"wrong": wrong})]
        lines = [(line, cells) for _n, line, cells in table.records() if any(map(str.strip, cells))]
    tins = {cells[names.index("tin")].strip() for _, cells in lines if len(cells) == len(names)}
    payers = dict(
        session.execute(select(Taxpayer.tin, Taxpayer.id).where(Taxpayer.tin.in_(tins))).all()
    )
    rows: list[tuple[int, dict[str, Any]]] = []
    faults = [] if lines else [Fault(1, "FILE_EMPTY", {})]
    for line, cells in lines:
        if len(cells) != len(names):
            values = {"found": len(cells), "wanted": len(names)}
            faults.append(Fault(line, "CELL_COUNT", values))
            continue
        given = {name: cell.strip() for name, cell in zip(names, cells, strict=True)}
        wrong_here = [Fault(line, code, values) for code, values in _wrong(given, payers)]
        faults += wrong_here
        if not wrong_here:
            rows.append((line, _row(given, payers)))
    return rows, faults


def _wrong(
    given: Mapping[str, str], payers: Mapping[str, int]
) -> Iterator[tuple[str, dict[str, object]]]:
    for name in COLUMNS:
        if not given[name] and name not in _MAY_BE_EMPTY:
            yield "MISSING", {"column": name}
        elif len(given[name]) > _LONGEST:
            yield "TOO_LONG", {"column": name, "longest": _LONGEST}
    yield from _wrong_duty(given)
    if given["tin"] and given["tin"] not in payers:
        yield "PAYER_UNKNOWN", {"value": given["tin"]}
    plain = given["amount"].replace(",", "")
    if given["amount"] and not (_AMOUNT.fullmatch(plain) and Decimal(plain)):
        yield "BAD_AMOUNT", {"value": given["amount"]}
    if given["line"] and not (given["line"].isascii() and given["line"].isdigit()):
        yield "BAD_LINE", {"value": given["line"]}
    if given["paid_on"] and not _is_past(given["paid_on"]):
        yield "BAD_DAY", {"value": given["paid_on"]}


def _wrong_duty(given: Mapping[str, str]) -> Iterator[tuple[str, dict[str, object]]]:
    """What is wrong with what was paid: tax and surcharge are of a tax and a period."""
    item = _item(given["item"])
    if given["item"] and item is None:
        yield "UNKNOWN_WORD", {"column": "item", "value": given["item"]}
    if item is not None and item is not PaidItem.FINE:
        if _tax(given["tax"]) is None:
            yield "UNKNOWN_WORD", {"column": "tax", "value": given["tax"]}
        if not _PERIOD.fullmatch(given["period"]):
            yield "BAD_PERIOD", {"value": given["period"]}


def _row(given: Mapping[str, str], payers: Mapping[str, int]) -> dict[str, Any]:
    item = _item(given["item"])
    is_fine = item is PaidItem.FINE
    return {
        "receipt": given["receipt"],
        "line": int(given["line"]),
        "taxpayer_id": payers[given["tin"]],
        "item": item,
        "tax": None if is_fine else _tax(given["tax"]),
        "period": None if is_fine else int(given["period"].replace("-", "")),
        "amount": Decimal(given["amount"].replace(",", "")),
        "paid_on": date.fromisoformat(given["paid_on"]),
        "names": given["names"] or None,
    }


def _is_past(text: str) -> bool:
    try:
        return date.fromisoformat(text) <= clock.today()
    except ValueError:
        return False


def _item(word: str) -> PaidItem | None:
    named = (each for each in PaidItem if word.lower() in (each.value, each.zh, each.en))
    return next(named, None)


def _tax(word: str) -> str | None:
    named = (each for each in Tax if word.lower() in (each.value, each.zh, each.en.lower()))
    return next((each.value for each in named), None)


def _column_of(title: str) -> str:
    plain = title.strip().lstrip("\ufeff")
    named = (name for name, titles in COLUMNS.items() if plain.lower() in (name, *titles))
    return next(named, plain)
