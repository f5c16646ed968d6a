"""The frame of every page: navigation by post, the demo's strip, how the person wants pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from flask import Flask, g, request, url_for
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.reads import (
    archiving,
    campaigns,
    case_migrations,
    drafts,
    handovers,
    notices,
    operations,
    patrols,
    powers,
    rechecks,
    reminders,
    third_party_batches,
    zero_filing_batches,
)
from caseflow.reads import frame as frame_reads
from caseflow.vocabulary import Actor, PostHeld, Role, UnitLevel, Verb
from caseflow.web import deputy_words, house, languages
from caseflow.web.session import Person
from caseflow.web.speech import _

# Pages that are reached through the link of another room.
_HOUSED = {
    "case_migrations": "definitions",
    "case_moves": "cases",
    "case_sheets": "cases",
    "designer": "definitions",
    "drafts": "definitions",
    "replays": "record",
    "asked": "cases",
    "mergers": "cases",
    "extensions": "cases",
    "pauses": "cases",
    "deferrals": "cases",
    "office": "cases",
    "send_backs": "cases",
    "time_measures": "reckonings",
    "working_papers": "samples",
}

Units = Mapping[int, frame_reads.UnitName]


@dataclass(frozen=True, slots=True)
class Item:
    """One link of the navigation."""

    name: str
    endpoint: str
    icon: str
    place: str = ""
    count: int | None = None
    count_key: str = ""
    is_bad: bool = False

    @property
    def href(self) -> str:
        """Where it leads."""
        return url_for(self.endpoint)

    @property
    def is_current(self) -> bool:
        """Whether the page shown belongs to it."""
        asked = request.endpoint or ""
        # Rooms whose pages are not all of one link.
        if asked.startswith(("enforcement.", "powers.", "papers.")):
            return asked == self.endpoint
        room = asked.split(".")[0]
        return _HOUSED.get(room, room) == self.endpoint.split(".")[0]


@dataclass(frozen=True, slots=True)
class Group:
    """A headed part of the navigation."""

    name: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class PostWords:
    """A post as the rail shows it."""

    role: str
    unit: str


@dataclass(frozen=True, slots=True)
class PersonWords:
    """The person as the rail shows them."""

    name: str
    posts: tuple[PostWords, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything that the base template shows around a page."""

    groups: tuple[Group, ...] = ()
    person: PersonWords | None = None
    # The person's id: what a tab keeps of what was typed is for them alone.
    holder: int | None = None
    # Who is on the way in and still owes something: their name.
    entrant: str = ""
    # The units above every page, from the district down.
    trail: tuple[str, ...] = ()
    # Open steps that the person was reminded of; None for who has no desk.
    late: int | None = None
    # Notices that the person has not read; None for who is told of no case.
    unread: int | None = None
    # For whom the person acts today, in words.
    stands_for: tuple[str, ...] = ()
    theme: str | None = None
    density: str | None = None
    here: str = "/"
    counts_url: str = ""
    is_demo: bool = False
    is_making_past: bool = False
    may_advance: bool = False
    today: date | None = None
    weekday: str = ""


def install(app: Flask) -> None:
    """Give every template its frame."""
    app.context_processor(_context)


def home_of(actor: Actor) -> str:
    """The endpoint of the page that a person's post begins the day with."""
    if policy.has_desk(actor):
        return "inbox.page"
    if Role.AUDITOR in actor.roles:
        return "record.listing"
    if Role.POST_ANALYSIS in actor.roles:
        return "screening.listing"
    if policy.may(actor, Verb.DASHBOARD):
        return "dashboard.page"
    return "definitions.listing" if policy.may(actor, Verb.DEPLOY) else "inbox.page"


def _context() -> dict[str, object]:
    if "frame" not in g:
        session = g.get("reading")
        if session is not None:
            g.frame = _frame(session)
        else:
            with house.reading() as opened:
                g.frame = _frame(opened)
    return {"frame": g.frame}


