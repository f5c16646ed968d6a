"""What the papers of a data request say beyond its forms: scope, signatures, controls, copies."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import select

from caseflow.lake import fields
from caseflow.models import Answer, Task, Unit, User
from caseflow.models.base import Json, among
from caseflow.services.papers import issued
from caseflow.services.papers.outward import months
from caseflow.services.papers.subject import Subject
from caseflow.services.papers.told import signing
from caseflow.services.work import Work
from caseflow.vocabulary import AskedKind, CaseKind, PaperKind, TaskStatus
from caseflow.vocabulary.choices.data_request import (
    RqCopy,
    RqRecurrence,
    RqRefusal,
    RqUnused,
    RqUse,
)

_RULES = "指标阈值和权重"
_GROUP = 16


def told(work: Work, kind: PaperKind, arguments: Mapping[str, object]) -> Mapping[str, object]:
    """What the drawing tells, with what the case knows for this paper; other cases: unchanged."""
    make = _TOLD.get(kind)
    if work.case.kind != CaseKind.RQ or make is None:
        return arguments
    return {**arguments, **make(Subject.of(work))}


def _request(subject: Subject) -> Json:
    said = subject.answers("rq_request")
    case = subject.work.case
    refused = subject.answers("rq_receipt") if case.facts.get("refusal_reason") else {}
    return {
        "unit": _names(subject, Unit, [case.district_id]),
        "purpose_article": said.get("article"),
        "purpose_text": said.get("purpose_other"),
        "population": "；".join(
            each
            for each in (_names(subject, Unit, said.get("units") or []), said.get("population"))
            if each
        ),
        "fields": "、".join(_fields(said)),
        "periods": _periods(said),
        "grouped_by": said.get("grouped_by"),
        "identity": said.get("identity_why") if said.get("identity") == "yes" else "不需要",
        "recurrence": _recurrence(said),
        "users": case.facts.get("user_names"),
        "signatures_of_unit": _signed(subject),
        "refusal": refused
        and f"{RqRefusal(refused['refusal_reason']).zh}：{refused['refusal_text']}",
    }


def _delivery(subject: Subject) -> Json:
    case = subject.work.case
    prepared = subject.answers("rq_preparation")
    officers = [case.second_officer_id, case.facts.get("quality_officer")]
    prepared_by, checked_by = (_names(subject, User, [each] if each else []) for each in officers)
    return {
        "request": issued.name(subject.work, PaperKind.DATA_REQUEST),
        "unit": _names(subject, Unit, [case.district_id]),
        "users": case.facts.get("user_names"),
        "prepared_by": prepared_by,
        "checked_by": checked_by,
        "controls": prepared.get("controls"),
        "hash": _grouped(str(case.facts.get("sha256") or "")),
        "release_note": case.facts.get("release_note"),
        **_use(subject),
        "copies": _copies(subject),
    }


_TOLD: Mapping[PaperKind, Callable[[Subject], Json]] = {
    PaperKind.DATA_REQUEST: _request,
    PaperKind.DATA_DELIVERY: _delivery,
}


def _grouped(digits: str) -> str:
    """A long hash in groups that an eye can compare."""
    return " ".join(digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))


def _fields(said: Json) -> list[str]:
    known = fields.shipped().fields
    wanted = [known[each].zh if each in known else _RULES for each in said.get("fields") or []]
    other = said.get("other_fields")
    return [*wanted, f"目录外：{other}"] if other else wanted


def _periods(said: Json) -> str:
    typed = (str(said[name]) for name in ("period_from", "period_to"))
    first, last = (int(text.replace("-", "")[:6]) for text in typed)
    return months(first, last)


def _recurrence(said: Json) -> str:
    how = RqRecurrence(said["recurrence"])
    return how.zh if how is RqRecurrence.ONCE else f"{how.zh}，共{said.get('deliveries')}次交付"


def _signed(subject: Subject) -> list[Json]:
    """Requester and head of the unit: the form is sent with the signatures of both."""
    work, case = subject.work, subject.work.case
    head = case.facts.get("signed_by")
    rows = work.session.execute(
        select(Task.done_at, Task.asked_answer, User.name)
        .join(User, User.id == Task.done_by)
        .where(
            Task.case_id == case.id,
            Task.asked_kind == AskedKind.OPINION,
            Task.status == TaskStatus.DONE,
            Task.done_by == head,
        )
        .order_by(Task.id.desc())
        .limit(1)
    ).first()
    sent = work.session.execute(
        select(Answer.at, User.name, User.id)
        .join(Task, Task.id == Answer.task_id)
        .join(User, User.id == Answer.user_id)
        .where(Answer.case_id == case.id, Task.form_key == "rq_request")
        .order_by(Answer.id.desc())
        .limit(1)
    ).first()
    is_now = work.task is not None and work.task.form_key == "rq_request"
    requester = signing(work) if is_now or sent is None else sent.name
    at = work.times.now if is_now or sent is None else sent.at
    lines = [{"role": "需求人", "name": requester, "opinion": "", "at": at.isoformat()}]
    if rows is not None and rows.done_at is not None:
        signed = {"name": rows.name, "opinion": rows.asked_answer, "at": rows.done_at.isoformat()}
        return [*lines, {"role": "单位负责人", **signed}]
    # A head who asks signs once.
    return [{**lines[0], "role": "需求人（单位负责人）"}]


def _use(subject: Subject) -> Json:
    said = subject.answers("rq_use_report")
    if not said:
        return {}
    use = RqUse(said["use_result"])
    words = [said.get("used") or "", said.get("unused_text") or "", said.get("defect") or ""]
    if said.get("unused_reason"):
        words.insert(0, RqUnused(said["unused_reason"]).zh)
    reported = "；".join(word.strip().rstrip("。；") for word in words if word)
    return {
        "use_result": use.zh,
        "used": f"{reported}。" if reported else None,
        "cases_opened": said.get("cases_opened"),
        "served": said.get("served"),
    }


def _copies(subject: Subject) -> list[Json]:
    """What became of each user's copies."""
    given = subject.answers("rq_destruction").get("copies") or []
    ids = [int(line["row"]) for line in given]
    names = _by_id(subject, User, ids)
    return [
        {
            "name": names.get(int(line["row"]), ""),
            "fate": RqCopy(line["fate"]).zh,
            "destroyed_on": line.get("destroyed_on"),
            "how": line.get("how") or line.get("file_number"),
        }
        for line in given
    ]


def _names(subject: Subject, model: type[Unit | User], ids: list[object]) -> str:
    return "、".join(_by_id(subject, model, [int(str(each)) for each in ids]).values())


def _by_id(subject: Subject, model: type[Unit | User], ids: list[int]) -> Mapping[int, str]:
    rows = subject.work.session.execute(
        select(model.id, model.name).where(among(model.id, ids)).order_by(model.id)
    )
    return {row.id: row.name for row in rows}
