"""Count the ways of cases beforehand by day, no longer by month; sum them up anew for it."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("TRUNCATE case_courses, course_marks, course_cells, course_sums")
    old, new = (
        f"uq_course_cells_definition_id_district_id_section_id_{name}" for name in ("month", "day")
    )
    op.alter_column("course_cells", "month", new_column_name="day")
    op.execute(f"ALTER TABLE course_cells RENAME CONSTRAINT {old} TO {new}")
