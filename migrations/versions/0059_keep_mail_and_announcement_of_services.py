"""Keep the number of the mail and the first day of the announcement by which a paper was served."""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("paper_services", sa.Column("mail_number", sa.Text()))
    op.add_column("paper_services", sa.Column("announced_on", sa.Date()))
