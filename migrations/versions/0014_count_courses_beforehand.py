"""Count the ways of cases beforehand, by version, section and day; sum them up anew for it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _cells()
    _sums()
    op.execute("TRUNCATE case_courses, course_marks")
    op.add_column("case_courses", sa.Column("cell_id", sa.BigInteger(), nullable=False))
    op.create_foreign_key(
        op.f("fk_case_courses_cell_id_course_cells"),
        "case_courses",
        "course_cells",
        ["cell_id"],
        ["id"],
    )
    op.create_index("ix_case_courses_cell_id", "case_courses", ["cell_id"])
    for name in ("bound", "horizon"):
        op.add_column("course_marks", sa.Column(name, sa.BigInteger(), nullable=False))
    for name in ("walked_at", "counted_at"):
        op.add_column("course_marks", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    for table in ("course_cells", "course_sums"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO caseflow_app")
        op.execute(f"GRANT USAGE ON SEQUENCE {table}_id_seq TO caseflow_app")


def _cells() -> None:
    op.create_table(
        "course_cells",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("definition_id", sa.BigInteger(), nullable=False),
        sa.Column("district_id", sa.BigInteger(), nullable=False),
        sa.Column("section_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "counts",
            JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("stale_at", sa.DateTime(timezone=True), nullable=True),
        *_keys(
            "course_cells",
            ("definition_id", "definitions"),
            ("district_id", "units"),
            ("section_id", "units"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_cells")),
        sa.UniqueConstraint(
            "definition_id",
            "district_id",
            "section_id",
            "day",
            name=op.f("uq_course_cells_definition_id_district_id_section_id_day"),
        ),
    )
    op.create_index(
        "ix_course_cells_stale_at",
        "course_cells",
        ["stale_at"],
        postgresql_where=sa.text("stale_at IS NOT NULL"),
    )


def _sums() -> None:
    op.create_table(
        "course_sums",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("definition_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("month", sa.Date(), nullable=True),
        sa.Column("head", JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("body", JSONB(astext_type=sa.Text()), nullable=False),
        *_keys("course_sums", ("definition_id", "definitions"), ("unit_id", "units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_sums")),
        sa.UniqueConstraint(
            "definition_id",
            "unit_id",
            "month",
            name=op.f("uq_course_sums_definition_id_unit_id_month"),
            postgresql_nulls_not_distinct=True,
        ),
    )


def _keys(table: str, *keys: tuple[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{of}.id"], name=op.f(f"fk_{table}_{column}_{of}"))
        for column, of in keys
    ]
