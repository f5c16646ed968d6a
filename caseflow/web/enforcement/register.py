"""The register of enforcement acts 执法记录: searched, page by page, and as a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import render_template, request
from werkzeug.wrappers import Response

from caseflow import policy
from caseflow.reads.enforcement import register as reads
from caseflow.reads.record_acts import Wish
from caseflow.services import exports
from caseflow.vocabulary import CaseKind, Invalid, Verb, decisions
from caseflow.web import action_words, paper_words, record_words, sheets, timeline, words
from caseflow.web import listing as lists
from caseflow.web.audits import noting
from caseflow.web.enforcement import bases
from caseflow.web.faults import Faults
from caseflow.web.house import actor, reading, writing
from caseflow.web.languages import name_of, say
from caseflow.web.sheets import MOST, Sheet
from caseflow.web.speech import _

_NOT_ASKED = frozenset({"before"})
_NOTHING = reads.Page((), {}, None)


@dataclass(frozen=True, slots=True)
class Shown:
    """One act in words."""

    line: reads.Line
    who: str
    post: str
    principal: str
    what: str
    step: str
    basis: str
    decided: str
    reason: str


def page() -> tuple[str, int]:
    """The acts on the cases that the person may see, newest first."""
    faults = Faults()
    with reading() as session:
        wish, paper = _wish(faults)
        policy.require(actor(), Verb.READ_CASE)
        found = _NOTHING if faults else reads.page(session, actor(), wish, paper=paper)
        shown = render_template(
            "pages/enforcement_register.html",
            crumbs=[(_("执法记录"), None)],
            lines=_shown(found),
            paper_name=paper_words.name,
            wish=wish,
            paper=paper,
            faults=faults,
            actions=action_words.of_cases(),
            kinds=[(kind.value, say(kind)) for kind in CaseKind],
            units=lists.unit_filter(session, wish.unit_id),
            pages=lists.pages(found.next_before, "before"),
            has_filters=bool(_asked()),
            export=lists.export_link("enforcement.register_file"),
        )
    if policy.may(actor(), Verb.READ_RECORD):
        noting.viewed("register", len(found.lines))
    return faults.answer(shown)


def file() -> Response:
    """What the search finds as a file, the newest first; noted as an export."""
    faults = Faults()
    with reading() as session:
        wish, paper = _wish(faults)
        if faults:
            raise Invalid("bad_page")
        found = reads.rows(session, actor(), wish, paper=paper, most=MOST + 1)
        answer = sheets.answer(_sheet(_shown(found)))
        count = min(len(found.lines), MOST)
    with writing() as session:
        exports.note(session, actor(), "register", filters=_asked(), count=count)
    return answer


def _sheet(rows: list[Shown]) -> Sheet[Shown]:
    return Sheet(
        title=_("执法记录"),
        filters=[f"{name}={value}" for name, value in _asked().items()],
        rows=rows,
        columns=(
            (_("时间"), lambda row: row.line.event.at),
            (_("人员"), lambda row: row.who),
            (_("岗位"), lambda row: row.post),
            (_("单位"), lambda row: row.line.event.unit),
            (_("代谁办理"), lambda row: row.principal),
            (_("动作"), lambda row: action_words.name(row.line.event.action)),
            (_("步骤"), lambda row: row.step),
            (_("动作与内容"), lambda row: row.what),
            (_("法律依据"), lambda row: row.basis),
            (_("任务编号"), lambda row: row.line.number),
            (_("任务类别"), lambda row: say(row.line.kind)),
            (_("纳税人"), lambda row: row.line.taxpayer),
            (_("科（所）"), lambda row: name_of(row.line.section, row.line.section_en)),
            (_("文书"), lambda row: _joined(paper_words.name(p.kind) for p in row.line.papers)),
            (_("文书文号"), lambda row: _joined(p.number or "" for p in row.line.papers)),
            (_("文书哈希"), lambda row: _joined(p.sha256 for p in row.line.papers)),
            (_("处理前税额（元）"), lambda row: row.line.amounts.before),
            (_("处理后税额（元）"), lambda row: row.line.amounts.after),
            (_("入库金额（元）"), lambda row: row.line.amounts.paid),
            (_("罚款（元）"), lambda row: row.line.amounts.fine),
            (_("决定"), lambda row: row.decided),
            (_("理由或意见"), lambda row: row.reason),
            (_("序号"), lambda row: row.line.event.seq),
            (_("本条哈希"), lambda row: row.line.event.hash),
        ),
    )


def _wish(faults: Faults) -> tuple[Wish, str]:
    """What the address asks for: of the acts and their cases, and of a paper's number."""
    wish = Wish(
        text=request.args.get("text", "").strip(),
        person=request.args.get("person", "").strip(),
        action=request.args.get("action", ""),
        since=faults.read("since", lists.day, None),
        until=faults.read("until", lists.day, None),
        kind=faults.read("kind", lambda name: lists.term(CaseKind, name), None),
        unit_id=faults.read("unit", lists.number, None),
        before=faults.read("before", lists.number, None),
    )
    return wish, request.args.get("paper", "").strip()


def _asked() -> dict[str, str]:
    """What narrows the register, as the address says it."""
    return {k: v for k, v in request.args.items() if v.strip() and k not in _NOT_ASKED}


def _shown(found: reads.Page) -> list[Shown]:
    return [_in_words(line, found.names) for line in found.lines]


def _in_words(line: reads.Line, names: timeline.Names) -> Shown:
    event = line.event
    answers = {event.seq: line.answer} if line.answer else {}
    (entry,) = timeline.of([event], names, answers)
    element = str(event.payload.get("task", ""))
    return Shown(
        line=line,
        who=event.name or _("系统"),
        post=record_words.post(event),
        principal=_joined((event.for_name, event.through_name)),
        what=entry.what,
        step=name_of(*names[element]) if element in names else "",
        basis=bases.of(line),
        decided=_decided(event.payload),
        reason=entry.quote,
    )


def _decided(payload: Mapping[str, object]) -> str:
    routing = payload.get("routing")
    decided = decisions.decided(routing) if isinstance(routing, dict) else ()
    return _joined(say(term) for term in decided)


def _joined(names: Iterable[str]) -> str:
    return words.joined(name for name in names if name)
