"""退回: where a case can be sent back to, what that would do, and doing it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session

from caseflow.models import Task
from caseflow.reads import cases
from caseflow.reads import steps as step_reads
from caseflow.services import send_backs
from caseflow.services.send_backs import Plan
from caseflow.web import acts, case_words, words
from caseflow.web.house import actor, reading
from caseflow.web.languages import name_of
from caseflow.web.sentences import sentence
from caseflow.web.speech import _

bp = Blueprint("send_backs", __name__)


@dataclass(frozen=True, slots=True)
class Choice:
    """An earlier step as the page offers it, with who did it and when."""

    id: int
    name: str
    who: str
    is_chosen: bool
    refusal: str


@dataclass(frozen=True, slots=True)
class Line:
    """A step and what becomes of it."""

    name: str
    who: str
    what: str


@bp.get("/tasks/<int:task_id>/send-back")
def page(task_id: int) -> str:
    """The earlier steps, and what sending back to the chosen one would do."""
    with reading() as session:
        return _page(session, task_id)


@bp.post("/tasks/<int:task_id>/send-back")
def send_back(task_id: int) -> acts.Answer | str:
    """Send the case back; or look at another step, with the reason as it was typed."""
    with reading() as session:
        if "_look" in request.form:
            return _page(session, task_id)
        case_id = step_reads.case_of(session, actor(), task_id)
    return acts.Page(
        url_for("cases.page", case_id=case_id),
        lambda session, refusal: _page(session, task_id, error=sentence(refusal)),
    ).act(
        _("已退回，办理经过已留痕。"),
        send_backs.send_back,
        task_id,
        seen_version=request.form.get("_version", 0, int),
        target=request.form.get("target", 0, int),
        reason=request.form.get("reason", ""),
    )


def _page(session: Session, task_id: int, *, error: str = "") -> str:
    case_id = step_reads.case_of(session, actor(), task_id)
    shown = cases.page(session, actor(), case_id)
    plans = send_backs.plans(session, actor(), task_id)
    step = next(each for each in shown.steps if each.id == task_id)
    wanted = request.form.get("_look", 0, int) or request.values.get("target", 0, int)
    chosen = next((plan for plan in plans if plan.target.id == wanted), None) or next(
        (plan for plan in plans if plan.refusal is None), None
    )
    return render_template(
        "pages/send_back.html",
        crumbs=[
            (_("核查任务"), url_for("cases.listing_page")),
            (shown.case.number, url_for("cases.page", case_id=case_id, task=task_id)),
            (_("退回"), None),
        ],
        shown=shown,
        step=step,
        choices=[_choice(plan, shown, plan is chosen) for plan in plans],
        chosen=chosen,
        lines=_lines(chosen, shown) if chosen and chosen.refusal is None else (),
        clocks=_clocks(chosen) if chosen and chosen.refusal is None else (),
        reason=request.form.get("reason", ""),
        shortest=send_backs.SHORTEST_REASON,
        longest=send_backs.LONGEST_REASON,
        error=error,
    )


def _choice(plan: Plan, shown: cases.Page, is_chosen: bool) -> Choice:  # noqa: FBT001 - said of a row
    row = plan.target
    return Choice(
        id=row.id,
        name=_name(row),
        who=_("%(who)s %(at)s 办理", who=_doer(row, shown), at=words.stamp(row.done_at)),
        is_chosen=is_chosen,
        refusal=sentence(plan.refusal) if plan.refusal else "",
    )


def _lines(plan: Plan, shown: cases.Page) -> tuple[Line, ...]:
    """What becomes of each step: begun anew, withdrawn, fallen, going on."""
    begun = [
        Line(
            name_of(each.element.name, each.element.name_en or each.element.name),
            each.user_name or _("交回岗位，待领取"),
            _("重新办理，期限 %(day)s", day=words.limit(each.due_at)),
        )
        for each in plan.opened
    ]
    fallen = [
        Line(_name(row), _doer(row, shown), _("已办的不再算数，须重新办理"))
        for row in plan.again
        if row.id != plan.target.id or plan.entry is None or plan.entry.id != row.element
    ]
    withdrawn = [
        Line(_name(row), _holder(row, shown), _("待办撤销，已填的草稿不再提交"))
        for row in plan.withdrawn
    ]
    kept = [Line(_name(row), _holder(row, shown), _("不受影响，照常办理")) for row in plan.kept]
    return (*begun, *withdrawn, *fallen, *kept)


def _clocks(plan: Plan) -> tuple[str, ...]:
    """What becomes of limits, pauses and papers."""
    numbers = words.joined(paper.number or paper.kind for paper in plan.voided)
    said = [
        _("退回到的步骤，期限从今天起按流程图重新计算；其后的步骤再次轮到时重新计算。"),
        _("任务的总时限不重新计算，继续走。"),
        _("正在中止的时限从今天起恢复，按中止的工作日顺延。") if plan.ends_pause else "",
        _("已编号、尚未送达的文书 %(numbers)s 作废。", numbers=numbers) if numbers else "",
    ]
    return tuple(each for each in said if each)


def _name(row: Task) -> str:
    return name_of(row.name, row.name_en)


def _doer(row: Task, shown: cases.Page) -> str:
    return case_words.doer(next(step for step in shown.steps if step.id == row.id))


def _holder(row: Task, shown: cases.Page) -> str:
    return case_words.holder(next(step for step in shown.steps if step.id == row.id))
