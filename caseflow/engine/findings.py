"""What a check of a bundle found: element, line, and what to do about it, in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from caseflow import feel
from caseflow.engine.sentences import SENTENCES, worded

Level = Literal["error", "warning"]


@dataclass(frozen=True)
class Finding:
    """One remark on a file of a bundle; ``element`` and ``line`` say where, 0 is the whole file."""

    level: Level
    file: str
    element: str
    line: int
    code: str
    values: Mapping[str, object] = field(default_factory=dict)
    # The finding without which this one would not be; see ``causes``.
    follows: Finding | None = None

    @property
    def fault(self) -> feel.FeelError | None:
        """The fault of an expression, where the finding tells of one."""
        owner = getattr(self.values.get("reason"), "__self__", None)
        return owner if isinstance(owner, feel.FeelError) else None

    @property
    def unknown_name(self) -> str:
        """The name that is asked for and nobody declared, where the finding tells of one."""
        if self.code == "dmn_input":
            return str(self.values["name"])
        fault = self.fault
        return str(fault.values["name"]) if fault and fault.code == "unknown_name" else ""

    def say(self, lang: str) -> str:
        """Say it in ``zh`` or ``en``: where, what is wrong, what to do."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        place = f"{where} {self.element}".rstrip()
        return f"{place}: {self.what(lang)}" if lang == "en" else f"{place}：{self.what(lang)}"

    def what(self, lang: str) -> str:
        """Say what is wrong and what to do, for a page that shows the place itself."""
        said = worded(self.code, {"element": self.element, **self.values}, lang)
        return said + self._remedy()[lang == "en"]

    def _remedy(self) -> tuple[str, str]:
        """How a name that nobody declared becomes a variable; the expression cannot know."""
        is_unknown = self.fault is not None and self.fault.code == "unknown_name"
        return SENTENCES["undeclared"] if is_unknown else ("", "")


def folded(findings: Iterable[Finding]) -> list[tuple[Finding, list[Finding]]]:
    """The findings that stand for themselves, each with those that only follow from it."""
    every = list(findings)
    heads: dict[int, tuple[Finding, list[Finding]]] = {}
    present = {id(each) for each in every}
    for each in every:
        if each.follows is None or id(each.follows) not in present:
            heads[id(each)] = (each, [])
    for each in every:
        if id(each) not in heads:
            heads[id(each.follows)][1].append(each)
    return list(heads.values())
