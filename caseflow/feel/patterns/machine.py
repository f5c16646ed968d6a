"""The machine that looks for a pattern: all possibilities side by side, the preferred one first."""

from __future__ import annotations

from dataclasses import dataclass

from caseflow.feel.patterns.compiler import At, Instruction, Jump, Program, Save, Split, Take

Slots = tuple[int, ...]


class TooMuchWork(Exception):
    """Text and pattern together are too large."""


@dataclass(frozen=True, slots=True)
class Match:
    """Where a pattern was found, and its groups; a group that took no part is empty."""

    start: int
    end: int
    groups: tuple[str, ...]


@dataclass(slots=True)
class Work:
    """How much may be done, and how much has been."""

    most: int
    spent: int = 0

    def spend(self, units: int = 1) -> None:
        """Count; too much raises TooMuchWork."""
        self.spent += units
        if self.spent > self.most:
            raise TooMuchWork


def search(program: Program, text: str, work: Work) -> list[Match]:
    """Find all places, from left to right, that do not overlap; at an empty one it goes on."""
    found: list[Match] = []
    at = 0
    while at <= len(text):
        slots = _find(program, text, at, work)
        if slots is None:
            break
        start, end = slots[0], slots[1]
        found.append(Match(start, end, _groups(slots, text)))
        at = end if end > start else end + 1
    return found


def _groups(slots: Slots, text: str) -> tuple[str, ...]:
    pairs = zip(slots[2::2], slots[3::2], strict=True)
    return tuple(text[start:end] if end >= 0 else "" for start, end in pairs)


def _find(program: Program, text: str, start: int, work: Work) -> Slots | None:
    """Find the leftmost place, and there what the pattern prefers."""
    best: Slots | None = None
    threads: dict[int, Slots] = {}
    blank = (-1,) * (2 * program.groups + 2)
    for at in range(start, len(text) + 1):
        reached: dict[int, Slots] = {}
        for place, slots in threads.items():
            _follow(program.code, reached, (place, slots), (text, at), work)
        if best is None:
            _follow(program.code, reached, (0, (at, *blank[1:])), (text, at), work)
        threads = {}
        for place, slots in reached.items():
            if place == len(program.code):
                best = (slots[0], at, *slots[2:])
                break
            instruction = program.code[place]
            work.spend()
            if isinstance(instruction, Take) and at < len(text) and instruction.held(text[at]):
                threads.setdefault(place + 1, slots)
        if best is not None and not threads:
            return best
    return best


def _follow(
    code: tuple[Instruction, ...],
    reached: dict[int, Slots],
    begin: tuple[int, Slots],
    where: tuple[str, int],
    work: Work,
) -> None:
    """Go on without reading, as far as the next characters to take, in the order of preference."""
    seen: set[int] = set()
    waiting = [begin]
    while waiting:
        place, slots = waiting.pop()
        if place in reached or place in seen:
            continue
        seen.add(place)
        work.spend()
        match code[place] if place < len(code) else None:
            case Split(first, second):
                waiting += [(place + second, slots), (place + first, slots)]
            case Jump(to):
                waiting.append((place + to, slots))
            case Save(slot):
                saved = (*slots[:slot], where[1], *slots[slot + 1 :])
                waiting.append((place + 1, saved))
            case At() as wanted:
                if _is_at(wanted, *where):
                    waiting.append((place + 1, slots))
            case _:
                reached[place] = slots


def _is_at(wanted: At, text: str, at: int) -> bool:
    if wanted.end == "^":
        return at == 0 or (wanted.each_line and text[at - 1] == "\n")
    return at == len(text) or (wanted.each_line and text[at] == "\n")
