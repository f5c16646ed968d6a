"""The way of a case in words, as the closing paper tells it: each act of a person, in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import aliased

from caseflow import clock
from caseflow.clock import BUREAU_ZONE
from caseflow.documents import StepDone
from caseflow.models import Answer, Task, Unit, User
from caseflow.models.base import Json
from caseflow.services.kinds import service_days
from caseflow.services.kinds.desk import day, instant
from caseflow.services.papers.doubts import term_zh
from caseflow.services.papers.subject import Subject
from caseflow.vocabulary import CaseKind, Term, decisions, returns
from caseflow.vocabulary.choices import (
    AssignReturnReason,
    DeskNext,
    DeskResult,
    Finding,
    NoticeMedium,
    OnsitePlace,
    RecordSignature,
    RecusalDeclaration,
    RefusalReason,
    ReturnReason,
    ServiceMethod,
)
from caseflow.vocabulary.choices.evaluation import TaDeskNext


def done(subject: Subject) -> list[tuple[Answer, Task, str]]:
    """The acts of people in this case, with the step and who signs for it, in order.

    A deputy signs in both names: ``张三 代 李四``.
    """
    principal = aliased(User)
    rows = subject.work.session.execute(
        select(Answer, Task, User.name, principal.name)
        .join(Task, Task.id == Answer.task_id)
        .join(User, User.id == Answer.user_id)
        .outerjoin(principal, principal.id == Answer.for_id)
        .where(Answer.case_id == subject.work.case.id)
        .order_by(Answer.id)
    )
    return [
        (answer, task, f"{name} 代 {for_name}" if for_name else name)
        for answer, task, name, for_name in rows
    ]


def steps(subject: Subject) -> tuple[StepDone, ...]:
    """One line for each act: when, which step, by whom, with which result."""
    return tuple(
        StepDone(
            on=clock.local_date(answer.at),
            step=task.name,
            person=person,
            result=_result(subject, task.form_key, answer.content),
            is_return=decisions.sends_back(answer.content),
        )
        for answer, task, person in done(subject)
    )


def _result(subject: Subject, form_key: str, answers: Json) -> str:
    detail = _DETAILS.get(form_key)
    words = [
        "、".join(term.zh for term in decisions.decided(answers)) + _whereto(subject, answers),
        *(detail(subject, answers) if detail else ()),
        *_reasons(form_key, answers),
    ]
    return "；".join(word.strip().rstrip("。；") for word in words if word)


# What an officer wrote to say why or what, the first that there is.
_SAID = (
    "return_text",
    "refusal_text",
    "recusal_note",
    "objection",
    "failure_reason",
    "reason",
    "answer",
    "facts",
    "decision_text",
    "resume_reason",
    "requirement",
    "note",
)
# Each form has its own list of reasons for sending back or refusing.
_REASONS = {
    "wv_review": ReturnReason,
    "wv_approval": ReturnReason,
    "wv_assign": AssignReturnReason,
    "ta_review": ReturnReason,
    "ta_approval": ReturnReason,
    "ta_closing_review": ReturnReason,
    "ta_closing_approval": ReturnReason,
}


def _reasons(form_key: str, answers: Json) -> Iterator[str]:
    if answers.get("return_reason") and form_key in _REASONS:
        yield term_zh(_REASONS[form_key], answers["return_reason"])
    if answers.get("refusal_reason"):
        yield term_zh(RefusalReason, answers["refusal_reason"])
    yield next((str(answers[key]) for key in _SAID if answers.get(key)), "")


def _whereto(subject: Subject, answers: Json) -> str:
    """Where a dispatch or a sending back leads to."""
    if answers.get("section"):
        return f"至{subject.work.session.get_one(Unit, int(answers['section'])).name}"
    if answers.get("hold_until"):
        return f"至 {day(answers['hold_until'])}"
    if decisions.sends_back(answers) and answers.get("next_step"):
        return f"至{returns.name_zh(subject.work.case.kind, answers['next_step'])}"
    return ""


def _assigned(subject: Subject, answers: Json) -> Iterator[str]:
    for title, field in (("主办", "main_officer"), ("协办", "second_officer")):
        if answers.get(field):
            yield f"{title}{subject.work.session.get_one(User, int(answers[field])).name}"


def _accepted(_subject: Subject, answers: Json) -> Iterator[str]:
    if answers["recusal"] != RecusalDeclaration.NONE:
        yield f"申报回避：{term_zh(RecusalDeclaration, answers['recusal'])}"


def _checked(subject: Subject, answers: Json) -> Iterator[str]:
    found = Counter(doubt["result"] for doubt in answers.get("doubts", []))
    yield "、".join(f"{term.zh} {found[term.value]} 项" for term in DeskResult if term in found)
    yield f"下一步：{_next_zh(subject, answers['next_step'])}"


def _next_zh(subject: Subject, word: str) -> str:
    """What a desk check or review leads to, in the words of its kind."""
    is_evaluation = subject.work.case.kind is CaseKind.TA
    terms: type[Term] = TaDeskNext if is_evaluation else DeskNext
    return term_zh(terms, word)


def _served(subject: Subject, answers: Json) -> Iterator[str]:
    served = service_days.told(answers, subject.work.times)
    if served:
        on, method = served[0], term_zh(ServiceMethod, answers["method"])
        yield f"{on} {method}{_how(answers)}"


def _how(answers: Json) -> str:
    """What a way of service calls for: who signed, who witnessed, which mail, where announced."""
    if answers.get("medium"):
        return f"，{term_zh(NoticeMedium, answers['medium'])}"
    said = (("签收人", "receiver"), ("见证人", "witness"), ("挂号邮件", "mail_number"))
    return "".join(f"，{name}{answers[key]}" for name, key in said if answers.get(key))


def _timed(_subject: Subject, answers: Json) -> Iterator[str]:
    for field in ("interview_at", "postponed_to"):
        if answers.get(field):
            at = instant(answers[field]).astimezone(BUREAU_ZONE)
            yield f"约谈时间 {at:%Y-%m-%d %H:%M}"


def _visit_planned(_subject: Subject, answers: Json) -> Iterator[str]:
    yield f"{day(answers['visit_from'])} 至 {day(answers['visit_to'])}"
    yield term_zh(OnsitePlace, answers["place"])


def _concluded(_subject: Subject, answers: Json) -> Iterator[str]:
    found = Counter(doubt["finding"] for doubt in answers.get("doubts", []))
    yield "、".join(f"{term.zh} {found[term.value]} 项" for term in Finding if term in found)


def _recorded(_subject: Subject, answers: Json) -> Iterator[str]:
    yield f"被约谈人：{answers['interviewed']}"
    yield term_zh(RecordSignature, answers["signature"])


def _visited(_subject: Subject, answers: Json) -> Iterator[str]:
    yield f"财务负责人{term_zh(RecordSignature, answers['finance_signature'])}"


def _convened(_subject: Subject, answers: Json) -> Iterator[str]:
    yield f"审议成员 {len(answers['members'])} 人"


def _guided(_subject: Subject, answers: Json) -> Iterator[str]:
    yield f"{day(answers['guided_on'])} 辅导{answers['person']}"


def _corrected(_subject: Subject, answers: Json) -> Iterator[str]:
    yield f"更正 {len(answers['corrections'])} 处"


def _paid(_subject: Subject, answers: Json) -> Iterator[str]:
    if answers.get("return_number"):
        yield f"更正申报表 {answers['return_number']}"


def _reviewer(subject: Subject, answers: Json) -> Iterator[str]:
    yield subject.work.session.get_one(User, int(answers["reviewer"])).name


def _scored(_subject: Subject, answers: Json) -> Iterator[str]:
    scores = [value for name, value in answers.items() if name.startswith("score_")]
    if any(score is not None for score in scores):
        yield f"质量评分 {sum(int(score or 0) for score in scores)} 分"


_DETAILS: Mapping[str, Callable[[Subject, Json], Iterator[str]]] = {
    "wv_assign": _assigned,
    "wv_acceptance": _accepted,
    "wv_desk_check": _checked,
    "wv_letter_service": _served,
    "wv_notice_service": _served,
    "wv_interview_notice": _timed,
    "wv_interview_outcome": _timed,
    "wv_onsite_application": _visit_planned,
    "wv_interview_record": _recorded,
    "wv_onsite_record": _visited,
    "wv_conclusion": _concluded,
    "wv_collective_convening": _convened,
    "wv_guidance": _guided,
    "wv_correction": _corrected,
    "wv_payment": _paid,
    "ta_desk_review": _checked,
    "ta_notice_service": _served,
    "ta_notice_reply": _paid,
    "ta_books_taken": _served,
    "ta_determination": _concluded,
    "ta_convene": _convened,
    "ta_paper_service": _served,
    "ta_follow_up": _paid,
    "ta_named_reviewer": _reviewer,
    "ta_closing_review": _scored,
}
