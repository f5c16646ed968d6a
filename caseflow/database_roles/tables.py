"""What each role may do with each table: declared once, given at every upgrade, held by the doctor.

Whoever lays a table by a migration gives the application its privileges there, and says here the
same, what a row tells of, and who may read it. A test finds the table that is not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from caseflow.vocabulary import Level


class Rows(Enum):
    """What a row tells of, and so which condition its table's row security sets."""

    # Nothing that is kept from anybody who may read the table.
    OPEN = "open"
    # A case, a step of one, or a household, named by the key.
    CASE = "case"
    STEP = "step"
    HOUSEHOLD = "household"
    # A campaign, seen with a row of its list too; and such a row, seen with its case too.
    CAMPAIGN = "campaign"
    CAMPAIGN_LINE = "campaign_line"
    # A household, or the case that a warning has come into.
    WARNING = "warning"
    # One person's own things; and what somebody did about a case.
    OWN = "own"
    OWN_OR_CASE = "own_or_case"
    # An act of the record: of a case, a person, or the house.
    ACT = "act"
    # An auditor's paper, that auditors alone read and its author alone writes.
    AUTHORED = "authored"


@dataclass(frozen=True, slots=True)
class Table:
    """What is declared of one table; privileges as letters of Select, Insert, Update, Delete."""

    rows: Rows
    app: str
    # The levels whose role may select it.
    levels: frozenset[Level]
    # The column that names the case, step, household or person.
    key: str = ""
    # Columns that no level may select.
    secrets: frozenset[str] = frozenset()
    # The only columns that whoever inserts may update: application or sealer.
    ends: tuple[str, ...] = ()
    # What an auditor's own acts need beside reading.
    auditor: str = ""
    sealer: str = ""


_ALL = frozenset(Level)
_WATCHERS = frozenset({Level.AUDITOR, Level.ADMINISTRATOR})
_CHIEFS = _ALL - {Level.OFFICER}
_BUT_SYSTEM = _ALL - {Level.ADMINISTRATOR}
_AUDITORS = frozenset({Level.AUDITOR})
_NOBODY: frozenset[Level] = frozenset()


def _open(
    app: str,
    levels: frozenset[Level] = _ALL,
    *,
    ends: tuple[str, ...] = (),
    auditor: str = "",
    sealer: str = "",
) -> Table:
    return Table(Rows.OPEN, app, levels, ends=ends, auditor=auditor, sealer=sealer)


def _case(app: str, key: str = "case_id") -> Table:
    return Table(Rows.CASE, app, _ALL, key)


def _household(app: str, key: str = "taxpayer_id") -> Table:
    return Table(Rows.HOUSEHOLD, app, _ALL, key)


def _own(app: str, *secrets: str, auditor: str = "") -> Table:
    return Table(Rows.OWN, app, _ALL, "user_id", frozenset(secrets), auditor=auditor)


# What the application says of an event; number, time and hashes are the trigger's.
EVENT_COLUMNS = ("stream", "actor", "action", "idem", "sig", "payload")

