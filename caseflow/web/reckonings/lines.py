"""A calculation sheet in the words of the page."""

from __future__ import annotations

from dataclasses import dataclass

from caseflow.reckoning import Step
from caseflow.web.languages import language


@dataclass(frozen=True, slots=True)
class Line:
    """A step of a sheet in the language of the page."""

    what: str
    how: str
    result: str
    basis: str
    is_total: bool
    is_heading: bool


def line_of(step: Step) -> Line:
    """A step in the language of the page."""
    tongue = language()
    return Line(
        what=step.what.say(tongue),
        how=step.how.say(tongue),
        result=step.result.say(tongue),
        basis=step.basis.say(tongue),
        is_total=step.is_total,
        is_heading=step.is_heading,
    )


def heading(name: str) -> Line:
    """A line that heads others."""
    return Line(name, "", "", "", is_total=False, is_heading=True)
