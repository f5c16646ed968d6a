"""Conduct worth a second look: what was counted, against which threshold, and its events."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, render_template, url_for

from caseflow import clock
from caseflow.reads.audits import conduct as reads
from caseflow.reads.record import Person
from caseflow.vocabulary import SYSTEM, Invalid
from caseflow.web import listing as lists
from caseflow.web import words
from caseflow.web.audits import noting
from caseflow.web.faults import Faults
from caseflow.web.house import actor, reading
from caseflow.web.languages import say
from caseflow.web.speech import _, ngettext

bp = Blueprint("conduct", __name__)

_USUAL_SPAN = timedelta(days=6)
_HOURS = 24
_MOST = 100_000
# What a period brings that cannot be counted.
_NOTHING = reads.Found((), {}, (), is_cut=False)


@dataclass(frozen=True, slots=True)
class Line:
    """One person's row: who, what was counted, on which days, and where the events are."""

    who: str
    post: str
    what: str
    beside: str
    days: str
    href: str


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of conduct with its threshold in words."""

    kind: str
    name: str
    rule: str
    icon: str
    lines: tuple[Line, ...]


@bp.get("/audit/conduct")
def listing() -> tuple[str, int]:
    """A period's conduct by kind; the period is the last seven days unless asked."""
    faults = Faults()
    with reading() as session:
        wish = _wish(faults)
        found = _NOTHING if faults else reads.of(session, actor(), wish)
        sections = tuple(_section(kind, found, wish) for kind in reads.Kind if not faults)
        page = render_template(
            "pages/audit_conduct.html",
            crumbs=[(_("异常行为"), None)],
            sections=sections,
            count=len(found.rows),
            wish=wish,
            faults=faults,
            is_cut=found.is_cut,
        )
    noting.viewed("conduct", len(found.rows))
    return faults.answer(page)


def _wish(faults: Faults) -> reads.Wish:
    until = faults.read("until", lists.day, None) or clock.today()
    since = faults.read("since", lists.day, None) or until - _USUAL_SPAN
    if not faults and not timedelta(0) <= until - since < reads.LONGEST:
        faults.refuse("since", Invalid("conduct_period", longest=reads.LONGEST.days))
    begins, ends = _number(faults, "begins", 8, _HOURS), _number(faults, "ends", 18, _HOURS)
    if "begins" not in faults and "ends" not in faults and begins >= ends:
        faults.refuse("begins", Invalid("conduct_hours"))
    return reads.Wish(
        since=since,
        until=until,
        begins=begins,
        ends=ends,
        least_acts=_number(faults, "acts", 5),
        least_reads=_number(faults, "reads", 20),
        times_usual=_number(faults, "times", 3),
        least_refusals=_number(faults, "refusals", 3),
    )


def _number(faults: Faults, name: str, usual: int, most: int = _MOST) -> int:
    found = faults.read(name, lists.number, None)
    if found is None:
        return usual
    if found > most:
        faults.refuse(name, Invalid("bad_page", why="too_large", limit=most))
        return usual
    return found


def _section(kind: reads.Kind, found: reads.Found, wish: reads.Wish) -> Section:
    name, rule, icon = _told(wish)[kind]
    lines = tuple(_line(row, found.people[row.actor], wish) for row in found.of(kind))
    return Section(kind.value, name, rule, icon, lines)


def _told(wish: reads.Wish) -> dict[reads.Kind, tuple[str, str, str]]:
    """Each kind with its name, its threshold in words and its icon."""
    return {
        reads.Kind.OUT_OF_HOURS: (
            _("非工作时间操作"),
            _(
                "%(begins)s:00–%(ends)s:00 之外或休息日的操作，一人在所选期间达到 %(n)s 次",
                begins=f"{wish.begins:02d}",
                ends=f"{wish.ends:02d}",
                n=wish.least_acts,
            ),
            "moon",
        ),
        reads.Kind.MASS_READING: (
            _("大量查阅"),
            _(
                "一小时内查阅达到 %(n)s 次，且不少于本人前 90 天每小时平均的 %(times)s 倍",
                n=wish.least_reads,
                times=wish.times_usual,
            ),
            "eye",
        ),
        reads.Kind.OWN_WORK: (
            _("试图办理自己经办的事项"),
            _("因不相容岗位被拒，或试图给自己授权，每次都列出"),
            "user-check",
        ),
        reads.Kind.REFUSALS: (
            _("反复越权被拒"),
            _("同一人一天内查阅、办理或进入功能被拒达到 %(n)s 次", n=wish.least_refusals),
            "ban",
        ),
        reads.Kind.ADDRESSES: (
            _("多个地址登录"),
            _("同一人一天内从两个以上地址登录"),
            "world",
        ),
        reads.Kind.DEPUTIES: (
            _("不常见的代理办理"),
            _("代理人与被代理人此前 90 天没有代理办理的记录"),
            "users",
        ),
        reads.Kind.EXPORTS: (
            _("导出"),
            _("所选期间导出的清单、留痕、案卷和取证包，命令行导出的也在内，全部列出"),
            "file-export",
        ),
    }


