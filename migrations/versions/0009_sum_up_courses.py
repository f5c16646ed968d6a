"""Sum up the way that each case went, for insight into a process; find what was sent back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0009"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "variants",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("steps", ARRAY(sa.Text()), nullable=False),
        sa.Column("repeats", JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_variants")),
        sa.UniqueConstraint("sha256", name=op.f("uq_variants_sha256")),
    )
    op.create_table(
        "routes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("passed", ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routes")),
        sa.UniqueConstraint("sha256", name=op.f("uq_routes_sha256")),
    )
    op.create_table(
        "case_courses",
        sa.Column("case_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("variant_id", sa.BigInteger(), nullable=False),
        sa.Column("route_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_case_courses_{column}_{table}")
            )
            for column, table in (
                ("case_id", "cases"),
                ("variant_id", "variants"),
                ("route_id", "routes"),
            )
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_courses")),
    )
    op.create_index("ix_case_courses_variant_id", "case_courses", ["variant_id"])
    op.create_index("ix_case_courses_route_id", "case_courses", ["route_id"])
    op.create_table(
        "course_marks",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_course_marks_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_marks")),
    )
    op.create_index(
        "ix_tasks_returned",
        "tasks",
        ["case_id"],
        postgresql_where=sa.text("return_reason IS NOT NULL"),
    )
    for table in ("variants", "routes", "case_courses", "course_marks"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO caseflow_app")
    for table in ("variants", "routes"):
        op.execute(f"GRANT USAGE ON SEQUENCE {table}_id_seq TO caseflow_app")
