"""The conditions that a link brings to a list and that no select box shows: from a run, a figure.

They are told as the list obeys them, so what it does not read of the address is not told.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from caseflow.reads import case_numbers, cases, definitions, people, tax_warnings, taxpayers, units
from caseflow.services import definitions as services
from caseflow.vocabulary.choices.zero_filing import ZeroFilingCause
from caseflow.web import process_words, words
from caseflow.web.languages import name_of, say
from caseflow.web.listing import Chip, link
from caseflow.web.speech import _


def of_cases(session: Session, wish: cases.Wish) -> tuple[Chip, ...]:
    """What narrows the list of cases besides its select boxes."""
    return _chips(
        ("run", _id(wish.run_id), _("筛查批次 %(value)s", value=wish.run_id)),
        ("indicator", wish.indicator, _("指标 %(value)s", value=wish.indicator)),
        ("officer", _id(wish.officer_id), _("主办 %(name)s", name=_name(session, wish.officer_id))),
        ("batch", _id(wish.batch_id), _("批次 %(number)s", number=_number(session, wish.batch_id))),
        (
            "campaign",
            _id(wish.campaign_id),
            _("专项 %(number)s", number=_number(session, wish.campaign_id)),
        ),
        ("cause", wish.cause, _("原因 %(name)s", name=_cause(wish.cause))),
        ("late", _flag(wish.is_late), _("已逾期")),
        ("problem", _flag(wish.is_problem), _("评定有问题")),
        ("paid", _flag(wish.has_paid), _("税款入库")),
        (
            "dispatched",
            _either(wish.is_dispatched),
            _("已分派") if wish.is_dispatched else _("未分派"),
        ),
        ("in_time", _flag(wish.is_in_time), _("按期办结")),
        *_course(session, wish.course),
    )


def _cause(value: str) -> str:
    found = next((term for term in ZeroFilingCause if term.value == value), None)
    return say(found) if found else value


def _course(session: Session, course: cases.Course) -> Iterator[tuple[str, str, str]]:
    """What a figure of the insight into a process brought along."""
    if course == cases.Course():
        return
    process = _process(session, course)

    def named(*keys: str) -> str:
        return words.joined(process.name_of(key) for key in keys)

    yield ("process", course.process, _("流程 %(name)s", name=process.name))
    version = _("%(name)s第 %(n)s 版", name=process.name, n=process.version)
    yield ("version", _id(course.version_id), version)
    yield ("since", words.iso(course.since), _("%(day)s 起生成", day=words.day(course.since)))
    yield ("until", words.iso(course.until), _("%(day)s 止生成", day=words.day(course.until)))
    yield ("ended", _flag(course.is_ended), _("已结（含作废）"))
    yield ("at", ",".join(course.at), _("停在%(steps)s", steps=named(*course.at)))
    late = _("该步骤已逾期") if course.at else _("有步骤已逾期")
    yield ("at_late", _flag(course.is_late_there), late)
    yield ("passed", course.passed, _("走过%(way)s", way=named(course.passed)))
    yield ("variant", _id(course.variant_id), _("路径 %(n)s", n=course.variant_id))
    again = _("重办%(step)s", step=named(course.repeated))
    is_any = course.repeated == cases.ANY_STEP
    yield ("repeated", course.repeated, _("有步骤重办") if is_any else again)
    yield ("reason", course.reason, _("退回原因：%(reason)s", reason=course.reason))
    yield ("sent_to", course.sent_to, _("退回到%(step)s", step=named(course.sent_to)))


def _process(session: Session, course: cases.Course) -> process_words.Words:
    """The names of the drawing that the conditions speak of."""
    found = definitions.find(session, version_id=course.version_id, process=course.process)
    if found is None:
        return process_words.Words(None, course.process, 0)
    process = services.process_of(session, found.id)
    return process_words.Words(process, found.process, found.version)


def of_warnings(wish: tax_warnings.Wish) -> tuple[Chip, ...]:
    """What narrows the list of warnings besides its select boxes."""
    period = words.period(wish.period) if wish.period else ""
    return _chips(
        ("run", _id(wish.run_id), _("筛查批次 %(value)s", value=wish.run_id)),
        ("period", _id(wish.period), _("所属期 %(period)s", period=period)),
        ("joined", _flag(wish.has_joined), _("已进入任务")),
    )


def of_taxpayers(session: Session, wish: taxpayers.Wish) -> tuple[Chip, ...]:
    """What narrows the portfolio besides its select boxes."""
    officer = _name(session, wish.administrator_id)
    unit = units.one(session, wish.unit_id) if wish.unit_id else None
    unit_name = name_of(unit.name, unit.name_en) if unit else str(wish.unit_id)
    return _chips(
        ("unit", _id(wish.unit_id), _("单位 %(name)s", name=unit_name)),
        ("officer", _id(wish.administrator_id), _("税收管理员 %(name)s", name=officer)),
        (
            "managed",
            _either(wish.is_managed),
            _("已定管理员") if wish.is_managed else _("未定管理员"),
        ),
        ("mine", _flag(wish.is_mine), _("我的管户")),
        ("doubts", _flag(wish.has_doubts), _("有疑点的户")),
    )


def _chips(*conditions: tuple[str, str, str]) -> tuple[Chip, ...]:
    """Conditions as name in the address, value there, and words; those without a value are none."""
    return tuple(
        Chip(said, name, value, link(**{name: None})) for name, value, said in conditions if value
    )


def _name(session: Session, user_id: int | None) -> str:
    """Whose work is asked for; a person who does not exist keeps the number."""
    return (people.name(session, user_id) if user_id else None) or str(user_id)


def _number(session: Session, case_id: int | None) -> str:
    """The number of a batch; one that does not exist keeps its id."""
    return (case_numbers.of(session, case_id) if case_id else None) or str(case_id)


def _id(number: int | None) -> str:
    return str(number or "")


def _flag(is_wanted: bool) -> str:  # noqa: FBT001 -- the one thing that it says
    return "1" if is_wanted else ""


def _either(wanted: bool | None) -> str:  # noqa: FBT001 -- likewise
    return "" if wanted is None else _flag(wanted) or "0"
