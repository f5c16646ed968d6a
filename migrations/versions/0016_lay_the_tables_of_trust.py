"""Lay the tables of trust: seals, powers, second factors, custody, audits, self-checks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from caseflow.database_roles import LEVELS, SEALER

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# As before, and what is left for the sealer: it seals in the order of ids.
_CHAIN = r"""
CREATE OR REPLACE FUNCTION record_chain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    last record;
    leaf bytea;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.stream, 0));
    SELECT seq, at, hash INTO last FROM record_events
        WHERE stream = NEW.stream ORDER BY seq DESC LIMIT 1;
    NEW.id := nextval('record_event_id');
    NEW.seq := coalesce(last.seq, 0) + 1;
    NEW.at := greatest(bureau_now(), last.at);
    NEW.prev := coalesce(last.hash, decode(repeat('00', 32), 'hex'));
    leaf := convert_to(concat_ws(E'\n', 'caseflow-record/v1', NEW.stream, NEW.seq,
        (extract(epoch FROM NEW.at) * 1000000)::bigint, NEW.actor, NEW.action, NEW.idem,
        encode(NEW.sig, 'hex'), encode(NEW.prev, 'hex'), NEW.payload), 'UTF8');
    NEW.hash := sha256('\x00'::bytea || leaf);
    INSERT INTO record_pending (event_id) VALUES (NEW.id);
    RETURN NEW;
