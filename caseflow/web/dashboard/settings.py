"""What the address of a board asks for, and the links that keep it."""

from __future__ import annotations

from dataclasses import dataclass
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
            Measure.ON_TIME: _("按期办结率"),
            Measure.HIT: _("命中率"),
            Measure.PAID: _("入库税款"),
        }[self]


@dataclass(frozen=True, slots=True)
class Settings:
    """Unit, measure and month of the board; what is unknown gives way to what is usual."""

    unit_id: int | None
    measure: Measure
    period: int | None
    has_all: bool

    def link(self, unit_id: int | None, *, measure: Measure | None = None, anchor: str = "") -> str:
        """The board of a unit with the same month, and the same measure unless another is named."""
        chosen = measure or self.measure
        return url_for(
            "dashboard.page",
            unit=unit_id,
            measure=None if chosen is Measure.ON_TIME else chosen.value,
            period=self.period,
            _anchor=anchor or None,
        )

    def month_link(self, unit_id: int, period: int) -> str:
        """The same board with the rates of another month."""
        measure = None if self.measure is Measure.ON_TIME else self.measure.value
        return url_for("dashboard.page", unit=unit_id, measure=measure, period=period)

    def all_link(self, unit_id: int) -> str:
        """The same board with every row of the ranking."""
        measure = None if self.measure is Measure.ON_TIME else self.measure.value
        return url_for(
            "dashboard.page",
            unit=unit_id,
            measure=measure,
            period=self.period,
            all=1,
            _anchor="ranking",
        )


def asked() -> Settings:
    """Read the address."""
    measure = request.args.get("measure", "")
    return Settings(
        unit_id=request.args.get("unit", None, int),
        measure=Measure(measure) if measure in set(Measure) else Measure.ON_TIME,
        period=request.args.get("period", None, int),
        has_all=request.args.get("all") == "1",
    )
