"""Which tables PostgreSQL itself keeps from changing without an event, and why not the others.

At the end of a transaction a deferred trigger asks, for each row that it changed in a guarded
table, whether the same transaction wrote an event that tells of it. ``caseflow db upgrade`` lays
the triggers, the doctor compares them with what is declared here, and a test finds the table that
is in neither half. The case itself is guarded by its revision (migration 0002).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from caseflow.database_roles.functions import PATH

# An event is of this transaction when the row that waits for the sealer says so: the application
# cannot write such a row, and the sealer does not see it before the transaction has ended. Whoever
# appends to a stream holds its lock until then: the newest event is the one to look at.
_IS_TOLD = """
SELECT 1 FROM record_pending p
WHERE p.written_in = pg_current_xact_id()::text::bigint AND p.event_id = (
    SELECT e.id FROM record_events e WHERE e.stream = {stream} ORDER BY e.seq DESC LIMIT 1)
"""
_REFUSED = """
    RAISE EXCEPTION 'a change of % has no event in the record', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
"""
_OF_ANY = "change_must_be_recorded"
# Most guarded rows are of a case and come in by the ten thousand: for them the column is named.
_OF_CASES = "change_of_case_must_be_recorded"

# What each function is made with, as the catalogue lists it.
SETTINGS = (
    PATH,
    "enable_seqscan=off",
    "plan_cache_mode=force_generic_plan",
)

BODIES: Mapping[str, str] = {
    _OF_ANY: f"""
DECLARE
    changed jsonb := to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END);
    was jsonb := CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(OLD) END;
    way text;
    key text;
    is_told boolean := false;
BEGIN
    FOREACH way IN ARRAY TG_ARGV LOOP
        key := split_part(rtrim(way, '}}'), '{{', 2);
        -- What names the stream stays, or the event would be on another's than the row was.
        IF key <> '' AND was ->> key <> coalesce(changed ->> key, '') THEN
            is_told := false;
            EXIT;
        ELSIF is_told THEN
            CONTINUE;
        ELSIF way LIKE 'act:%' THEN
            is_told := EXISTS (
                SELECT 1 FROM record_events e JOIN record_pending p ON p.event_id = e.id
                WHERE e.action = substr(way, 5)
                    AND p.written_in = pg_current_xact_id()::text::bigint);
        ELSE
            way := split_part(way, '{{', 1) || CASE key WHEN '' THEN '' ELSE changed ->> key END;
            is_told := EXISTS ({_IS_TOLD.format(stream="way")});
        END IF;
    END LOOP;
    IF is_told THEN
        RETURN NULL;
    END IF;
{_REFUSED}
END
""",  # noqa: S608 -- a text of ours
    # A row that changes hands is told to both cases; one that is of no case yet, to nobody.
    _OF_CASES: f"""
