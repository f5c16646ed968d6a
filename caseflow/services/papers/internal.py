"""Papers that stay inside: task and closing paper of a warning verification."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import select

from caseflow import clock
from caseflow.documents import (
    PAPERS,
    AmountLine,
    IssuedPaper,
    Opinion,
    PaperData,
    PaperKind,
    WarningFeedback,
    WarningTask,
)
from caseflow.models import Answer, Document, Task
from caseflow.models.base import Json
from caseflow.services import signers
from caseflow.services.papers import course, doubts, execution
from caseflow.services.papers.households import taxpayer_facts
from caseflow.services.papers.outward import period
from caseflow.services.papers.subject import Subject
from caseflow.vocabulary.choices import (
    ApprovalDecision,
    AssignDecision,
    CollectiveDecision,
    DecidedBy,
    DispatchDecision,
    OffenceSign,
    Priority,
    ReviewDecision,
    Tax,
    ThirdReturnDecision,
    WvOutcome,
)


def warning_task(subject: Subject) -> WarningTask:
    """预警核查任务单: what screening found, who is to look into it, and by when."""
    case = subject.work.case
    return WarningTask(
        head=subject.head,
        taxpayer=taxpayer_facts(subject),
        doubts=doubts.found(subject),
        score=case.score,
        grade=_GRADES[case.grade],
        opened_on=clock.local_date(case.opened_at),
        due_on=clock.last_day_of(case.due_at) if case.due_at else subject.today,
        priority=Priority(case.priority).zh,
        run=f"第 {case.run_id} 次" if case.run_id else doubts.NOTHING,
        batches=doubts.batches(subject),
        is_transfer_hint=case.is_ti,
        requirement=case.requirement or "",
        main_officer=subject.main.name if subject.main else "",
        second_officer=subject.second.name if subject.second else "",
        opinions=_dispatched(subject),
    )


def warning_feedback(subject: Subject) -> WarningFeedback:
    """预警核查反馈单: findings, sums, opinions and the way of the case."""
    work = subject.work
    concluded = subject.answers("wv_conclusion")
    return WarningFeedback(
        head=subject.head,
        taxpayer=taxpayer_facts(subject),
        outcome=WvOutcome(work.case.facts["outcome"]).zh,
        opened_on=clock.local_date(work.case.opened_at),
        closed_on=subject.today,
        doubts=doubts.outcomes(subject, concluded),
        opinions=_opinions(subject),
        amounts=_amounts(subject),
        steps=course.steps(subject),
        papers=_papers(subject),
        main_officer=subject.main.name if subject.main else "",
        second_officer=subject.second.name if subject.second else "",
        decided_by=doubts.term_zh(DecidedBy, work.case.facts.get("decided_by")),
        returns=work.case.returns,
        signs="、".join(OffenceSign(sign).zh for sign in concluded.get("signs", [])),
        outcome_reason=concluded.get("outcome_reason") or "",
        execution=execution.told(subject),
    )


MAKERS: Mapping[PaperKind, Callable[[Subject], PaperData]] = {
    PaperKind.WARNING_TASK: warning_task,
    PaperKind.WARNING_FEEDBACK: warning_feedback,
}


def _amounts(subject: Subject) -> tuple[AmountLine, ...]:
    return tuple(
        AmountLine(
            tax=Tax(row.tax).zh,
            period=period(row.period),
            declared=row.declared,
            recomputed=row.recomputed,
            difference=row.recomputed - row.declared,
            due_on=row.due_on or subject.today,
            surcharge=row.surcharge,
            income_adjustment=row.income_adjusted,
            loss_offset=row.loss_offset,
            credit_reduced=row.credit_reduced,
        )
        for row in execution.amounts(subject)
    )


_DECISIONS: Mapping[str, Callable[[Json], str]] = {
    "wv_conclusion": lambda _: "提出处理意见",
    "wv_review": lambda answers: ReviewDecision(answers["review_decision"]).zh,
    "wv_third_return": lambda answers: ThirdReturnDecision(answers["third_return_decision"]).zh,
    "wv_collective_minutes": lambda answers: CollectiveDecision(answers["collective_decision"]).zh,
    "wv_approval": lambda answers: ApprovalDecision(answers["approval_decision"]).zh,
}


_DISPATCHING: Mapping[str, Callable[[Json], str]] = {
    "wv_dispatch": lambda answers: DispatchDecision(answers["dispatch_decision"]).zh,
    "wv_assign": lambda answers: AssignDecision(answers["assign_decision"]).zh,
}
_GRADES = {1: "一级", 2: "二级", 3: "三级"}


# Where a form keeps what was said with the decision.
_OPINIONS = ("opinion", "decision_text", "reason")


def _opinions(subject: Subject) -> tuple[Opinion, ...]:
    """The last conclusion and what was decided on it, signed in turn."""
    newest: dict[str, Opinion] = {}
    for answer, task, person in course.done(subject):
        decide = _DECISIONS.get(task.form_key)
        if decide is None:
            continue
        if task.form_key == "wv_conclusion":
            newest.clear()  # what was said of an earlier conclusion decides nothing now
        newest.pop(task.form_key, None)
        newest[task.form_key] = Opinion(
            role=task.name,
            name=person,
            post=_post(subject, answer, task),
            at=answer.at,
            decision=decide(answer.content),
            opinion=next((said for key in _OPINIONS if (said := answer.content.get(key))), ""),
        )
    return tuple(newest.values())


def _dispatched(subject: Subject) -> tuple[Opinion, ...]:
    """Who dispatched the task and who assigned it, each as last decided."""
    newest = {
        task.form_key: Opinion(
            role=task.name,
            name=person,
            post=_post(subject, answer, task),
            at=answer.at,
            decision=_DISPATCHING[task.form_key](answer.content),
            opinion=answer.content.get("requirement") or answer.content.get("note") or "",
        )
        for answer, task, person in course.done(subject)
        if task.form_key in _DISPATCHING
    }
    return tuple(newest[key] for key in _DISPATCHING if key in newest)


def _post(subject: Subject, answer: Answer, task: Task) -> str:
    on = clock.local_date(answer.at)
    signer = answer.for_id or answer.user_id
    return signers.post_zh(subject.work.session, signer, task.roles, on)


def _papers(subject: Subject) -> tuple[IssuedPaper, ...]:
    rows = subject.work.session.scalars(
        select(Document)
        .where(Document.case_id == subject.work.case.id, Document.issued_at.is_not(None))
        .order_by(Document.id)
    )
    return tuple(
        IssuedPaper(
            name=PAPERS[PaperKind(row.kind)].kind.zh,
            number=row.number or "—",
            issued_on=clock.local_date(row.issued_at) if row.issued_at else subject.today,
            served_on=row.served_on,
        )
        for row in rows
    )
