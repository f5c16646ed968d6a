"""Lines of batches of zero filers: which waiting cases a batch holds, and what became of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Id


class BatchLine(Base):
    """A household's case in a batch, or left out of it with a reason; no row is ever deleted.

    ``case_id`` is the batch, ``line_case_id`` the case of the household. A line that has left
    (``left_at``) is of a list that was changed or refused: its case may stand in another batch.
    """

    __tablename__ = "batch_lines"

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    line_case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    # Why it is not in this batch; such a case goes on waiting.
    left_out_reason: Mapped[str | None]
    left_at: Mapped[datetime | None]
    # Why it must be visited, whatever is drawn; and whether the sample has drawn it.
    visit_reason: Mapped[str | None]
    is_sampled: Mapped[bool] = mapped_column(server_default=text("false"))
    dispatched_at: Mapped[datetime | None]
    # Why it could not be dispatched with the others: the code of the refusal.
    problem: Mapped[str | None]
    # Why it was still open when the batch was reported.
    open_reason: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("case_id", "line_case_id", name="uq_batch_lines_case_id_line_case_id"),
        # A case stands in one batch at a time.
        Index(
            "uq_batch_lines_one_batch",
            "line_case_id",
            unique=True,
            postgresql_where=text("left_at IS NULL AND left_out_reason IS NULL"),
        ),
    )
