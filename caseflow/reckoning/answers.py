"""The answer to a question, with the calculation sheet 计算过程 that leads to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from caseflow.bilingual import Words, same
from caseflow.working_days import Language

_NOTHING = same("")


@dataclass(frozen=True, slots=True)
class Step:
    """
    One line of a sheet: what is reckoned, how with figures, what comes out, and by which rule.

    ``is_sum`` says that the result follows from what stands before it by arithmetic.
    ``is_total`` marks the lines that answer the question, ``is_heading`` what only heads others.
    """

    what: Words
    how: Words = _NOTHING
    result: Words = _NOTHING
    basis: Words = _NOTHING
    is_total: bool = False
    is_heading: bool = False
    is_sum: bool = True

    def say(self, language: Language) -> str:
        """Tell the line as one sentence: ``what：how = result（basis）``."""
        what, how, result, basis = (
            each.say(language) for each in (self.what, self.how, self.result, self.basis)
        )
        colon, opening, closing = ("：", "（", "）") if language == "zh" else (": ", " (", ")")
        comma = "，" if language == "zh" else ", "
        sums = (" = " if self.is_sum else comma).join(part for part in (how, result) if part)
        told = f"{what}{colon}{sums}" if sums else what
        return f"{told}{opening}{basis}{closing}" if basis else told


@dataclass(frozen=True, slots=True)
class Answer:
    """Plain JSON values by their names, and the sheet."""

    values: Mapping[str, object]
    steps: Sequence[Step]

    def explain(self, language: Language) -> tuple[str, ...]:
        """Tell the sheet line by line."""
        return tuple(step.say(language) for step in self.steps)