def _frame(session: Session) -> Frame:
    person: Person | None = g.get("person")
    facts = frame_reads.bureau(session)
    here = request.full_path.rstrip("?") if request.method == "GET" else request.path
    if person is None:
        entrant: Person | None = g.get("entrant")
        return Frame(
            entrant=entrant.actor.name if entrant else "",
            theme=request.cookies.get("cf_theme"),
            density=request.cookies.get("cf_density"),
            here=here,
            is_demo=facts.is_demo,
            is_making_past=facts.is_making_past,
            today=clock.today(),
            weekday=_weekday(clock.today()),
        )
    actor = person.actor
    works = policy.has_desk(actor)
    late = reminders.open_count(session, actor) if works else None
    held = [post for each in actor.stands_for for post in each.posts]
    units = frame_reads.units_of(session, (*actor.posts, *held))
    return Frame(
        groups=tuple(group for group in _groups(session, actor, late) if group.items),
        person=_person_words(actor, units),
        holder=actor.user_id,
        trail=_trail(actor, units),
        late=late,
        unread=notices.unread(session, actor) if not policy.runs_the_system(actor) else None,
        stands_for=tuple(deputy_words.standing(each, actor, units) for each in actor.stands_for),
        theme=person.preferences.theme,
        density=person.preferences.density,
        here=here,
        counts_url=url_for("inbox.counts") if works else "",
        is_demo=facts.is_demo,
        is_making_past=facts.is_making_past,
        may_advance=facts.is_demo and policy.may(actor, Verb.ADVANCE_CLOCK),
        today=clock.today(),
        weekday=_weekday(clock.today()),
    )


def _groups(session: Session, actor: Actor, late: int | None) -> Iterator[Group]:
    work, ties, taken, seconded = [], 0, 0, 0
    if late is not None:
        desk = frame_reads.desk(session, actor)
        work.append(
            Item(
                _("我的待办"),
                "inbox.page",
                "inbox",
                "inbox",
                count=desk.open,
                count_key="all",
                is_bad=desk.overdue > 0,
            )
        )
        ties, taken, seconded = desk.ties, desk.handovers, desk.visits
        work.append(Item(_("催办提醒"), "reminders.listing", "bell", count=late or None))
    work += _of_cases(actor)
    work += _handovers(actor, taken)
    work += _daily(actor, seconded)
    work.append(Item(_("计算器"), "reckonings.home", "calculator"))
    yield Group(_("工作"), tuple(work))
    analysis = []
    if policy.may(actor, Verb.DASHBOARD):
        analysis.append(Item(_("看板"), "dashboard.page", "layout-dashboard", "dashboard"))
        analysis.append(Item(_("逾期风险"), "at_risk.page", "clock"))
    if policy.may(actor, Verb.INSIGHT):
        analysis.append(Item(_("流程透视"), "insight.home", "trending-up"))
    if policy.may(actor, Verb.READ_CASE):
        analysis.append(Item(_("执法成果"), "enforcement.results_page", "chart-bar"))
        analysis.append(
            Item(_("疑点预警"), "tax_warnings.listing_page", "alert-triangle", "warnings")
        )
    if policy.may_read_runs(actor):
        analysis.append(Item(_("筛查批次"), "screening.listing", "chart-dots", "runs"))
    yield Group(_("分析"), tuple(analysis))
    if policy.may(actor, Verb.READ_RECORD):
        yield from _audit()
    yield Group(_("权限"), tuple(_powers(actor, ties)))
    yield Group(_("系统"), tuple(_system(session, actor)))


def _handovers(actor: Actor, taken: int) -> list[Item]:
    """Many assigned at once; households given and taken, with what is not confirmed yet."""
    many = [Item(_("批量派发"), "assignments.listing", "users")]
    own = many if policy.may(actor, Verb.ASSIGN_MANY) else []
    if not handovers.sees_any(actor):
        return own
    return [*own, Item(_("管户交接"), "handovers.listing", "user-check", count=taken or None)]


def _daily(actor: Actor, seconded: int) -> list[Item]:
    """Logs and patrols; visits that the second officer has not confirmed are counted."""
    if not patrols.sees_any(actor):
        return []
    return [
        Item(_("工作日志"), "work_logs.page", "edit"),
        Item(_("巡查"), "patrols.listing", "id-badge", count=seconded or None),
    ]


def _of_cases(actor: Actor) -> Iterator[Item]:
    """Cases and the households that they are about."""
    if policy.may(actor, Verb.READ_CASE):
        yield Item(_("核查任务"), "cases.listing_page", "folder", "cases")
        if zero_filing_batches.sees_any(actor):
            yield Item(_("零申报批次"), "zero_filing_batches.listing", "clipboard-check")
        if campaigns.sees_any(actor):
            yield Item(_("专项任务"), "campaigns.listing", "flag")
        if third_party_batches.sees_any(actor):
            yield Item(_("第三方批次"), "third_party_batches.listing", "database-import")
        yield Item(_("执法记录"), "enforcement.register_page", "list-details")
        if policy.is_head(actor.posts) or policy.may(actor, Verb.READ_RECORD):
            yield Item(_("用印登记"), "papers.seal_uses", "shield-check")
    if policy.may(actor, Verb.READ_CASE) and policy.has_desk(actor):
        yield Item(_("候选缴款"), "payments.listing", "report-money")
    yield from _of_closed_cases(actor)
    if policy.may(actor, Verb.READ_TAXPAYER):
        yield Item(_("纳税人"), "taxpayers.listing_page", "users", "taxpayers")
    if policy.may(actor, Verb.RECEIVE_RELEASE):
        yield Item(_("受理解除非正常户"), "releases.new", "user-check")


