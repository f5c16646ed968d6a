"""Acts of the record in words: the lines of a case's chain, its readings, what narrows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import request, url_for
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Answer
from caseflow.reads import cases as case_reads
from caseflow.reads import file_reads
from caseflow.reads import record as reads
from caseflow.reads import record_acts as acts_reads
from caseflow.vocabulary import Reading
from caseflow.vocabulary.people import CLOCKWORK, SYSTEM
from caseflow.web import action_words, answer_words, timeline
from caseflow.web import listing as lists
from caseflow.web.faults import Faults
from caseflow.web.languages import name_of, say
from caseflow.web.speech import _

# Tabs that show who looked into the case, not what was done to it.
LOOKED, REFUSED = "reads", "refused"


@dataclass(frozen=True, slots=True)
class Line:
    """One act in the chain."""

    event: reads.Event
    entry: timeline.Entry
    post: str


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """Somebody looked into the case, or was refused."""

    row: file_reads.Row
    post: str
    what: str


@dataclass(frozen=True, slots=True)
class ActLine:
    """One act found in the whole record."""

    act: acts_reads.Act
    entry: timeline.Entry
    what: str
    post: str
    stream: str
    href: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What the address asks of one case's record."""

    tab: str
    who: str
    since: date | None
    until: date | None
    before: int | None

    @property
    def is_of_readings(self) -> bool:
        """Whether readings are asked for instead of acts."""
        return self.tab in (LOOKED, REFUSED)

    def takes(self, line: Line) -> bool:
        """Whether an act of the chain is asked for."""
        day = clock.local_date(line.event.at)
        return self.tab in ("", line.entry.filter, _data(line)) and self._takes(
            line.event.actor, day
        )

    def of_readings(self) -> file_reads.Wish:
        """The same wish of the readings."""
        return file_reads.Wish(
            is_of_refusals=self.tab == REFUSED,
            actor=self.who,
            since=self.since,
            until=self.until,
            before=self.before,
        )

    def _takes(self, actor: str, day: date) -> bool:
        return (
            self.who in ("", actor)
            and (self.since is None or day >= self.since)
            and (self.until is None or day <= self.until)
        )


def wish(faults: Faults) -> Wish:
    """What the address asks for, as far as it can be read."""
    return Wish(
        tab=request.args.get("filter", ""),
        who=request.args.get("who", ""),
        since=faults.read("since", lists.day, None),
        until=faults.read("until", lists.day, None),
        before=faults.read("before", lists.number, None),
    )


def lines(
    events: Sequence[reads.Event], names: timeline.Names, answers: Mapping[int, Answer]
) -> list[Line]:
    """The acts of a case's chain, oldest first."""
    entries = timeline.of(events, names, answers)
    return [Line(event, entry, post(event)) for event, entry in zip(events, entries, strict=True)]


def readings(found: Iterable[file_reads.Row]) -> list[ReadingLine]:
    """Who looked into the case, newest first."""
    words = {
        Reading.CASE: _("查看任务页"),
        Reading.RECORD: _("查看办理留痕"),
        Reading.FILE: _("下载附件"),
        Reading.PAPER: _("打开文书"),
        Reading.REFUSED: _("查阅或办理被拒"),
    }
    return [
        ReadingLine(
            row, say(row.role) if row.role else "", " · ".join((words[row.what], *_told(row)))
        )
        for row in found
    ]


def act(found: acts_reads.Act, entry: timeline.Entry) -> ActLine:
    """One act of the whole record; an act of no case is said by its kind alone."""
    event = found.event
    return ActLine(
        act=found,
        entry=entry,
        what=entry.what if found.case_id is not None else action_words.name(event.action),
        post=post(event),
        stream=_stream(found),
        href=_href(found),
    )


def selected(found: Sequence[Line]) -> Line | None:
    """The act that the detail shows: the one asked for, else the newest."""
    wanted = request.args.get("seq", 0, int)
    return next((line for line in found if line.event.seq == wanted), found[0] if found else None)


def people(found: Iterable[Line], readers: file_reads.Readers | None) -> list[tuple[str, str]]:
    """Everybody who did something to the case or, as the auditor knows, looked into it."""
    did = {(line.event.actor, _whole_name(line)) for line in found}
    looked = readers.names.items() if readers else ()
    return sorted(did | {(f"user:{user_id}", name) for user_id, name in looked})


def _whole_name(line: Line) -> str:
    """A person's name; of the system also which part of it, for several sign as it."""
    is_machine = line.event.actor in (CLOCKWORK.signature, SYSTEM.signature)
    return f"{line.entry.who} · {line.post}" if is_machine else line.entry.who