def _line(row: reads.Row, person: Person, wish: reads.Wish) -> Line:
    who = person.name or (_("命令行") if row.actor == SYSTEM.signature else row.actor)
    if person.principal:
        who = _("%(who)s 代 %(principal)s", who=who, principal=person.principal)
    return Line(
        who=who,
        post=" · ".join(filter(None, (say(person.role) if person.role else "", person.unit))),
        what=_what(row),
        beside=_beside(row),
        days=_days(row.since, row.until, row.hour),
        href=_href(row, wish),
    )


def _what(row: reads.Row) -> str:
    if row.kind is reads.Kind.ADDRESSES:
        return ngettext("%(num)d 个地址", "%(num)d 个地址", row.count)
    return ngettext("%(num)d 次", "%(num)d 次", row.count)


def _beside(row: reads.Row) -> str:
    """What the count is to be held against."""
    usual = words.number(round(row.beside, 1))
    told = {
        reads.Kind.OUT_OF_HOURS: _("其中休息日 %(n)s 次", n=usual),
        reads.Kind.MASS_READING: _("本人平时每小时 %(n)s 次", n=usual)
        if row.beside
        else _("此前 90 天没有查阅"),
        reads.Kind.OWN_WORK: _refused(row),
        reads.Kind.REFUSALS: _refused(row),
        reads.Kind.ADDRESSES: words.joined(row.details),
        reads.Kind.EXPORTS: _taken(row),
    }
    return told.get(row.kind, "")


def _refused(row: reads.Row) -> str:
    """How many cases and pages somebody was turned away from; of oneself, by what rule."""
    cases = sum(each.isdecimal() for each in row.details)
    doors = len(row.details) - cases
    parts = [
        ngettext("涉及 %(num)d 件任务", "涉及 %(num)d 件任务", cases) if cases else "",
        ngettext("%(num)d 项功能", "%(num)d 项功能", doors) if doors else "",
        _("给自己授权") if row.why == "own_grant" else "",
    ]
    return words.joined([part for part in parts if part])


def _taken(row: reads.Row) -> str:
    """What went out: rows of lists, dossiers, the whole record, evidence."""
    times = Counter(row.details)
    rows = words.number(round(row.beside))
    parts = [
        _("清单共 %(n)s 行", n=rows) if times["list.exported"] else "",
        _("案卷 %(n)s 份", n=times["dossier.exported"]) if times["dossier.exported"] else "",
        _("全部留痕 %(n)s 次", n=times["record.exported"]) if times["record.exported"] else "",
        _("取证包 %(n)s 个", n=times["evidence.taken"]) if times["evidence.taken"] else "",
    ]
    return words.joined([part for part in parts if part])


def _days(since: date, until: date, hour: int | None) -> str:
    if hour is not None:
        return f"{since.isoformat()} {hour:02d}:00–{hour + 1:02d}:00"
    first, last = since.isoformat(), until.isoformat()
    return first if first == last else f"{first} – {last}"


def _href(row: reads.Row, wish: reads.Wish) -> str:
    """The events that were counted, in the search of the whole record."""
    actions = {
        reads.Kind.MASS_READING: reads.READ,
        reads.Kind.ADDRESSES: reads.BEGUN,
    }
    groups = {
        reads.Kind.EXPORTS: "exports",
        reads.Kind.OWN_WORK: "refused",
        reads.Kind.REFUSALS: "refused",
    }
    is_out = row.kind is reads.Kind.OUT_OF_HOURS
    return url_for(
        "record.listing",
        part="acts",
        by=row.actor,
        action=actions.get(row.kind),
        group=groups.get(row.kind),
        hours=f"{wish.begins}-{wish.ends}" if is_out else None,
        words=f'"why":"{row.why}"' if row.why else None,
        since=row.since.isoformat(),
        until=row.until.isoformat(),
    )