def _of_closed_cases(actor: Actor) -> Iterator[Item]:
    """What is done with cases that are over."""
    if rechecks.sees_any(actor):
        yield Item(_("复查"), "rechecks.listing", "clipboard-check")
    if archiving.sees_any(actor):
        yield Item(_("归档"), "archiving.listing", "folder")


def _system(session: Session, actor: Actor) -> Iterator[Item]:
    """What keeps the house going: imports, long work, how it runs, its drawings."""
    if policy.may(actor, Verb.IMPORT_FACTS):
        yield Item(_("数据导入"), "imports.listing", "database-import", "imports")
    yield Item(_("后台任务"), "jobs.listing", "activity", "jobs")
    if policy.may(actor, Verb.END_SESSIONS):
        yield Item(_("在线登录"), "sign_ins.listing", "user-check")
    if policy.may(actor, Verb.OPERATE):
        dead = operations.dead_count(session) or None
        yield Item(_("运行状况"), "operations.page", "device-desktop", count=dead, is_bad=True)
    if policy.may(actor, Verb.SELF_CHECK):
        yield Item(_("每日自检"), "self_checks.page", "clipboard-check")
    decided_on = (drafts.to_decide(session, actor), case_migrations.to_decide(session, actor))
    waiting = sum(map(len, decided_on)) or None
    yield Item(_("流程图"), "definitions.listing", "sitemap", "processes", count=waiting)


def _powers(actor: Actor, ties: int) -> Iterator[Item]:
    """What is granted beside the posts, who may not take part, and who could see what.

    Ties that were declared wait for the heads to decide.
    """
    is_head = policy.is_head(actor.posts)
    if is_head or policy.has_desk(actor):
        yield Item(_("代理"), "deputies.listing", "user-check")
    if is_head:
        yield Item(_("回避"), "recusals.listing", "ban", count=ties or None)
    if policy.may(actor, Verb.GRANT_SIGHT) or actor.grants:
        yield Item(_("临时授权"), "powers.grants_page", "user-check")
    if powers.keeps_register(actor):
        yield Item(_("涉密案卷"), "powers.sensitive_page", "lock")
    if policy.may(actor, Verb.TRACE_POWERS):
        yield Item(_("权限追溯"), "powers_trace.page", "search")


def _audit() -> Iterator[Group]:
    """What an auditor watches, and what an auditor takes along."""
    watch = (
        Item(_("办理留痕"), "record.listing", "history", "record"),
        Item(_("链校验"), "chain_checks.listing", "shield-check"),
        Item(_("异常行为"), "conduct.listing", "alert-triangle"),
        Item(_("权限变更"), "power_changes.listing", "lock"),
        Item(_("代理"), "deputies.listing", "user-check"),
        Item(_("回避"), "recusals.listing", "ban"),
    )
    yield Group(_("审计"), watch)
    take = (
        Item(_("取证导出"), "evidence_exports.listing", "file-export"),
        Item(_("抽样检查"), "samples.listing", "list-details"),
    )
    yield Group(_("取证"), take)


def _person_words(actor: Actor, units: Units) -> PersonWords:
    posts = tuple(
        PostWords(languages.say(post.role), _full_name(units.get(post.unit_id), post))
        for post in actor.posts[:2]
    )
    return PersonWords(actor.name, posts)


def _full_name(unit: frame_reads.UnitName | None, post: PostHeld) -> str:
    return languages.name_of(unit.name, unit.name_en) if unit else post.unit_name


def _trail(actor: Actor, units: Units) -> tuple[str, ...]:
    """The units of the first post, without the city for those below it."""
    if not actor.posts:
        return ()
    way = [units[int(part)] for part in actor.posts[0].unit_path.split("/") if part]
    below = [unit for unit in way if unit.level != UnitLevel.CITY]
    return tuple(languages.name_of(unit.short_name, unit.name_en) for unit in below or way)


def _weekday(day: date) -> str:
    names = (
        _("星期一"),
        _("星期二"),
        _("星期三"),
        _("星期四"),
        _("星期五"),
        _("星期六"),
        _("星期日"),
    )
    return names[day.weekday()]
