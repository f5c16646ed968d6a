"""Keep work logs of administrators, plans of patrols, and visits with their photographs."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "log_entries",
        _id(),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taxpayer_id", sa.BigInteger(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("corrects_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_entries")),
        *_keys(
            "log_entries",
            user_id="users",
            unit_id="units",
            taxpayer_id="taxpayers",
            corrects_id="log_entries",
        ),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_log_entries_corrects_id")),
        sa.CheckConstraint(
            "length(content) BETWEEN 1 AND 1000", name=op.f("ck_log_entries_content")
        ),
    )
    op.create_index("ix_log_entries_user_id_on", "log_entries", ["user_id", "on"])
    op.create_index(op.f("ix_log_entries_taxpayer_id"), "log_entries", ["taxpayer_id"])
    op.create_table(
        "log_days",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("acts", sa.BigInteger(), nullable=False),
        sa.Column("visits", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "on", name=op.f("pk_log_days")),
        *_keys("log_days", user_id="users", unit_id="units"),
    )
    op.create_index("ix_log_days_unit_id_on", "log_days", ["unit_id", "on"])
    op.create_table(
        "patrol_lines",
        _id(),
        sa.Column("section_id", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.BigInteger(), nullable=False),
        sa.Column("taxpayer_id", sa.BigInteger(), nullable=False),
        sa.Column("officer_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("planned_by", sa.BigInteger(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dropped_by", sa.BigInteger(), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drop_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol_lines")),
        *_keys(
            "patrol_lines",
            section_id="units",
            taxpayer_id="taxpayers",
            officer_id="users",
            planned_by="users",
            dropped_by="users",
        ),
        sa.CheckConstraint(
            "(dropped_by IS NULL) = (dropped_at IS NULL)"
            " AND (dropped_by IS NULL) = (drop_reason IS NULL)",
            name=op.f("ck_patrol_lines_dropped"),
        ),
    )
    op.create_index(
        "uq_patrol_lines_month_taxpayer_id",
        "patrol_lines",
        ["month", "taxpayer_id"],
        unique=True,
        postgresql_where=sa.text("dropped_at IS NULL"),
    )
    op.create_index("ix_patrol_lines_section_id_month", "patrol_lines", ["section_id", "month"])
    op.create_index("ix_patrol_lines_officer_id_month", "patrol_lines", ["officer_id", "month"])
    _visits()
    op.execute("GRANT SELECT, INSERT ON log_entries, log_days, patrol_photographs TO caseflow_app")
    op.execute("GRANT SELECT, INSERT ON patrol_lines, patrol_visits TO caseflow_app")
    op.execute("GRANT UPDATE (dropped_by, dropped_at, drop_reason) ON patrol_lines TO caseflow_app")
    op.execute("GRANT UPDATE (confirmed_at, case_id) ON patrol_visits TO caseflow_app")


def _visits() -> None:
    op.create_table(
        "patrol_visits",
        _id(),
        sa.Column("line_id", sa.BigInteger(), nullable=True),
        sa.Column("section_id", sa.BigInteger(), nullable=False),
        sa.Column("taxpayer_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("officer_id", sa.BigInteger(), nullable=False),
        sa.Column("second_id", sa.BigInteger(), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol_visits")),
        *_keys(
            "patrol_visits",
            line_id="patrol_lines",
            section_id="units",
            taxpayer_id="taxpayers",
            officer_id="users",
            second_id="users",
            case_id="cases",
        ),
        sa.UniqueConstraint("line_id", name=op.f("uq_patrol_visits_line_id")),
        sa.CheckConstraint("officer_id <> second_id", name=op.f("ck_patrol_visits_two_officers")),
        sa.CheckConstraint(
            "length(content) BETWEEN 1 AND 1000", name=op.f("ck_patrol_visits_content")
        ),
    )
    op.create_index(op.f("ix_patrol_visits_taxpayer_id"), "patrol_visits", ["taxpayer_id"])
    op.create_index(op.f("ix_patrol_visits_case_id"), "patrol_visits", ["case_id"])
    op.create_index("ix_patrol_visits_section_id_on", "patrol_visits", ["section_id", "on"])
    op.create_index("ix_patrol_visits_officer_id_on", "patrol_visits", ["officer_id", "on"])
    op.create_index(
        "ix_patrol_visits_unconfirmed",
        "patrol_visits",
        ["second_id"],
        postgresql_where=sa.text("confirmed_at IS NULL"),
    )
    op.create_table(
        "patrol_photographs",
        _id(),
        sa.Column("visit_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("noted_by", sa.BigInteger(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device_time", sa.Text(), nullable=True),
        sa.Column("device_place", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol_photographs")),
        *_keys("patrol_photographs", visit_id="patrol_visits", noted_by="users"),
        sa.CheckConstraint("size > 0", name=op.f("ck_patrol_photographs_size")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_patrol_photographs_sha256")),
    )
    op.create_index(op.f("ix_patrol_photographs_visit_id"), "patrol_photographs", ["visit_id"])


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _keys(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}_{other}"))
        for name, other in columns.items()
    ]
