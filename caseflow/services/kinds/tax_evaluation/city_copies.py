"""What a panel decided on large sums goes to the city's division for the record; nothing waits."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import select

from caseflow import policy
from caseflow.models import AssessedAmount, Post, Task, User
from caseflow.services import notices, people
from caseflow.services.kinds.desk import Desk
from caseflow.services.kinds.tax_evaluation import sums
from caseflow.vocabulary import AskedKind, CaseStatus, NoticeKind, Role, TaskStatus

_TEXT = "集体审议的税额达到市局备案标准，集体审议记录和认定结论书供备案。"


def of_the_last_signature(desk: Desk) -> list[int]:
    """Lay a copy before the chiefs of the divisions whose doubts these are; who they are.

    Nobody before the last member has signed, or below ``report_tax_city``.
    """
    rows = desk.session.scalars(
        select(AssessedAmount).where(AssessedAmount.case_id == desk.case.id)
    ).all()
    if sums.decision_amount(rows) < desk.times.value("report_tax_city") or _others_sign(desk):
        return []
    chiefs = desk.session.scalars(
        select(Post.user_id)
        .join(User, User.id == Post.user_id)
        .where(
            User.is_active,
            Post.role == Role.DIVISION_CHIEF,
            Post.line.in_(desk.case.lines),
            policy.held_today(),
        )
        .distinct()
        .order_by(Post.user_id)
    ).all()
    for chief in chiefs:
        _lay(desk, chief)
    return list(chiefs)


def _others_sign(desk: Desk) -> bool:
    others = select(Task.id).where(
        Task.case_id == desk.case.id,
        Task.form_key == desk.task.form_key,
        Task.status == TaskStatus.OPEN,
        Task.id != desk.task.id,
    )
    return desk.session.scalar(others.limit(1)) is not None


def _lay(desk: Desk, chief: int) -> None:
    """A copy to read, as colleagues send one (抄送): it falls when it was read."""
    posts = people.posts_of(desk.session, chief)
    row = Task(
        case_id=desk.case.id,
        key=f"asked:{uuid4().hex}",
        element=AskedKind.COPY.value,
        name="阅知",
        name_en="Copy to read",
        stage=desk.case.stage,
        form_key="asked",
        case_status=CaseStatus.IN_PROGRESS,
        roles=[post.role.value for post in posts],
        unit_id=posts[0].unit_id,
        relation="asked",
        separation=[],
        assignee_id=chief,
        status=TaskStatus.OPEN,
        version=1,
        opened_at=desk.times.now,
        claimed_at=desk.times.now,
        asked_kind=AskedKind.COPY,
        asked_by=desk.actor.user_id,
        asked_text=_TEXT,
    )
    desk.session.add(row)
    desk.session.flush()  # the notice names the step
    notices.tell(desk.session, desk.actor, desk.case, kind=NoticeKind.COPIED, to=[chief], task=row)
