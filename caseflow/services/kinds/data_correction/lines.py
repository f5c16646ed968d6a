"""The corrected values of a case: how they are kept, read from the lake and told apart.

``case.facts["lines"]`` is a list with one entry for each value: ``field``, ``period`` (YYYYMM),
``before`` and ``after`` as people read them, ``kind`` of error and ``way``. Never changed by a
later step: a request that was sent back writes them anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.lake import batches, cells, corrections, fields
from caseflow.lake.cells import Value
from caseflow.lake.fields import Field
from caseflow.models import Case
from caseflow.services import place
from caseflow.vocabulary import CaseKind

# Figures of a return: what the taxpayer declared is never corrected here.
_RETURNS = ("sales_", "vat_", "input_", "cit_", "ct_")
_RETURN_FIGURES = frozenset({"taxable_income", "declared_tax", "rd_super_deduct"})
# Registration items that change by an application of the taxpayer.
_REGISTRATION = frozenset(
    {"taxpayer_name", "legal_rep_name", "legal_rep_id", "business_address", "reg_status"}
)
# Treasury receipts and the stock of invoices: only their source can say otherwise.
_SOURCE_ONLY = frozenset({"paid_tax", "paid_on_time_tax", "vehicle_tax", "refund_tax", "fw_stock"})
_STATUS = frozenset({"reg_status", "credit_grade", "is_key_source"})
# Amounts of tax, sales, input and invoices, whose difference decides who approves.
_AMOUNTS = (*_RETURNS, "fw_", "ord_", "ds_bt_", "hg_import_", "declared_", "freight_", "agri_")
# The sources that are no system of the tax administration.
THIRD_PARTIES = frozenset({"DS", "GS", "HG", "DY", "YL", "ZJ", "WJM", "BX", "FY", "STAT"})


@dataclass(frozen=True, slots=True)
class Line:
    """One corrected value as a case keeps it."""

    field: Field
    period: int
    before: str
    after: str
    kind: str

    @property
    def key(self) -> tuple[str, int]:
        """What is corrected of the household: field and month."""
        return self.field.name, self.period

    @property
    def value(self) -> Value:
        """The new value as it is stored."""
        return _stored(self.field, self.after)

    @property
    def difference(self) -> float:
        """By how many yuan an amount changes, whichever way; 0 of anything else."""
        if self.field.unit != "CNY" or not self.field.name.startswith(_AMOUNTS):
            return 0.0
        before, after = (_stored(self.field, each) or 0 for each in (self.before, self.after))
        return abs(int(str(after)) - int(str(before))) / self.field.scale


def is_return_figure(field: Field) -> bool:
    """Whether the taxpayer declares it in a return."""
    is_declared = field.source == "CTAIS" and field.grain is fields.Grain.MONTH
    named = field.name.startswith(_RETURNS) or field.name in _RETURN_FIGURES
    return is_declared and named


def is_registration_item(field: Field) -> bool:
    """Whether it changes by an application of the taxpayer."""
    return field.name in _REGISTRATION


def is_source_fact(field: Field) -> bool:
    """Whether only its source can say otherwise."""
    return field.name in _SOURCE_ONLY


def is_status(field: Field) -> bool:
    """Whether it is the status, the credit grade or the mark of a key source."""
    return field.name in _STATUS


def of(case: Case) -> tuple[Line, ...]:
    """The corrected values of a case, in the order of its form."""
    known = fields.shipped().fields
    return tuple(
        Line(
            field=known[each["field"]],
            period=int(each["period"]),
            before=each["before"],
            after=each["after"],
            kind=each["kind"],
        )
        for each in case.facts.get("lines", [])
    )


def correctable(name: str) -> Field | None:
    """The field of this name, if sources deliver it of households; a derived one is not."""
    field = fields.shipped().fields.get(name)
    if field is None or field.derived is not None or field.grain not in corrections.GRAINS:
        return None
    return field


def month(text: str, today: date) -> int | None:
    """The month somebody typed as 2009-12, if it has begun by then; None: there is no such."""
    year, _, number = text.strip().partition("-")
    if not (year.isdecimal() and number.isdecimal()):
        return None
    period = int(year) * 100 + int(number)
    return period if cells.is_period_known(period, today) else None


def standing(field: Field, tp: int, period: int) -> str:
    """What the newest facts say of a value, as people read it; empty: nothing."""
    root = place.here().lake
    found = corrections.current(
        fields.shipped(), batches.snapshot(root), field, root=root, tp=tp, period=period
    )
    return corrections.written(field, found.value) if found else ""


def same_open(session: Session, case: Case, source: str, keys: Sequence[tuple[str, int]]) -> str:
    """The number of another open correction of one of these values; empty: there is none."""
    for other in _others(session, case):
        is_of_source = other.closed_at is None and other.facts.get("source") == source
        if is_of_source and {line.key for line in of(other)} & set(keys):
            return other.number
    return ""


def named_open(session: Session, taxpayer_id: int, source: str, key: tuple[str, int]) -> str:
    """The number of an open correction of a household that names this value; empty: none.

    A correction whose form is not handed in yet names the value that it was begun with.
    """
    found = select(Case).where(
        Case.kind == CaseKind.DC, Case.taxpayer_id == taxpayer_id, Case.closed_at.is_(None)
    )
    for other in session.scalars(found.order_by(Case.id)):
        said = other.facts
        begun = said.get("begun_with") if "lines" not in said else None
        keys = {(begun["field"], begun["period"])} if begun else {each.key for each in of(other)}
        if key in keys and (begun or said)["source"] == source:
            return other.number
    return ""


def were_corrected(session: Session, case: Case) -> bool:
    """Whether one of the values of a case was corrected before."""
    own = {line.key for line in of(case)}
    return any(
        other.facts.get("applied_at") and {line.key for line in of(other)} & own
        for other in _others(session, case)
    )


def _others(session: Session, case: Case) -> Iterator[Case]:
    found = select(Case).where(
        Case.kind == CaseKind.DC, Case.taxpayer_id == case.taxpayer_id, Case.id != case.id
    )
    yield from session.scalars(found.order_by(Case.id))


def _stored(field: Field, text: str) -> Value:
    return corrections.read(field, text, clock.today())[0]