END $$
"""

_APPEND_ONLY = (
    "record_leaves",
    "checkpoints",
    "cosignatures",
    "checkpoint_sheets",
    "drill_downs",
    "sample_items",
    "working_paper_versions",
    "self_checks",
    "repairs",
)

_GRANTS = (
    # The seals: the sealer's alone; the application reads them.
    f"GRANT USAGE ON SCHEMA public TO {SEALER}",
    f"GRANT SELECT ON record_events, bureau_clock, alembic_version TO {SEALER}",
    f"GRANT SELECT, DELETE ON record_pending TO {SEALER}",
    f"GRANT SELECT, INSERT ON record_leaves, checkpoints TO {SEALER}",
    f"GRANT SELECT, INSERT, UPDATE ON record_tiles TO {SEALER}",
    "GRANT SELECT ON record_pending, record_leaves, record_tiles, checkpoints TO caseflow_app",
    "GRANT SELECT, INSERT ON cosignatures, checkpoint_sheets TO caseflow_app",
    (
        "GRANT SELECT, INSERT, UPDATE"
        " ON deputies, grants, sensitive_files, sensitive_readers, blobs TO caseflow_app"
    ),
    (
        "GRANT SELECT, INSERT ON drill_downs, samples, sample_items, working_papers,"
        " working_paper_versions, self_checks, repairs TO caseflow_app"
    ),
    (
        "GRANT SELECT, INSERT, UPDATE, DELETE ON address_failures, second_factors, recovery_codes"
        " TO caseflow_app"
    ),
    (
        "GRANT USAGE ON SEQUENCE deputies_id_seq, grants_id_seq, sensitive_files_id_seq,"
        " sensitive_readers_id_seq, drill_downs_id_seq, samples_id_seq, working_papers_id_seq,"
        " self_checks_id_seq, repairs_id_seq TO caseflow_app"
    ),
)


def upgrade() -> None:
    _require_roles()
    op.create_table(
        "address_failures",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_address_failures")),
    )
    op.create_table(
        "blobs",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scanner", sa.Text(), nullable=True),
        sa.Column("finding", sa.Text(), nullable=True),
        sa.Column("scrubbed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.CheckConstraint("size > 0", name=op.f("ck_blobs_size")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_blobs")),
    )
    op.create_index(
        "ix_blobs_quarantined",
        "blobs",
        ["stored_at"],
        unique=False,
        postgresql_where=sa.text("state = 'quarantined'"),
    )
    op.create_table(
        "checkpoints",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("octet_length(root) = 32", name=op.f("ck_checkpoints_root")),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_checkpoints")),
    )
    op.create_index("ix_checkpoints_at", "checkpoints", ["at"], unique=False)
    op.create_table(
        "record_pending",
        sa.Column("event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_record_pending")),
    )
    op.create_table(
        "record_tiles",
        sa.Column("level", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "octet_length(hashes) BETWEEN 32 AND 8192", name=op.f("ck_record_tiles_size")
        ),
        sa.PrimaryKeyConstraint("level", "index", name=op.f("pk_record_tiles")),
    )
    op.create_table(
        "self_checks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("took_ms", sa.BigInteger(), nullable=False),
        sa.Column("results", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("finding_count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_self_checks")),
    )
    op.create_table(
        "checkpoint_sheets",
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["size"], ["checkpoints.size"], name=op.f("fk_checkpoint_sheets_size_checkpoints")
        ),
        sa.PrimaryKeyConstraint("on", name=op.f("pk_checkpoint_sheets")),
    )
    op.create_table(
        "cosignatures",
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("witness", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["size"], ["checkpoints.size"], name=op.f("fk_cosignatures_size_checkpoints")
        ),
        sa.PrimaryKeyConstraint("size", "witness", name=op.f("pk_cosignatures")),
    )
    op.create_table(
        "deputies",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("principal_id", sa.BigInteger(), nullable=False),
        sa.Column("deputy_id", sa.BigInteger(), nullable=False),
        sa.Column("roles", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("kinds", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("granted_by", sa.BigInteger(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_by", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(revoked_by IS NULL) = (revoked_at IS NULL)", name=op.f("ck_deputies_revoked")
        ),
        sa.CheckConstraint("granted_by <> deputy_id", name=op.f("ck_deputies_not_self_made")),
        sa.CheckConstraint("length(reason) BETWEEN 1 AND 500", name=op.f("ck_deputies_reason")),
        sa.CheckConstraint("principal_id <> deputy_id", name=op.f("ck_deputies_two_people")),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_deputies_dates")),
        sa.ForeignKeyConstraint(
            ["deputy_id"], ["users.id"], name=op.f("fk_deputies_deputy_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["granted_by"], ["users.id"], name=op.f("fk_deputies_granted_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["principal_id"], ["users.id"], name=op.f("fk_deputies_principal_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by"], ["users.id"], name=op.f("fk_deputies_revoked_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputies")),
    )
    op.create_index(op.f("ix_deputies_deputy_id"), "deputies", ["deputy_id"], unique=False)
    op.create_index(op.f("ix_deputies_principal_id"), "deputies", ["principal_id"], unique=False)
    op.create_table(
        "record_leaves",
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["record_events.id"], name=op.f("fk_record_leaves_event_id_record_events")
        ),
        sa.PrimaryKeyConstraint("index", name=op.f("pk_record_leaves")),
        sa.UniqueConstraint("event_id", name=op.f("uq_record_leaves_event_id")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("code_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_recovery_codes_user_id_users")
        ),
        sa.PrimaryKeyConstraint("user_id", "code_sha256", name=op.f("pk_recovery_codes")),
    )
    op.create_table(
        "repairs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("check_name", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("repaired_by", sa.BigInteger(), nullable=False),
        sa.Column("repaired_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(reason) BETWEEN 1 AND 500", name=op.f("ck_repairs_reason")),
        sa.ForeignKeyConstraint(
            ["repaired_by"], ["users.id"], name=op.f("fk_repairs_repaired_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairs")),
    )
    op.create_index(
        "ix_repairs_check_name_subject", "repairs", ["check_name", "subject"], unique=False
    )
    op.create_table(
        "samples",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("wish", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("population", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 100", name=op.f("ck_samples_name")),
        sa.CheckConstraint("size BETWEEN 1 AND population", name=op.f("ck_samples_size")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_samples_author_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_samples")),
    )
    op.create_index(op.f("ix_samples_author_id"), "samples", ["author_id"], unique=False)
    op.create_table(
        "second_factors",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_second_factors_user_id_users")
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factors")),
    )
    op.create_table(
        "drill_downs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("taxpayer_id", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(reason) BETWEEN 1 AND 500", name=op.f("ck_drill_downs_reason")),
        sa.ForeignKeyConstraint(
            ["taxpayer_id"], ["taxpayers.id"], name=op.f("fk_drill_downs_taxpayer_id_taxpayers")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_drill_downs_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drill_downs")),
        sa.UniqueConstraint(
            "user_id", "taxpayer_id", "on", name=op.f("uq_drill_downs_user_id_taxpayer_id_on")
        ),
    )
    op.create_index(
        op.f("ix_drill_downs_taxpayer_id"), "drill_downs", ["taxpayer_id"], unique=False
    )
    op.create_table(
        "grants",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("taxpayer_id", sa.BigInteger(), nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("granted_by", sa.BigInteger(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_by", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(revoked_by IS NULL) = (revoked_at IS NULL)", name=op.f("ck_grants_revoked")
        ),
        sa.CheckConstraint("length(reason) BETWEEN 1 AND 500", name=op.f("ck_grants_reason")),
        sa.CheckConstraint(
            "num_nonnulls(unit_id, taxpayer_id, case_id) = 1", name=op.f("ck_grants_one_object")
        ),
        sa.CheckConstraint("user_id <> granted_by", name=op.f("ck_grants_not_self_made")),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_grants_dates")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_grants_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["granted_by"], ["users.id"], name=op.f("fk_grants_granted_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by"], ["users.id"], name=op.f("fk_grants_revoked_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["taxpayer_id"], ["taxpayers.id"], name=op.f("fk_grants_taxpayer_id_taxpayers")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_grants_unit_id_units")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_grants_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    op.create_index(op.f("ix_grants_case_id"), "grants", ["case_id"], unique=False)
    op.create_index(op.f("ix_grants_user_id"), "grants", ["user_id"], unique=False)
    op.create_table(
        "sample_items",
        sa.Column("sample_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_sample_items_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["samples.id"], name=op.f("fk_sample_items_sample_id_samples")
        ),
        sa.PrimaryKeyConstraint("sample_id", "place", name=op.f("pk_sample_items")),
        sa.UniqueConstraint("sample_id", "case_id", name=op.f("uq_sample_items_sample_id_case_id")),
    )
    op.create_table(
        "sensitive_files",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("taxpayer_id", sa.BigInteger(), nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("marked_by", sa.BigInteger(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by", sa.BigInteger(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "length(reason) BETWEEN 1 AND 500", name=op.f("ck_sensitive_files_reason")
        ),
        sa.CheckConstraint(
            "num_nonnulls(taxpayer_id, case_id) = 1", name=op.f("ck_sensitive_files_one_object")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_sensitive_files_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["lifted_by"], ["users.id"], name=op.f("fk_sensitive_files_lifted_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["marked_by"], ["users.id"], name=op.f("fk_sensitive_files_marked_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["taxpayer_id"], ["taxpayers.id"], name=op.f("fk_sensitive_files_taxpayer_id_taxpayers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sensitive_files")),
    )
    op.create_index(
        "uq_sensitive_files_case_id",
        "sensitive_files",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.create_index(
        "uq_sensitive_files_taxpayer_id",
        "sensitive_files",
        ["taxpayer_id"],
        unique=True,
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.create_table(
        "working_papers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("sample_id", sa.BigInteger(), nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_working_papers_author_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_working_papers_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["samples.id"], name=op.f("fk_working_papers_sample_id_samples")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_papers")),
    )
    op.create_index(
        op.f("ix_working_papers_author_id"), "working_papers", ["author_id"], unique=False
    )
    op.create_table(
        "sensitive_readers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("allowed_by", sa.BigInteger(), nullable=False),
        sa.Column("allowed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "user_id <> allowed_by", name=op.f("ck_sensitive_readers_not_self_made")
        ),
        sa.ForeignKeyConstraint(
            ["allowed_by"], ["users.id"], name=op.f("fk_sensitive_readers_allowed_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["sensitive_files.id"],
            name=op.f("fk_sensitive_readers_file_id_sensitive_files"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_sensitive_readers_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sensitive_readers")),
    )
    op.create_index(
        op.f("ix_sensitive_readers_user_id"), "sensitive_readers", ["user_id"], unique=False
    )
    op.create_index(
        "uq_sensitive_readers_file_id_user_id",
        "sensitive_readers",
        ["file_id", "user_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "working_paper_versions",
        sa.Column("paper_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(body) <= 50000", name=op.f("ck_working_paper_versions_body")),
        sa.CheckConstraint(
            "length(title) BETWEEN 1 AND 200", name=op.f("ck_working_paper_versions_title")
        ),
        sa.ForeignKeyConstraint(
            ["paper_id"],
            ["working_papers.id"],
            name=op.f("fk_working_paper_versions_paper_id_working_papers"),
        ),
        sa.PrimaryKeyConstraint("paper_id", "version", name=op.f("pk_working_paper_versions")),
    )
    op.add_column("answers", sa.Column("for_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_answers_for_id_users"), "answers", "users", ["for_id"], ["id"])
    op.add_column("attachments", sa.Column("collected_by", sa.Text(), nullable=True))
    op.add_column("attachments", sa.Column("collected_on", sa.Date(), nullable=True))
    op.add_column("attachments", sa.Column("collected_at", sa.Text(), nullable=True))
    op.add_column("attachments", sa.Column("origin", sa.Text(), nullable=True))
    op.add_column(
        "cases",
        sa.Column(
            "lines",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'::text[]"),
            nullable=False,
        ),
    )
    op.add_column("outbox", sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("outbox", sa.Column("discarded_by", sa.BigInteger(), nullable=True))
    op.add_column("outbox", sa.Column("discard_reason", sa.Text(), nullable=True))
    op.create_foreign_key(
        op.f("fk_outbox_discarded_by_users"), "outbox", "users", ["discarded_by"], ["id"]
    )
    op.add_column("sessions", sa.Column("revoked_for", sa.Text(), nullable=True))
    op.add_column(
        "sessions", sa.Column("second_factor_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("sessions", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("tasks", sa.Column("done_for", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_tasks_done_by_deputies",
        "tasks",
        ["done_by", "case_id"],
        unique=False,
        postgresql_where=sa.text("done_for IS NOT NULL"),
    )
    op.create_foreign_key(op.f("fk_tasks_done_for_users"), "tasks", "users", ["done_for"], ["id"])
    # ### end Alembic commands ###
    for table in _APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION record_refuse()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_refuse")
    for statement in _GRANTS:
        op.execute(statement)
    op.execute(_CHAIN)
    op.execute("INSERT INTO record_pending (event_id) SELECT id FROM record_events")


def _require_roles() -> None:
    """Stop before anything is changed when a role is missing; the text says what to run."""
    connection = op.get_bind()
    wanted = [SEALER, *LEVELS]
    found = connection.scalars(
        sa.text("SELECT rolname FROM pg_roles WHERE rolname = ANY(:names)"), {"names": wanted}
    )
    missing = sorted(set(wanted) - set(found))
    if missing:
        message = f"roles are missing: {', '.join(missing)}; `caseflow db roles` prints the SQL"
        raise RuntimeError(message)
    database = connection.scalar(sa.text("SELECT quote_ident(current_database())"))
    op.execute(f"GRANT CONNECT ON DATABASE {database} TO {SEALER}")
