"""What the address of a board asks for, and the links that keep it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from flask import request, url_for

from caseflow.vocabulary import Rate
from caseflow.web.languages import say
from caseflow.web.speech import _


class Measure(StrEnum):
    """By what the units below are ranked, worst first."""

    ON_TIME = "on_time"
    HIT = "hit"
    PAID = "paid"
    FILING = Rate.FILING.value
    PAYMENT = Rate.PAYMENT.value
    ABNORMAL = Rate.ABNORMAL.value

    @property
    def rate(self) -> Rate | None:
        """The rate of the facts that it is; None when it is counted from cases."""
        return Rate(self.value) if self.value in {rate.value for rate in Rate} else None

    def say(self) -> str:
        """Its name in the language of the page."""
        if self.rate is not None:
            return say(self.rate)
        return {
            Measure.ON_TIME: _("已结按期率"),
            Measure.HIT: _("已结命中率"),
            Measure.PAID: _("入库税款"),
        }[self]


@dataclass(frozen=True, slots=True)
class Settings:
    """Unit, measure and month of the board; what is unknown gives way to what is usual."""

    unit_id: int | None
    measure: Measure
    period: int | None
    has_all: bool
    # Without the menu and a quarter larger, for a wall.
    is_big: bool

    def link(self, unit_id: int | None, *, measure: Measure | None = None, anchor: str = "") -> str:
        """The board of a unit with the same month, and the same measure unless another is named."""
        return self._link(unit_id, measure or self.measure, self.period, anchor=anchor)

    def month_link(self, unit_id: int, period: int) -> str:
        """The same board with the rates of another month."""
        return self._link(unit_id, self.measure, period)

    def all_link(self, unit_id: int) -> str:
        """The same board with every row of the ranking."""
        return replace(self, has_all=True).link(unit_id, anchor="ranking")

    def big_link(self, unit_id: int) -> str:
        """The same board for a wall, or back from it."""
        return replace(self, is_big=not self.is_big).link(unit_id)

    def _link(
        self, unit_id: int | None, measure: Measure, period: int | None, *, anchor: str = ""
    ) -> str:
        return url_for(
            "dashboard.page",
            unit=unit_id,
            measure=None if measure is Measure.ON_TIME else measure.value,
            period=period,
            all=1 if self.has_all else None,
            screen="big" if self.is_big else None,
            _anchor=anchor or None,
        )


def asked() -> Settings:
    """Read the address."""
    measure = request.args.get("measure", "")
    return Settings(
        unit_id=request.args.get("unit", None, int),
        measure=Measure(measure) if measure in set(Measure) else Measure.ON_TIME,
        period=request.args.get("period", None, int),
        has_all=request.args.get("all") == "1",
        is_big=request.args.get("screen") == "big",
    )
