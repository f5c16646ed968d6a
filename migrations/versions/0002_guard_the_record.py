"""Chain the record by trigger, keep it append-only, give the application its grants."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Business time: the machine's clock plus the bureau's offset, fixed for the transaction.
_BUREAU_NOW = """
CREATE FUNCTION bureau_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT transaction_timestamp()
        + coalesce((SELECT offset_us FROM bureau_clock WHERE id = 1), 0) * interval '1 microsecond'
$$
"""

# The id is taken after the lock: a default would be evaluated before it, and the order of
# ids would differ from the order of the chain. sha256() is built into PostgreSQL.
_CHAIN = r"""
CREATE FUNCTION record_chain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
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
    RETURN NEW;
END $$
"""

_REFUSE = """
CREATE FUNCTION record_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$
"""

# Whatever changes a case must leave an event numbered like the case's revision.
_MUST_RECORD = """
CREATE FUNCTION case_must_be_recorded() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM record_events
                   WHERE stream = 'case:' || NEW.id AND seq = NEW.revision) THEN
        RAISE EXCEPTION 'case % revision % has no event in the record', NEW.id, NEW.revision
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$
"""
# Once the event of a revision is written, whatever changes the case needs a new revision.
_MUST_RISE = """
CREATE FUNCTION case_revision_must_rise() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.revision < OLD.revision OR NEW.revision = OLD.revision AND EXISTS (
            SELECT 1 FROM record_events
            WHERE stream = 'case:' || OLD.id AND seq = OLD.revision) THEN
        RAISE EXCEPTION 'case % changed without a new revision', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""

_TRIGGERS = (
    (
        "CREATE TRIGGER record_chain BEFORE INSERT ON record_events"
        " FOR EACH ROW EXECUTE FUNCTION record_chain()"
    ),
    (
        "CREATE TRIGGER record_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON record_events"
        " FOR EACH STATEMENT EXECUTE FUNCTION record_refuse()"
    ),
    (
        "CREATE TRIGGER answers_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON answers"
        " FOR EACH STATEMENT EXECUTE FUNCTION record_refuse()"
    ),
    (
        "CREATE CONSTRAINT TRIGGER case_must_be_recorded AFTER INSERT OR UPDATE ON cases"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION case_must_be_recorded()"
    ),
    (
        "CREATE TRIGGER case_revision_must_rise BEFORE UPDATE ON cases"
        " FOR EACH ROW EXECUTE FUNCTION case_revision_must_rise()"
    ),
    # ALWAYS: also when a session claims to be a replica.
    "ALTER TABLE record_events ENABLE ALWAYS TRIGGER record_chain",
    "ALTER TABLE record_events ENABLE ALWAYS TRIGGER record_refuse",
    "ALTER TABLE answers ENABLE ALWAYS TRIGGER answers_refuse",
    "ALTER TABLE cases ENABLE ALWAYS TRIGGER case_must_be_recorded",
    "ALTER TABLE cases ENABLE ALWAYS TRIGGER case_revision_must_rise",
)

_CHECKS = (
    (
        "ALTER TABLE record_events ADD CONSTRAINT ck_record_events_stream"
        " CHECK (stream ~ '^[a-z]+:[A-Za-z0-9._-]{1,64}$')"
    ),
    (
        "ALTER TABLE record_events ADD CONSTRAINT ck_record_events_actor"
        " CHECK (actor !~ '[[:cntrl:]]' AND length(actor) <= 128)"
    ),
    (
        "ALTER TABLE record_events ADD CONSTRAINT ck_record_events_action"
        " CHECK (action ~ '^[a-z][a-z0-9_.]{0,63}$')"
    ),
    "ALTER TABLE record_events ADD CONSTRAINT ck_record_events_sig CHECK (octet_length(sig) = 64)",
    (
        "ALTER TABLE record_events ADD CONSTRAINT ck_record_events_payload"
        " CHECK (octet_length(payload) <= 60000)"
    ),
)

_GRANTS = (
    "GRANT USAGE ON SCHEMA public TO caseflow_app",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO caseflow_app",
    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO caseflow_app",
    "REVOKE ALL ON record_events, answers FROM caseflow_app",
    "REVOKE ALL ON SEQUENCE record_event_id FROM caseflow_app",
    "GRANT SELECT, INSERT ON answers TO caseflow_app",
    "GRANT SELECT ON record_events TO caseflow_app",
    # Only what the writer says; number, time and hashes are the trigger's.
    "GRANT INSERT (stream, actor, action, idem, sig, payload) ON record_events TO caseflow_app",
    (
        "REVOKE DELETE ON cases, tasks, documents, attachments, tax_warnings, users, posts, units,"
        " taxpayers, definitions, import_batches, indicator_versions FROM caseflow_app"
    ),
    # A version never changes: what a running case goes by, and what its evidence was found by.
    "REVOKE UPDATE ON definitions, indicator_versions FROM caseflow_app",
    "REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM caseflow_app",
)


def upgrade() -> None:
    op.execute("CREATE SEQUENCE record_event_id")
    for statement in (_BUREAU_NOW, _CHAIN, _REFUSE, _MUST_RECORD, _MUST_RISE):
        op.execute(statement)
    for statement in (*_TRIGGERS, *_CHECKS, *_GRANTS):
        op.execute(statement)
    op.execute("INSERT INTO bureau_clock (id, offset_us, is_demo) VALUES (1, 0, false)")