def post(event: reads.Event) -> str:
    """The post of whoever acted; of a machine, which part of the system it was."""
    if event.role:
        return say(event.role)
    machines = {CLOCKWORK.signature: _("定时处理"), SYSTEM.signature: _("自动生成")}
    return machines.get(event.actor, "")


def tabs(
    found: list[Line], readers: file_reads.Readers | None, asked: Wish
) -> list[dict[str, object]]:
    """The kinds of acts with how many there are of each; those of readings for the auditor."""
    names: tuple[tuple[str, str, int | str], ...] = (
        ("", _("全部"), len(found)),
        ("course", _("流程"), _count(found, "course")),
        ("data", _("数据修改"), _count(found, "data")),
        ("files", _("附件文书"), _count(found, "files")),
        ("other", _("其他"), _count(found, "other")),
    )
    if readers is not None:
        names += (
            (LOOKED, _("查阅"), _capped(readers.looked)),
            (REFUSED, _("越权被拒"), _capped(readers.refused)),
        )
    return [
        {
            "href": lists.link(filter=key or None, seq=None, verify=None),
            "is_current": key == asked.tab,
            "name": name,
            "count": count,
            "kind": "bad" if key == REFUSED else "",
            "count_key": "",
        }
        for key, name, count in names
    ]


def handed_in(
    session: Session,
    shown: case_reads.Page,
    answers: Mapping[int, Answer],
    line: Line | None,
) -> tuple[tuple[str, str], ...]:
    """What was handed in with an act, field by field."""
    answer = answers.get(line.event.seq) if line else None
    return answer_words.of(session, shown, answer) if answer else ()


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of a form before and after an act; empty: it was not filled in."""

    name: str
    before: str
    after: str


def changes(
    session: Session,
    shown: case_reads.Page,
    answers: Mapping[int, Answer],
    line: Line | None,
) -> tuple[FieldChange, ...]:
    """What an act changed of what was handed in last at the same step; none the first time."""
    after = answers.get(line.event.seq) if line else None
    if after is None:
        return ()
    earlier = [
        each
        for seq, each in answers.items()
        if seq < after.revision and each.element == after.element
    ]
    if not earlier:
        return ()
    old = dict(answer_words.of(session, shown, max(earlier, key=lambda each: each.revision)))
    new = dict(answer_words.of(session, shown, after))
    names = [*new, *(name for name in old if name not in new)]
    return tuple(
        FieldChange(name, old.get(name, ""), new.get(name, ""))
        for name in names
        if old.get(name, "") != new.get(name, "")
    )


def step(line: Line | None, names: timeline.Names) -> str:
    """The step of the drawing at which an act was done."""
    element = str(line.event.payload.get("task", "")) if line else ""
    return name_of(*names[element]) if element in names else ""


def _stream(found: acts_reads.Act) -> str:
    """The case that the act belongs to, the person whose own stream it is, or a part of it."""
    event = found.event
    if found.case_id is not None:
        return found.number
    own = event.stream == event.actor
    return _("%(name)s的个人留痕", name=event.name) if own else timeline.stream_name(event.stream)


def _href(found: acts_reads.Act) -> str:
    """Where the act can be read whole: in its case's chain, or among the readings of a case."""
    if found.case_id is not None:
        return url_for("record.page", case_id=found.case_id, seq=found.event.seq)
    read = found.event.payload.get("case")
    if not isinstance(read, int):
        return ""
    tab = REFUSED if found.event.action == "case.refused" else LOOKED
    return url_for("record.page", case_id=read, filter=tab)


def _told(row: file_reads.Row) -> Iterator[str]:
    """What was taken away by name; of a refusal, the reason and what it was about."""
    if row.what is not Reading.REFUSED:
        return iter((row.told,) if row.told else ())
    reasons = {
        "not_your_post": _("岗位不符"),
        "barred": _("不相容岗位"),
        "handles_the_case": _("本人正在办理"),
        "own_move": _("本人提出的申请"),
        "not_your_move": _("他人提出的申请"),
        "recusal_not_yours": _("不是其上级"),
        "over_limit": _("超过审批权限"),
    }
    kinds = {"file": _("附件"), "paper": _("文书"), "task": _("步骤")}
    kind, _colon, key = (row.thing or "").partition(":")
    about = (f"{kinds[kind]} {key}",) if kind in kinds else ()
    return iter((reasons.get(row.why or "", _("无权查看")), *about))


def _capped(count: int) -> int | str:
    return f"{file_reads.COUNT_CAP}+" if count > file_reads.COUNT_CAP else count


def _count(found: Iterable[Line], kind: str) -> int:
    return sum(kind in (line.entry.filter, _data(line)) for line in found)


def _data(line: Line) -> str:
    """The tab of acts with which something was handed in or changed."""
    return "data" if "answers" in line.event.payload else line.entry.filter
