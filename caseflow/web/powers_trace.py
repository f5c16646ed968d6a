"""One screen answers (权限追溯): who could see or approve a case on a day, and why; and whoever."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TypeVar

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.policy import Bar, By, Mark, Way
from caseflow.reads import trace as reads
from caseflow.services import approvals
from caseflow.vocabulary import Invalid, NotFound, PostHeld, Role, Verb
from caseflow.vocabulary.choices import DecidedBy
from caseflow.web import colleagues, deputy_words, words
from caseflow.web import listing as lists
from caseflow.web.faults import Faults
from caseflow.web.house import actor, reading
from caseflow.web.languages import name_of, say, unit_of
from caseflow.web.sentences import sentence
from caseflow.web.speech import _

T = TypeVar("T")
bp = Blueprint("powers_trace", __name__)


@dataclass(frozen=True, slots=True)
class Line:
    """One person in words: the posts held, why the case was there or not, what could be done."""

    user_id: int | None
    name: str
    posts: str
    could_see: bool
    why: tuple[str, ...]
    acts: tuple[str, ...]
    barred: tuple[str, ...]


@bp.get("/powers/trace")
def page() -> tuple[str, int]:
    """The question and its answer: a case and a day, or a person and a day."""
    policy.require(actor(), Verb.TRACE_POWERS)
    number, person = (request.args.get(name, "").strip() for name in ("case", "person"))
    faults, errors = Faults(), list[str]()
    with reading() as session:
        day = faults.read("on", _day, clock.today())
        login = faults.read("person", lambda name: _login(session, name), "")
        answer, profile = None, None
        if number and not faults:
            answer = _tried(partial(reads.who_could, session, actor(), number, day), errors)
        if login and not faults:
            profile = _tried(partial(reads.profile_of, session, actor(), login, day), errors)
        lines = lines_of(answer) if answer else ()
        shown = render_template(
            "pages/powers_trace.html",
            crumbs=[(_("权限追溯"), None)],
            answer=answer,
            lines=lines,
            limits=_limits(session, answer) if answer else [],
            able=words.joined(_able(line) for line in lines if line.acts),
            profile=profile,
            own=next((each for each in lines if profile and each.user_id == profile.user_id), None),
            reaches=[(held, _reach(held.post)) for held in profile.posts] if profile else [],
            say_bounds=deputy_words.bounds,
            may_ask_cases=actor().roles != {Role.SYS_ADMIN},
            number=number,
            person=person,
            day=day,
            errors=errors,
            faults=faults,
        )
    return faults.answer(shown)


def _tried(read: Callable[[], T], errors: list[str]) -> T | None:
    """One of the two answers, else why there is none: what is wrong with one leaves the other."""
    try:
        return read()
    except (Invalid, NotFound) as refusal:
        errors.append(sentence(refusal))
        return None


def lines_of(answer: reads.Answer) -> tuple[Line, ...]:
    """Everybody of an answer in words: who could act, who could see, who was kept from it."""
    names = {step.id: name_of(step.name, step.name_en) for step in answer.steps}
    found = [_line(person, names) for person in answer.people]
    return tuple(sorted(found, key=lambda line: (not line.could_see, not line.acts)))


def why(way: Way) -> str:
    """One way to a case as a sentence."""
    if way.by is By.POST and way.post is not None:
        return _reach(way.post)
    if way.by is By.STANDS_FOR and way.principal is not None:
        return _("代理 %(name)s", name=way.principal.principal_name)
    return {
        By.OFFICER: _("是本任务的主办或协办"),
        By.STEP: _("办过或正在办本任务的步骤"),
        By.DEPUTY_STEP: _("代他人办过本任务的步骤"),
        By.WAITING: _("本任务有步骤待其岗位领办"),
        By.SUCCESSOR: _("接替回避人员办理本任务"),
        By.READER: _("在涉密案卷的查阅名单中"),
        By.GRANT: _("有期内的临时授权"),
        By.SUPERVISION: _("是审计员，涉密标记不限制监督"),
        By.HOLDER: _("正在办本任务的步骤"),
        By.MARKER: _("标记了这份涉密案卷"),
        By.ADMINISTRATOR: _("是纳税人的税收管理员"),
    }.get(way.by, "")


def hidden_by(bar: Bar, second: Mark | None = None) -> str:
    """Why a case was not there whatever the ways; ``second`` as in ``reads.Person``."""
    if bar is Bar.RECUSED:
        return _("已回避：回避后立即不可见")
    if second is not None and second.is_of_household:
        return _("纳税人另被标为涉密，不在该名单之内")
    if second is not None:
        return _("任务另被标为涉密，不在该名单之内")
    return _("案卷涉密，不在承办人员和查阅名单之内")


def _reach(held: PostHeld) -> str:
    """How far a post saw, in words."""
    reach = policy.Reach.CITY if policy.is_of_the_whole(held) else policy.REACH[held.role]
    post = _("%(unit)s %(role)s", unit=unit_of(held), role=say(held.role))
    return {
        policy.Reach.CITY: _("%(post)s：可看全市", post=post),
        policy.Reach.LINE: _("%(post)s：可看本条线", post=post),
        policy.Reach.DISTRICT: _("%(post)s：可看本局", post=post),
        policy.Reach.SECTION: _("%(post)s：可看本科（所）", post=post),
    }.get(reach, post)


def _line(person: reads.Person, names: dict[int, str]) -> Line:
    posts = words.joined(f"{unit_of(post)} {say(post.role)}" for post in person.actor.posts)
    told = (hidden_by(person.bar, person.second_mark),) if person.bar else map(why, person.ways)
    able, kept = [], []
    for act in person.acts:
        step = names[act.step_id]
        if act.refusal is None:
            for_whom = act.for_whom
            able.append(
                _("%(step)s（代 %(name)s）", step=step, name=for_whom) if for_whom else step
            )
        else:
            kept.append(_("%(step)s：不相容岗位，已承担其他职责", step=step))
    return Line(
        user_id=person.actor.user_id,
        name=person.actor.name,
        posts=posts or words.NOTHING,
        could_see=person.could_see,
        why=tuple(dict.fromkeys(told)),
        acts=tuple(able),
        barred=tuple(kept),
    )


def _limits(session: Session, answer: reads.Answer) -> list[str]:
    """Up to which amount of tax the open steps could settle the case, level by level."""
    levels = [level for step in answer.steps for level in approvals.SETTLING.get(step.form_key, ())]
    limits = (
        approvals.limits_of(session, answer.case, answer.definition_id, answer.routed)
        if levels
        else {}
    )
    return [_limit(level, limits[level]) for level in dict.fromkeys(levels) if level in limits]


def _limit(level: DecidedBy, limit: Decimal | None) -> str:
    if limit is None:
        return _("%(level)s不限", level=say(level))
    return _("%(level)s低于 %(limit)s 元", level=say(level), limit=words.money(limit))


def _able(line: Line) -> str:
    return _("%(name)s（%(steps)s）", name=line.name, steps=words.joined(line.acts))


def _login(session: Session, name: str) -> str:
    typed = request.args.get(name, "").strip()
    return colleagues.login_of(session, typed) if typed else ""


def _day(name: str) -> date:
    """The day asked about, today unless one is told; never one that is still to come."""
    today = clock.today()
    found = lists.day(name) or today
    if found > today:
        raise Invalid("bad_page", why="still_to_come")
    return found
