"""What an event says beside its kind, as lines of name, before and after, all in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from caseflow.reads.audits.named import PEOPLE, Named
from caseflow.reads.record import Event
from caseflow.web import words
from caseflow.web.audits import payload_words
from caseflow.web.languages import name_of
from caseflow.web.speech import _

_LONGEST = 160
# Said elsewhere on the line, or of no use to a reader: the numbers of rows.
_LEFT_OUT = frozenset(
    {"changes", "before", "after", "grant", "request", "file", "draft", "migration"}
)
_OFFICERS = ("main_officer_id", "second_officer_id")


@dataclass(frozen=True, slots=True)
class Line:
    """One field: what it was before and after; ``before`` None where only one value is told."""

    name: str
    before: str | None
    after: str


def lines(event: Event, named: Named) -> tuple[Line, ...]:
    """The fields of an event; people, cases and steps by name, changes as before and after."""
    teller = _Teller(event.action, named)
    told = teller.recusal if event.action == "case.recused" else teller.fields
    return tuple(told(event.payload))


@dataclass(frozen=True, slots=True)
class _Teller:
    """Says what the events of one action tell."""

    action: str
    named: Named

    def fields(self, payload: Mapping[str, object]) -> Iterator[Line]:
        """Every field, the changes first."""
        before, after = payload.get("before"), payload.get("after")
        if isinstance(before, Mapping) or isinstance(after, Mapping):
            yield from self._pairs(before, after)
        elif "before" in payload or "after" in payload:
            yield Line(_("内容"), self._said("", before), self._said("", after))
        changes = payload.get("changes")
        if isinstance(changes, list):
            yield from (self._change(each) for each in changes if isinstance(each, Mapping))
        for key in payload_words.in_order(payload):
            is_said = key == "name" and "user" in payload  # the person's, told by the id too
            if key not in _LEFT_OUT and not is_said:
                yield self._line(key, payload[key])

    def recusal(self, payload: Mapping[str, object]) -> Iterator[Line]:
        """Who was recused and why, who goes on in which place, and what became of the steps.

        The event keeps only what was before; who came after is the officer that it names.
        """
        before = payload.get("before")
        case = before.get("case") if isinstance(before, Mapping) else None
        was = case if isinstance(case, Mapping) else {}
        for key in ("user", "tie"):
            yield self._line(key, payload.get(key))
        for key in _OFFICERS:
            if key in was:
                yield Line(
                    self._name(key), self._said(key, was[key]), self._said(key, payload["officer"])
                )
        for key in ("officer", "stand_in", "handed_over", "released"):
            is_said = key == "officer" and any(each in was for each in _OFFICERS)
            if payload.get(key) and not is_said:
                yield self._line(key, payload[key])

    def _pairs(self, before: object, after: object) -> Iterator[Line]:
        old = before if isinstance(before, Mapping) else {}
        new = after if isinstance(after, Mapping) else {}
        for key in [*old, *(each for each in new if each not in old)]:
            if old.get(key) != new.get(key):
                told = self._said(key, old.get(key)), self._said(key, new.get(key))
                yield Line(self._name(key), *told)

    def _change(self, change: Mapping[str, object]) -> Line:
        """One of a list of changes that tell their own field, old and new value."""
        key = str(change.get("field") or change.get("name") or change.get("what") or "")
        old = change.get("before", change.get("old"))
        new = change.get("after", change.get("new"))
        return Line(self._name(key), self._said(key, old), self._said(key, new))

    def _line(self, key: str, value: object) -> Line:
        return Line(self._name(key), None, self._said(key, value))

    def _name(self, key: str) -> str:
        return payload_words.name(key, self.action)

    def _said(self, key: str, value: object) -> str:
        if value in (None, "", [], {}):
            return payload_words.nothing(key, self.action)
        if isinstance(value, bool):
            return _("是") if value else _("否")
        if isinstance(value, list):
            return _cut(words.joined(self._said(key, each) for each in value))
        if isinstance(value, Mapping):
            pairs = (f"{self._name(str(k))} {self._said(str(k), v)}" for k, v in value.items())
            return _cut(words.joined(pairs))
        return self._called(key, value) or _cut(payload_words.term(key, str(value)))

    def _called(self, key: str, value: object) -> str:
        """What the event names by its id or its key; empty where it names none that is known."""
        text, named = str(value), self.named
        if isinstance(value, int):
            return self._called_by_id(key, value)
        if key in ("handed_over", "released"):
            step = named.steps.get(text)
            return name_of(*step) if step else ""
        if key == "changed":
            kind, _colon, code = text.partition(":")
            if kind == "user" and code.isdecimal():
                return named.people.get(int(code), "")
            unit = named.units.get(code)
            return name_of(*unit) if unit else ""
        return ""

    def _called_by_id(self, key: str, value: int) -> str:
        named = self.named
        if key in PEOPLE:
            return named.people.get(value, "")
        if key in ("unit", "section_id"):
            unit = named.units.get(value)
            return name_of(*unit) if unit else ""
        if key in ("from", "to"):
            version = named.versions.get(value)
            return _("第 %(n)s 版", n=version) if version else ""
        known = {"case_id": named.cases, "taxpayer": named.taxpayers}
        return known.get(key, {}).get(value, "")


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
