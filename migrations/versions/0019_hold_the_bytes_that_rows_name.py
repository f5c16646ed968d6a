"""Hold the bytes that rows name: one row for each hash of a file or paper."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Papers do not say how large they are.
    op.alter_column("blobs", "size", nullable=True)
    op.execute(
        "INSERT INTO blobs (sha256, size, state, stored_at, scrubbed_at)"
        " SELECT sha256, max(size), 'unscanned', min(uploaded_at), 'epoch' FROM attachments"
        " GROUP BY sha256"
    )
    op.execute(
        "INSERT INTO blobs (sha256, state, stored_at, scrubbed_at)"
        " SELECT sha256, 'clean', min(created_at), 'epoch' FROM documents"
        " WHERE sha256 IS NOT NULL GROUP BY sha256 ON CONFLICT DO NOTHING"
    )
    op.alter_column("blobs", "scrubbed_at", nullable=False)
    op.create_index("ix_blobs_scrubbed_at", "blobs", ["scrubbed_at", "sha256"])
