"""What the address of the insight asks for, and links that keep it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from flask import request

from caseflow.models import Definition
from caseflow.reads.cases import Course
from caseflow.reads.insight import Wish
from caseflow.vocabulary import Invalid
from caseflow.web import listing
from caseflow.web.speech import _

_ALL = "all"


class Heat(StrEnum):
    """By what the steps of the drawing are tinted."""

    CASES = "cases"
    AGE = "age"
    LATE = "late"
    TIME = "time"
    AGAIN = "again"

    def say(self) -> str:
        """Its name on the page."""
        names = {
            Heat.CASES: _("在办件数"),
            Heat.AGE: _("停留天数"),
            Heat.LATE: _("逾期占比"),
            Heat.TIME: _("办理用时"),
            Heat.AGAIN: _("重办件数"),
        }
        return names[self]


@dataclass(frozen=True, slots=True)
class Settings:
    """The cases asked for, on which drawing, tinted by what."""

    definition: Definition
    # Of which version: the one drawn when empty, ``all``, or the id of another.
    version: str
    unit_id: int | None
    since: date | None
    until: date | None
    heat: Heat

    @property
    def wish(self) -> Wish:
        """The cases as they are read."""
        is_whole = self.version == _ALL
        course = Course(
            process=self.definition.process if is_whole else "",
            version_id=None if is_whole else int(self.version or self.definition.id),
            since=self.since,
            until=self.until,
        )
        return Wish(course, self.unit_id)

    def heat_links(self) -> list[dict[str, object]]:
        """The tints to choose from."""
        return [
            {
                "name": heat.say(),
                "href": listing.link(heat=None if heat is Heat.CASES else heat.value),
                "is_current": heat is self.heat,
                "count": None,
            }
            for heat in Heat
        ]

    def asked(self) -> dict[str, Any]:
        """The same cases as the address of the insight asks for them."""
        told = {
            "version": self.version,
            "unit": self.unit_id,
            "since": self.since,
            "until": self.until,
        }
        return {name: str(value) for name, value in told.items() if value}

    def kept(self) -> dict[str, Any]:
        """What narrows the cases, as the list of cases and the event log are asked for it."""
        course = self.wish.course
        told = {
            "process": course.process,
            "version": course.version_id,
            "unit": self.unit_id,
            "since": course.since,
            "until": course.until,
        }
        return {name: str(value) for name, value in told.items() if value}


def asked(definition: Definition) -> Settings:
    """Read the address; an unknown tint gives way to the usual one.

    Raises:
        Invalid: a date, a number or a version cannot be read.
    """
    version = request.args.get("version", "")
    if version not in ("", _ALL):
        listing.number("version")
    since, until = listing.day("since"), listing.day("until")
    if since and until and since > until:
        raise Invalid("bad_page")
    heat = request.args.get("heat", "")
    return Settings(
        definition=definition,
        version="" if version == str(definition.id) else version,
        unit_id=listing.number("unit"),
        since=since,
        until=until,
        heat=Heat(heat) if heat in set(Heat) else Heat.CASES,
    )
