"""Statements that nobody honest sends, and what must come of each from each role.

One letter for each role, in the order owner, application, sealer, then the levels: city, division,
district, section, officer, auditor, administrator. The levels read for people of the other
district, of another line of business, or of no case at all.

``.`` no privilege, ``r`` row security, ``g`` a guard of the record, ``i`` a rule of the data,
``x`` not to be had here; ``y`` done; ``0`` done, and nothing was seen or changed.
"""

from __future__ import annotations

# Somebody else, whoever asks.
_OTHER = "FROM users WHERE login = 'far_officer'"
_EVENT = (
    "INSERT INTO record_events (stream, actor, action, idem, sig, payload)"
    " SELECT 'user:1', 'user:' || id, 'case.noted', gen_random_uuid(), sha512(''), '{}' " + _OTHER
)
_PAPER = "INSERT INTO working_papers (author_id, created_at) SELECT id, now() " + _OTHER
_VIEW = (
    "INSERT INTO saved_views (user_id, name, settings, created_at) SELECT id, 'x', '{}', now() "
    + _OTHER
)

STATEMENTS: dict[str, str] = {
    # The record and its seals.
    "UPDATE record_events SET payload = '{}'": "g.........",
    "UPDATE record_events SET hash = prev": "g.........",
    "DELETE FROM record_events": "g.........",
    "TRUNCATE record_events CASCADE": "g.........",
    "ALTER TABLE record_events DISABLE TRIGGER ALL": "..........",
    "ALTER TABLE record_events DISABLE TRIGGER record_refuse": "y.........",
    "DROP TRIGGER record_chain ON record_events": "y.........",
    "DROP TABLE answers CASCADE": "y.........",
    "INSERT INTO record_events (seq) VALUES (1)": "i.........",
    _EVENT: "yy......r.",
    "SELECT setval('record_event_id', 1000000)": "y.........",
    "SELECT nextval('record_event_id')": "y.........",
    "UPDATE answers SET content = '{}'": "g.........",
    "DELETE FROM answers": "g.........",
    "UPDATE record_leaves SET event_id = 1": "g.........",
    "DELETE FROM checkpoints": "g.........",
    (
        "INSERT INTO checkpoints (size, at, root, note) VALUES (0, now(), sha256(''), '')"
    ): "y.y.......",
    "DELETE FROM record_pending": "y.y.......",
    "INSERT INTO record_tiles (level, index, hashes) VALUES (9, 9, sha256(''))": "y.y.......",
    # Cases, without an act.
    "UPDATE cases SET priority = 'urgent'": "ii........",
    "UPDATE cases SET revision = revision + 1": "ii........",
    "DELETE FROM cases": "i.........",
    "DELETE FROM documents": "i.........",
    "UPDATE definitions SET files = '{}'": "i.........",
    "UPDATE alembic_version SET version_num = '0'": "y.........",
    (
        "INSERT INTO recusals (case_id, user_id, declaration, decided_by, at)"
        " SELECT 1, 1, '', 1, now()"
    ): "ii........",
    # Another's papers, another's reading.
    _PAPER: "ii......r.",
    (
        "INSERT INTO saved_views (user_id, name, settings, created_at) VALUES (1, 'x', '{}', now())"
    ): "yy......r.",
    "DELETE FROM saved_views": "00......0.",
    # Guards, roles, settings.
    "SET session_replication_role = 'replica'": "..........",
    "SET ROLE postgres": "..........",
    "SET ROLE caseflow_owner": "y.........",
    "SET ROLE caseflow_sealer": "..y.......",
    "SET ROLE caseflow_level_auditor": ".y.yyyyyyy",
    "SET SESSION AUTHORIZATION caseflow_owner": "y.........",
    "ALTER ROLE caseflow_app SUPERUSER": "..........",
    "ALTER ROLE caseflow_level_officer BYPASSRLS": "..........",
    "GRANT caseflow_owner TO caseflow_app": "..........",
    "CREATE ROLE intruder": "..........",
    "ALTER TABLE cases DISABLE ROW LEVEL SECURITY": "y.........",
    "CREATE POLICY everything ON cases USING (true)": "y.........",
    "DROP POLICY read_district ON cases": "y.........",
    # Ids of cases for a post, as desks ask for them; what they are of stays behind row security.
    "SELECT cases_waiting(ARRAY['1:district_director'])": "00.0000000",
    (
        "CREATE OR REPLACE FUNCTION reader_hidden() RETURNS bigint[] LANGUAGE sql"
        " AS 'SELECT NULL::bigint[]'"
    ): "y.........",
    "ALTER FUNCTION record_refuse() SECURITY DEFINER": "y.........",
    "GRANT caseflow_level_auditor TO caseflow_sealer": "..........",
    "SELECT pg_switch_wal()": "..........",
    "SELECT pg_reload_conf()": "..........",
    (
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'postgres'"
    ): "..........",
    # What is not theirs to read.
    "SELECT password_hash FROM users": "yy........",
    "SELECT * FROM users": "yy........",
    "COPY users TO STDOUT": "yy........",
    "SELECT csrf_secret FROM sessions": "00........",
    "SELECT secret FROM second_factors": "00........",
    "SELECT code_sha256 FROM recovery_codes": "00........",
    "SELECT rolpassword FROM pg_authid": "..........",
    "SELECT id, state FROM cases": "yy.y0000y0",
    "SELECT name, phone FROM taxpayers": "yy.yy000y0",
    "SELECT name, phone FROM taxpayers WHERE starts_with(name, '大')": "yy.yy000y0",
    "SELECT evidence.content FROM answers evidence": "yy.y0000y0",
    "SELECT data FROM documents": "yy.y0000y0",
    "SELECT payload FROM record_events WHERE starts_with(stream, 'case:')": "yyyy0000y0",
    "SELECT payload FROM record_events WHERE stream = 'sys:people'": "yyy00000yy",
    "SELECT body FROM working_paper_versions": "00......0.",
    "SET row_security = off; SELECT id FROM cases": "ryrrrrrrrr",
    # The net is under forgotten conditions: a session that runs SQL of its own may move it.
    (
        "SELECT set_config('caseflow.scope',"
        " (SELECT '{' || string_agg((3 * id)::text, ',') || '}' FROM units), true);"
        " SELECT id FROM cases"
    ): "yy.yyyyyy0",
    # The machine.
    "COPY (SELECT 1) TO PROGRAM 'true'": "..........",
    "COPY working_days FROM PROGRAM 'true'": "..........",
    "COPY (SELECT 1) TO '/tmp/caseflow-was-here'": "..........",
    "SELECT pg_read_file('PG_VERSION')": "..........",
    "SELECT pg_ls_dir('.')": "..........",
    "SELECT lo_import('/etc/hostname')": "..........",
    "SELECT lo_create(0)": "yyyyyyyyyy",
    "CREATE EXTENSION dblink": "xxxxxxxxxx",
    "CREATE FOREIGN DATA WRAPPER elsewhere": "..........",
    "CREATE TABLE intruders (id int)": "y.........",
    "CREATE TEMP TABLE intruders (id int)": "y.........",
    "CREATE SCHEMA intruders": "y.........",
    "CREATE FUNCTION intrude() RETURNS int LANGUAGE sql AS 'SELECT 1'": "y.........",
    "CREATE FUNCTION pg_temp.intrude() RETURNS int LANGUAGE sql AS 'SELECT 1'": "y.........",
    "LOCK TABLE cases IN ACCESS EXCLUSIVE MODE": "yy........",
    # Harmless, and for everybody: a session may wait, tell and be told.
    "DO $$ BEGIN PERFORM 1; END $$": "yyyyyyyyyy",
    "LISTEN anything": "yyyyyyyyyy",
    "NOTIFY anything": "yyyyyyyyyy",
    "SELECT pg_advisory_xact_lock(1)": "yyyyyyyyyy",
}