BEGIN
    IF (TG_OP = 'DELETE' OR NEW.case_id IS NULL
            OR EXISTS ({_IS_TOLD.format(stream="'case:' || NEW.case_id")}))
        AND (TG_OP = 'INSERT' OR OLD.case_id IS NULL
            OR TG_OP = 'UPDATE' AND OLD.case_id = NEW.case_id
            OR EXISTS ({_IS_TOLD.format(stream="'case:' || OLD.case_id")})) THEN
        RETURN NULL;
    END IF;
{_REFUSED}
END
""",
}


def made(function: str) -> str:
    """What makes one of the functions, or makes it again.

    Its plan is made once, when hardly anything waits for the sealer, and kept when much does.
    """
    settings = " ".join(f"SET {each.replace('=', ' = ')}" for each in SETTINGS)
    return (
        f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
        f" {settings} AS $${BODIES[function]}$$"
    )


_OF_A_CASE = ("case:{case_id}",)


@dataclass(frozen=True, slots=True)
class Guard:
    """
    What may tell of a row: any of these streams or acts.

    ``case:{case_id}`` is the stream that the row's column names; ``act:sample.drawn`` an act of
    that name in whatever stream, for acts that are rare. ``columns``: the only ones whose update
    counts, else all. ``when``: the rows that count, by the row alone, else all.
    """

    told: tuple[str, ...]
    events: str = "IDU"
    columns: tuple[str, ...] = ()
    when: str = ""

    def definition(self, table: str) -> str:
        """What makes the trigger, as PostgreSQL prints it."""
        of = f" OF {', '.join(self.columns)}" if self.columns else ""
        words = {"I": "INSERT", "D": "DELETE", "U": f"UPDATE{of}"}
        is_of_case = self.told == _OF_A_CASE
        told = "" if is_of_case else ", ".join(f"'{each}'" for each in self.told)
        function = _OF_CASES if is_of_case else _OF_ANY
        when = f" WHEN ({self.when})" if self.when else ""
        return (
            f"CREATE CONSTRAINT TRIGGER {name(table)} AFTER"
            f" {' OR '.join(words[letter] for letter in self.events)} ON public.{table}"
            f" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW{when} EXECUTE FUNCTION {function}({told})"
        )

    def statement(self, table: str) -> str:
        """What lays the trigger, or lays it again; it fires whatever a session claims to be."""
        return (
            f"DROP TRIGGER IF EXISTS {name(table)} ON {table}; {self.definition(table)};"
            f" ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name(table)}"
        )


def name(table: str) -> str:
    """What the trigger of a table is called."""
    return f"{table}_must_be_recorded"


_OF_A_PERSON = Guard(("user:{user_id}",))
_OF_DEFINITIONS = Guard(("sys:definitions",))
_OF_THE_BUREAU = Guard(("sys:people",))
_OF_AN_AUDITOR = Guard(("user:{author_id}",))

GUARDS: Mapping[str, Guard] = {
    # What hangs on a case.
    "answers": Guard(_OF_A_CASE),
    "documents": Guard(_OF_A_CASE),
    "seal_uses": Guard(_OF_A_CASE),
    "paper_services": Guard(_OF_A_CASE),
    "attachments": Guard(_OF_A_CASE),
    "assessed_amounts": Guard(_OF_A_CASE),
    "referrals": Guard(_OF_A_CASE),
    "former_doubts": Guard(_OF_A_CASE),
    "case_links": Guard(_OF_A_CASE),
    "mergers": Guard(_OF_A_CASE),
    "batch_lines": Guard(_OF_A_CASE),
    "campaigns": Guard(_OF_A_CASE),
    "campaign_lines": Guard(_OF_A_CASE),
    "household_marks": Guard(_OF_A_CASE),
    "third_party_records": Guard(_OF_A_CASE),
    "directive_lines": Guard(_OF_A_CASE),
    "directive_parts": Guard(_OF_A_CASE),
    "rechecks": Guard(_OF_A_CASE),
    "archived_files": Guard(_OF_A_CASE),
    "archive_loans": Guard(_OF_A_CASE),
    "payment_matches": Guard(_OF_A_CASE),
    "recheck_plans": Guard(("act:recheck.drawn",)),
    "evaluation_plans": Guard(_OF_A_CASE),
    "plan_objects": Guard(_OF_A_CASE),
    "recusals": Guard(_OF_A_CASE),
    "recusal_requests": Guard(_OF_A_CASE),
    "case_moves": Guard(_OF_A_CASE),
    "extensions": Guard(_OF_A_CASE),
    # Not when the next rung of the ladder is due: that follows from the rest.
    "tasks": Guard(
        _OF_A_CASE,
        columns=(
            "case_id",
            "key",
            "element",
            "form_key",
            "roles",
            "unit_id",
            "relation",
            "separation",
            "assignee_id",
            "held_for",
            "item",
            "status",
            "due_at",
            "done_at",
            "done_by",
            "done_for",
            "done_through",
            "returned_by",
            "return_reason",
            "asked_kind",
            "asked_for_id",
            "asked_by",
            "asked_text",
            "asked_then",
            "asked_answer",
        ),
    ),
    # A warning is a case's as soon as it has come into one: a doubt, whose evidence stays.
    "tax_warnings": Guard(
        _OF_A_CASE,
        events="IU",
        columns=(
            "run_id",
            "taxpayer_id",
            "indicator",
            "indicator_version_id",
            "kind",
            "period",
            "value",
            "threshold",
            "side",
            "peers",
            "inputs",
            "batches",
            "severity",
            "points",
            "estimated_tax",
            "fingerprint",
            "status",
            "case_id",
            "joined_at",
            "finding",
            "cause",
            "verdict",
        ),
    ),
    # Powers.
    "deputies": Guard(("user:{principal_id}",)),
    "grants": _OF_A_PERSON,
    "sensitive_files": Guard(("case:{case_id}", "user:{lifted_by}", "user:{marked_by}")),
    "sensitive_readers": Guard(("act:sensitive.reader_allowed", "act:sensitive.reader_ended")),
    "drill_downs": _OF_A_PERSON,
    "bulk_assignments": _OF_A_PERSON,
    "repeated_answers": _OF_A_PERSON,
    "household_reads": _OF_A_PERSON,
    "file_reads": _OF_A_PERSON,
    "units": _OF_THE_BUREAU,
    "posts": _OF_THE_BUREAU,
    "users": Guard(
        ("sys:people", "user:{id}"),
        columns=("login", "is_active", "is_demo", "password_hash", "must_change_password"),
    ),
    "second_factors": Guard(
        ("user:{user_id}",), columns=("user_id", "secret", "created_at", "confirmed_at")
    ),
    "recovery_codes": _OF_A_PERSON,
    "sessions": Guard(
        ("user:{user_id}",),
        events="IU",
        columns=("token_sha256", "user_id", "awaits", "second_factor_at"),
    ),
    # Whose a household is decides who sees it; the rest of it comes from files.
    "taxpayers": Guard(
        ("sys:facts", "sys:households"),
        events="U",
        columns=("district_id", "section_id", "administrator_id"),
        when="((old.district_id IS DISTINCT FROM new.district_id)"
        " OR (old.section_id IS DISTINCT FROM new.section_id)"
        " OR (old.administrator_id IS DISTINCT FROM new.administrator_id))",
    ),
    "responsibilities": Guard(("sys:facts", "sys:households")),
    "higher_assessments": Guard(("sys:households",)),
    **dict.fromkeys(("handovers", "handover_takers", "handover_cases"), Guard(("sys:households",))),
    "log_entries": _OF_A_PERSON,
    "log_days": _OF_A_PERSON,
    "patrol_lines": Guard(("user:{planned_by}", "user:{dropped_by}")),
    "patrol_visits": Guard(("user:{officer_id}", "user:{second_id}", "case:{case_id}")),
    "patrol_photographs": Guard(("user:{noted_by}",)),
    # Limits of the house's own: what holds from the start was put in when nothing was on record.
    "parameters": Guard(
        ("sys:parameters",), events="I", when="(new.valid_from > '2000-01-01'::date)"
    ),
    # The plan of a later year, or a day changed; the first plans are put in at set-up.
    "working_days": Guard(("sys:calendar",), events="DU"),
    "filing_deadlines": Guard(("sys:calendar",)),
    # What the house goes by.
    "definitions": _OF_DEFINITIONS,
    "definition_drafts": _OF_DEFINITIONS,
    "case_migrations": _OF_DEFINITIONS,
    "import_batches": Guard(("sys:facts",)),
    "yearly_results": Guard(("sys:facts",)),
    # What of them is matched follows from the matches, each told by its case.
    "payments": Guard(
        ("sys:facts",),
        columns=("receipt", "line", "taxpayer_id", "item", "tax", "period", "amount", "paid_on"),
    ),
    "screening_runs": Guard(
        ("sys:screening",), columns=("status", "reviewed_by", "reason", "figures")
    ),
    # What is said about the record.
    "samples": _OF_AN_AUDITOR,
    "sample_items": Guard(("act:sample.drawn",)),
    "working_papers": _OF_AN_AUDITOR,
    "checkpoint_sheets": Guard(("sys:seals",)),
    "self_checks": Guard(("sys:self_checks",)),
    "repairs": Guard(("act:self_check.repaired", "act:self_check.house_repaired")),
}

# Every other table, and why an event need not stand beside each change.
UNGUARDED: Mapping[str, str] = {
    "cases": "has the stricter guard: the event numbered like its revision",
    "record_events": "is the record",
    **dict.fromkeys(
        ("record_pending", "record_leaves", "record_tiles", "checkpoints", "seal_findings"),
        "is the sealer's, proved by hashes and signatures",
    ),
    "cosignatures": "is proved by the witness's signature",
    "working_paper_versions": "is kept while its author types; versions saved by hand are told",
    **dict.fromkeys(
        ("case_courses", "variants", "routes", "course_cells", "course_sums", "course_marks"),
        "is computed from the record",
    ),
    "report_figures": "is computed from facts",
    "former_units": "is written by a trigger of the households",
    "indicator_versions": "is never changed; a run names the hash of what it used",
    "reminders": "follows from due dates; each rung is told",
    "case_migration_lines": "is judged in the background; what moves a case is told by the case",
    "drafts": "is nothing until it is handed in",
    "notices": "follows from acts, each told by its case; reading one is a person's convenience",
    **dict.fromkeys(("saved_views", "seen_cases"), "is a person's convenience"),
    **dict.fromkeys(
        ("sign_in_failures", "address_failures", "rate_windows", "done_posts"),
        "is the door's memory; signing in and out and refusals are told",
    ),
    **dict.fromkeys(
        ("outbox", "messages", "runs", "process_beats", "number_series", "blobs"),
        "is the machine's own work",
    ),
    "bureau_clock": "notes the time; in production it is locked by a rule of its own",
    "alembic_version": "is the migrations'",
}
