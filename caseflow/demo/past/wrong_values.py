"""Values that a source has delivered wrongly: what the facts say, and what the papers say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from caseflow.demo.past.scene import Doubt, Scene
from caseflow.lake import corrections, fields
from caseflow.lake.fields import Field, Kind
from caseflow.services.kinds.data_correction import lines

# What officers look at when they compare a household's figures.
_COMPARED = ("sales_taxable", "sales_simple", "rev_main")
_GRADE = "credit_grade"
_LEAST = Decimal("0.01")
# What the papers show: this share of what was delivered, as a slipped digit would have it.
_SHARE = Decimal("0.1")


@dataclass(frozen=True)
class WrongValue:
    """A value of a month, as delivered and as it should be."""

    field: Field
    period: int
    before: str
    after: str


def of(scene: Scene) -> list[WrongValue]:
    """One value for the doubts of a case, the first that can be corrected; or none."""
    found = next((value for doubt in scene.doubts for value in _of(scene, doubt)), None)
    return [found] if found else []


def of_household(scene: Scene) -> list[WrongValue]:
    """A value of the latest month delivered, where no doubt names one that can be corrected."""
    today = scene.today
    month = months_before(today.year * 100 + today.month, 2)
    return of_month(scene.taxpayer.id, month) or [_grade(scene.taxpayer.id, month)]


def of_month(taxpayer_id: int, month: int) -> list[WrongValue]:
    """A value of a household and month that was delivered; or none."""
    known = fields.shipped().fields
    for name in _COMPARED:
        before = lines.standing(known[name], taxpayer_id, month)
        amount = Decimal(before) if before else Decimal(0)
        after = (amount * _SHARE).quantize(_LEAST)
        if after > 0:
            return [WrongValue(known[name], month, before, f"{after}")]
    return []


def _grade(taxpayer_id: int, month: int) -> WrongValue:
    """The credit grade, for a household of which no amount was delivered."""
    field = fields.shipped().fields[_GRADE]
    before = lines.standing(field, taxpayer_id, month)
    return WrongValue(field, month, before, "B" if before != "B" else "C")


def months_before(period: int, count: int) -> int:
    """The month so many months before a month."""
    months = period // 100 * 12 + period % 100 - 1 - count
    return months // 12 * 100 + months % 12 + 1


def _of(scene: Scene, doubt: Doubt) -> Iterator[WrongValue]:
    known = fields.shipped().fields
    for told in doubt.inputs.values():
        if not isinstance(told, dict):
            continue
        field, period = known.get(str(told["field"])), int(told["last"])
        if field is None or field.derived is not None or field.grain not in corrections.GRAINS:
            continue
        if field.type is not Kind.DECIMAL:
            continue
        before = lines.standing(field, scene.taxpayer.id, period)
        amount = Decimal(before) if before else Decimal(0)
        after = (amount * _SHARE).quantize(_LEAST)
        if after > 0:
            yield WrongValue(field, period, before, f"{after}")
