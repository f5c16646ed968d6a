"""What becomes of a case's variables in another version: no longer known, or asked and not there.

Neither keeps a case from going: it would go on, by the default way, and nobody would know why.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from caseflow.element_names import renamed
from caseflow.engine import codec, flow_checks
from caseflow.engine.drawings import Drawing
from caseflow.engine.migration import Hindrance
from caseflow.engine.processes import Process

FORGOTTEN, UNSET = "forgotten", "unset"


class Carrying:
    """Two versions and what is called otherwise; made once, asked for every case."""

    def __init__(self, old: Process, new: Process, mapping: Mapping[str, str]) -> None:
        """Read once which elements of each version set and ask each variable."""
        self.old, self.new, self.mapping = old, new, mapping
        self.gone = old.variables.keys() - new.variables.keys()
        self._before, self._behind = _Course(old), _Course(new)

    def warnings(self, state: bytes) -> tuple[Hindrance, ...]:
        """Values that are lost on the new version, and those that it will miss from here on."""
        run = codec.read(self.old.spec, state, None)
        held = {name for name, value in run.variables.items() if value is not None}
        places = {token.task_spec.element.id for token in run.tasks.values()} - {""}
        there = {renamed(place, self.mapping) for place in places}
        unset = self._behind.unset(there, held) - self._before.unset(places, held)
        return tuple(
            Hindrance(code, name, name, name)
            for code, names in ((FORGOTTEN, self.gone & held), (UNSET, unset))
            for name in sorted(names)
        )


class _Course:
    """Who sets and who asks each variable of a version, and what lies ahead of each element."""

    def __init__(self, process: Process) -> None:
        drawing = Drawing(
            "", process.key, elements=dict(process.elements), flows=dict(process.flows)
        )
        uses = flow_checks.uses_of(drawing, process.variables, process.forms, process.decisions)
        self.setters = uses.setters
        self.readers = {
            name: {element.id for element in readers} for name, readers in uses.readers.items()
        }
        self.after = flow_checks.after_of(drawing)

    def unset(self, places: Collection[str], held: Collection[str]) -> set[str]:
        """The variables that will be asked ahead, have no value, and that nothing ahead sets."""
        ahead = set(places)
        for place in places:
            ahead |= self.after.get(place, frozenset())
        return {
            name
            for name, readers in self.readers.items()
            if name not in held and readers & ahead and not self.setters.get(name, set()) & ahead
        }