TABLES: Mapping[str, Table] = {
    # Cases and what hangs on them.
    "cases": _case("SIU", "id"),
    "case_links": _case("SIUD"),
    "mergers": _case("SI"),
    "assessed_amounts": _case("SIUD"),
    "referrals": _case("SIUD"),
    "former_doubts": _case("SI"),
    "batch_lines": _case("SIU"),
    "campaigns": Table(Rows.CAMPAIGN, "SIU", _ALL, "case_id"),
    "campaign_lines": Table(Rows.CAMPAIGN_LINE, "SIUD", _ALL, "case_id"),
    "third_party_records": _case("SIU"),
    "directive_lines": _case("SIU"),
    "directive_parts": _case("SIU"),
    "rechecks": _case("SIU"),
    "archived_files": _case("SI"),
    "archive_loans": _case("SIU"),
    "payment_matches": _case("SI"),
    "evaluation_plans": _case("SIU"),
    "plan_objects": _case("SIU"),
    "tasks": _case("SIU"),
    "answers": _case("SI"),
    "documents": _case("SIU"),
    "seal_uses": _case("SI"),
    "paper_services": _case("SI"),
    "attachments": _case("SIU"),
    "case_courses": _case("SIU"),
    "case_moves": _case("SIU"),
    "extensions": _case("SIU"),
    "case_migration_lines": _case("SIU"),
    "reminders": Table(Rows.STEP, "SIUD", _ALL, "task_id"),
    "drafts": _own("SIUD"),
    "notices": _own("SIU"),
    "seen_cases": _own("SIU"),
    "recusals": Table(Rows.OWN_OR_CASE, "SIUD", _ALL, "user_id"),
    "recusal_requests": Table(Rows.OWN_OR_CASE, "SIU", _ALL, "user_id"),
    "file_reads": Table(Rows.OWN_OR_CASE, "SI", _ALL, "user_id", auditor="I"),
    # Households.
    "taxpayers": _household("SIU", "id"),
    "payments": _household("SIU"),
    "former_units": _open("S", _NOBODY),
    "responsibilities": _household("SIUD"),
    "household_marks": _household("SI"),
    "higher_assessments": _household("SI"),
    "handovers": _open("SI"),
    "handover_takers": _open("SI", ends=("confirmed_at",)),
    "handover_cases": _case("SI"),
    # The second officer need not manage the household; whose log and plan it is, the pages ask.
    "log_entries": _open("SI", _BUT_SYSTEM),
    "log_days": _open("SI", _BUT_SYSTEM),
    "patrol_lines": _open("SI", _BUT_SYSTEM, ends=("dropped_by", "dropped_at", "drop_reason")),
    "patrol_visits": _open("SI", _BUT_SYSTEM, ends=("confirmed_at", "case_id")),
    "patrol_photographs": _open("SI", _BUT_SYSTEM),
    "tax_warnings": Table(Rows.WARNING, "SIU", _ALL, "taxpayer_id"),
    "drill_downs": _own("SI"),
    "household_reads": _own("SI"),
    # People and their sessions.
    "units": _open("SIU"),
    "users": Table(Rows.OPEN, "SIU", _ALL, secrets=frozenset({"password_hash"})),
    "posts": _open("SIU"),
    "sessions": _own("SIUD", "csrf_secret"),
    "second_factors": _own("SIUD", "secret", "last_step"),
    "recovery_codes": _own("SIUD", "code_sha256"),
    "bulk_assignments": _own("SIU"),
    "repeated_answers": _own("SIU"),
    "saved_views": _own("SID", auditor="ID"),
    "sign_in_failures": _open("SIUD", _WATCHERS),
    "address_failures": _open("SIUD", _WATCHERS),
    # Powers: that they are there is known to all whom a condition must ask for them.
    "deputies": _open("SIU"),
    "grants": _open("SI", ends=("revoked_by", "revoked_at")),
    "sensitive_files": _open("SI", ends=("lifted_by", "lifted_at")),
    "sensitive_readers": _open("SI", ends=("ended_at",)),
    # The record and its seals.
    "record_events": Table(Rows.ACT, "S", _ALL, "stream", sealer="S"),
    "record_pending": _open("S", sealer="SD"),
    "record_leaves": _open("S", sealer="SI"),
    "record_tiles": _open("S", sealer="SIU"),
    "checkpoints": _open("S", sealer="SI"),
    "cosignatures": _open("SI"),
    "seal_findings": _open("S", ends=("ended_at",), sealer="SI"),
    "checkpoint_sheets": _open("SI"),
    "samples": Table(Rows.AUTHORED, "SI", _AUDITORS, "author_id", auditor="I"),
    "sample_items": _open("SI", _AUDITORS, auditor="I"),
    "working_papers": Table(Rows.AUTHORED, "SI", _AUDITORS, "author_id", auditor="I"),
    "working_paper_versions": _open("SI", _AUDITORS, auditor="I"),
    # What the house goes by.
    "alembic_version": _open("S", sealer="S"),
    "bureau_clock": _open("SIUD", sealer="S"),
    "working_days": _open("SIUD"),
    "filing_deadlines": _open("SIU"),
    "parameters": _open("SI"),
    "definitions": _open("SI"),
    "definition_drafts": _open("SIU"),
    "indicator_versions": _open("SI"),
    "case_migrations": _open("SIU"),
    "blobs": _open("SIU"),
    # What the house does, and sums without names.
    "runs": _open("SIUD"),
    "screening_runs": _open("SIUD"),
    "import_batches": _open("SIU"),
    "recheck_plans": _open("SI"),
    "report_figures": _open("SIUD"),
    "yearly_results": _open("SIU"),
    "variants": _open("SIU"),
    "routes": _open("SIU"),
    "course_cells": _open("SIU"),
    "course_sums": _open("SIU"),
    "course_marks": _open("SIU"),
    "process_beats": _open("SIUD"),
    "outbox": _open("SIUD", _WATCHERS | {Level.CITY}),
    "self_checks": _open("SI", _CHIEFS),
    "repairs": _open("SI", _CHIEFS),
    "messages": _open("SIU", _WATCHERS),
    # The application's alone.
    "number_series": _open("SIUD", _NOBODY),
    "done_posts": Table(Rows.OWN, "SIUD", _AUDITORS, "user_id", auditor="I"),
    "rate_windows": _open("SIU", _NOBODY),
}
