"""The answer to a question, with the calculation sheet 计算过程 that leads to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from caseflow.reckoning.words import Words, same
from caseflow.working_days import Language

_NOTHING = same("")


@dataclass(frozen=True, slots=True)
class Step:
    """
    One line of a sheet: what is reckoned, how with figures, what comes out, and by which rule.

    ``is_total`` marks the lines that an answer rests on.
    """

    what: Words
    how: Words = _NOTHING
    result: Words = _NOTHING
    basis: Words = _NOTHING
    is_total: bool = False

    def say(self, language: Language) -> str:
        """Tell the line as one sentence: ``what：how = result（basis）``."""
        what, how, result, basis = (
            each.say(language) for each in (self.what, self.how, self.result, self.basis)
        )
        colon, opening, closing = ("：", "（", "）") if language == "zh" else (": ", " (", ")")
        sums = " = ".join(part for part in (how, result) if part)
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
