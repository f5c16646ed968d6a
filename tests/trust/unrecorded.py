"""For each guarded table a change that the application's role has the privilege for, and an event
that would tell of it: its stream and its action. Made for the bureau of ``conftest``: case 1 of
household 1, the people from 1 on.
"""

from __future__ import annotations

_OF_CASE = ("case:1", "case.noted")
_OF_PERSON = ("user:2", "person.noted")
_OF_HOUSE = ("sys:people", "bureau.changed")
_OF_DEFINITIONS = ("sys:definitions", "definition.noted")

CHANGES: dict[str, tuple[str, tuple[str, str]]] = {
    "answers": (
        (
            "INSERT INTO answers (case_id, revision, element, at, content, sha256)"
            " VALUES (1, 999, 'review', now(), '{}', 'x')"
        ),
        _OF_CASE,
    ),
    "documents": ("UPDATE documents SET sha256 = 'x' WHERE case_id = 1", _OF_CASE),
    "seal_uses": (
        (
            "INSERT INTO seal_uses (case_id, document_id, seal, used_at)"
            " SELECT 1, id, 'x', now() FROM documents WHERE case_id = 1 AND id NOT IN"
            " (SELECT document_id FROM seal_uses) LIMIT 1"
        ),
        _OF_CASE,
    ),
    "paper_services": (
        (
            "INSERT INTO paper_services (case_id, document_id, method, served_on, recorded_at)"
            " SELECT 1, id, 'direct', now(), now() FROM documents WHERE case_id = 1 AND id NOT IN"
            " (SELECT document_id FROM paper_services) LIMIT 1"
        ),
        _OF_CASE,
    ),
    "attachments": (
        (
            "INSERT INTO attachments (case_id, field, name, media_type, size, sha256, uploaded_at,"
            " uploaded_by) VALUES (1, 'x', 'x', 'x', 1, 'x', now(), 1)"
        ),
        _OF_CASE,
    ),
    "assessed_amounts": (
        (
            "INSERT INTO assessed_amounts (case_id, tax, period, declared, recomputed, surcharge,"
            " income_adjusted, loss_offset, credit_reduced, tax_paid, surcharge_paid)"
            " VALUES (1, 'vat', 200912, 0, 1, 0, 0, 0, 0, 0, 0)"
        ),
        _OF_CASE,
    ),
    "referrals": (
        "INSERT INTO referrals (case_id, kind, reason, created_at) VALUES (1, 'wv', 'x', now())",
        _OF_CASE,
    ),
    "former_doubts": (
        (
            "INSERT INTO former_doubts (case_id, warning_id, next_case_id, at)"
            " SELECT 1, id, 1, now() FROM tax_warnings LIMIT 1"
        ),
        _OF_CASE,
    ),
    "third_party_records": (
        "INSERT INTO third_party_records (case_id, number, cells, sha256) VALUES (1, 1, '{}', 'x')",
        _OF_CASE,
    ),
    "batch_lines": (
        "INSERT INTO batch_lines (case_id, line_case_id) VALUES (1, 1)",
        _OF_CASE,
    ),
    "directive_lines": (
        (
            "INSERT INTO directive_lines (case_id, number, finding, is_to_verify)"
            " VALUES (1, 1, 'x', false)"
        ),
        _OF_CASE,
    ),
    "directive_parts": (
        (
            "INSERT INTO directive_parts (case_id, unit_id, district_id, state)"
            " SELECT 1, id, id, 'open' FROM units LIMIT 1"
        ),
        _OF_CASE,
    ),
    "mergers": (
        (
            "WITH link AS (INSERT INTO case_links (case_id, other_id, kind, at)"
            " VALUES (1, 1, 'x', now()) RETURNING id)"
            " INSERT INTO mergers (link_id, case_id, task_id, state)"
            " SELECT link.id, 1, tasks.id, 'x' FROM link, tasks WHERE tasks.case_id = 1 LIMIT 1"
        ),
        _OF_CASE,
    ),
    "payments": (
        (
            "INSERT INTO payments (receipt, line, taxpayer_id, item, amount, paid_on, source,"
            " taken_at) VALUES ('x', 1, 1, 'fine', 1, current_date, 'x', now())"
        ),
        ("sys:facts", "facts.payments_taken"),
    ),
    "payment_matches": (
        (
            "WITH one AS (INSERT INTO payments (receipt, line, taxpayer_id, item, amount, paid_on,"
            " source, taken_at) VALUES ('x', 1, 1, 'fine', 1, current_date, 'x', now())"
            " RETURNING id), told AS (SELECT 1) INSERT INTO payment_matches (payment_id, case_id,"
            " item, tax, period, amount, way, at)"
            " SELECT id, 1, 'fine', '', 0, 1, 'auto', now() FROM one"
        ),
        ("case:1", "payment.matched"),
    ),
    "archived_files": (
        (
            "INSERT INTO archived_files (case_id, number, series, year, serial, place, retention,"
            " proposed, keep_until, papers, files, archived_by, archived_at) VALUES (1, 'x',"
            " 'x', 2010, 1, 'x', '10', '10', current_date, 0, 0, 1, now())"
        ),
        _OF_CASE,
    ),
    "archive_loans": (
        (
            "INSERT INTO archive_loans (case_id, borrower_id, purpose, lent_by, lent_at, due_on)"
            " VALUES (1, 1, 'x', 1, now(), current_date)"
        ),
        _OF_CASE,
    ),
    "rechecks": (
        (
            "WITH one AS (INSERT INTO recheck_plans (level, unit_id, begins_on, ends_on, method,"
            " population, population_sha256, drawn_by, drawn_at) VALUES ('section', 1,"
            " current_date, current_date, 'x', 1, 'x', 1, now()) RETURNING id)"
            " INSERT INTO rechecks (plan_id, case_id, why, state)"
            " SELECT id, 1, 'spot', 'drawn' FROM one"
        ),
        ("case:1", "recheck.drawn"),
    ),
    "recheck_plans": (
        (
            "INSERT INTO recheck_plans (level, unit_id, begins_on, ends_on, method, population,"
            " population_sha256, drawn_by, drawn_at) VALUES ('section', 1, current_date,"
            " current_date, 'x', 1, 'x', 1, now())"
        ),
        ("user:2", "recheck.drawn"),
    ),
    "evaluation_plans": (
        (
            "INSERT INTO evaluation_plans (case_id, district_id, month, kind, seed)"
            " SELECT 1, id, 201001, 'supplement', 1 FROM units LIMIT 1"
        ),
        _OF_CASE,
    ),
    "campaigns": (
        (
            "INSERT INTO campaigns (case_id, unit_id, subject, due_on, method)"
            " SELECT 1, min(id), 'zero_filing', '2010-12-31', 'x' FROM units"
        ),
        _OF_CASE,
    ),
    "campaign_lines": (
        (
            "INSERT INTO campaign_lines (case_id, number, tin, verdict, left_out)"
            " VALUES (1, 1, 'x', 'left_out', 'unknown')"
        ),
        _OF_CASE,
    ),
    "household_marks": (
        (
            "INSERT INTO household_marks (case_id, taxpayer_id, mark, is_set, on_date, noted_at)"
            " VALUES (1, 1, 'local_tax_only', true, '2010-01-01', now())"
        ),
        _OF_CASE,
    ),
    "plan_objects": (
        (
            "INSERT INTO plan_objects (case_id, number, taxpayer_id, reasons, score, doubts,"
            " dropped, indicators, is_mandatory, is_key_source, eligibility, section_id, taxes,"
            " period_from, period_to) SELECT 1, 1, id, '[]', 0, '[]', '[]', '[]', false, false,"
            " 'eligible', section_id, '[]', 200912, 200912 FROM taxpayers LIMIT 1"
        ),
        _OF_CASE,
    ),
    "case_links": (
        "INSERT INTO case_links (case_id, other_id, kind, at) VALUES (1, 1, 'x', now())",
        _OF_CASE,
    ),
    "recusals": (
        (
            "INSERT INTO recusals (case_id, user_id, declaration, decided_by, at)"
            " VALUES (1, 2, 'x', 1, now())"
        ),
        _OF_CASE,
    ),
    "recusal_requests": (
        (
            "INSERT INTO recusal_requests (case_id, user_id, tie, note, declared_by, declared_at,"
            " status) VALUES (1, 2, 'kin', 'x', 2, now(), 'waiting')"
        ),
        _OF_CASE,
    ),
    "case_moves": (
        (
            "INSERT INTO case_moves (case_id, dropped, target, target_name, target_name_en, reason,"
            " status, asked_by, asked_at) VALUES (1, '[]', 'x', 'x', 'x', 'x', 'asked', 1, now())"
        ),
        _OF_CASE,
    ),
    "extensions": (
        (
            "INSERT INTO extensions (case_id, request_id, is_whole, days, rule, reason, asked_by,"
            " asked_at, old_due_at, new_due_at) SELECT 1, id, true, 1, 'working_days', 'x', 2,"
            " now(), now(), now() FROM tasks WHERE case_id = 1 LIMIT 1"
        ),
        _OF_CASE,
    ),
    "tasks": ("UPDATE tasks SET done_by = 2 WHERE case_id = 1", _OF_CASE),
    "tax_warnings": (
        "UPDATE tax_warnings SET finding = 'explained', case_id = 1",
        _OF_CASE,
    ),
    "deputies": (
        (
            "INSERT INTO deputies (principal_id, deputy_id, valid_from, valid_to, reason,"
            " granted_by, granted_at) VALUES (2, 3, current_date, current_date, 'x', 1, now())"
        ),
        _OF_PERSON,
    ),
    "grants": (
        (
            "INSERT INTO grants (user_id, case_id, reason, valid_from, valid_to, granted_by,"
            " granted_at) VALUES (2, 1, 'x', current_date, current_date, 1, now())"
        ),
        _OF_PERSON,
    ),
    "sensitive_files": (
        (
            "INSERT INTO sensitive_files (taxpayer_id, reason, marked_by, marked_at)"
            " VALUES (1, 'x', 2, now())"
        ),
        _OF_PERSON,
    ),
    "sensitive_readers": (
        (
            "WITH file AS (INSERT INTO sensitive_files (case_id, reason, marked_by, marked_at)"
            " VALUES (1, 'x', 2, now()) RETURNING id) INSERT INTO sensitive_readers"
            " (file_id, user_id, allowed_by, allowed_at) SELECT id, 3, 2, now() FROM file"
        ),
        ("user:2", "sensitive.reader_allowed"),
    ),
    "drill_downs": (
        (
            'INSERT INTO drill_downs (user_id, taxpayer_id, "on", reason, at)'
            " VALUES (2, 1, current_date, 'x', now())"
        ),
        _OF_PERSON,
    ),
    "household_reads": (
        (
            'INSERT INTO household_reads (taxpayer_id, user_id, "on", idem)'
            " VALUES (1, 2, current_date, gen_random_uuid())"
        ),
        _OF_PERSON,
    ),
    "file_reads": (
        (
            'INSERT INTO file_reads (case_id, user_id, what, "on", idem)'
            " VALUES (1, 2, 'case', current_date, gen_random_uuid())"
        ),
        _OF_PERSON,
    ),
    "units": ("UPDATE units SET parent_id = parent_id", _OF_HOUSE),
    "posts": ("UPDATE posts SET role = 'city_director' WHERE user_id = 2", _OF_HOUSE),
    "users": ("UPDATE users SET password_hash = 'x' WHERE id = 2", _OF_PERSON),
    "second_factors": (
        (
            "INSERT INTO second_factors (user_id, secret, created_at) VALUES (2, '', now());"
            " UPDATE second_factors SET confirmed_at = now() WHERE user_id = 2"
        ),
        _OF_PERSON,
    ),
    "sessions": (
        (
            "INSERT INTO sessions (token_sha256, user_id, csrf_secret, created_at, seen_at)"
            " VALUES (sha256(''), 2, '', now(), now())"
        ),
        _OF_PERSON,
    ),
    "taxpayers": (
        "UPDATE taxpayers SET administrator_id = 2 WHERE id = 1",
        ("sys:facts", "facts.taken_in"),
    ),
    "higher_assessments": (
        (
            "INSERT INTO higher_assessments (taxpayer_id, period_from, period_to, source,"
            " noted_by, noted_at) SELECT id, 200901, 200912, 'x', 1, now() FROM taxpayers LIMIT 1"
        ),
        ("sys:households", "household.noted"),
    ),
    "responsibilities": (
        (
            "INSERT INTO responsibilities (taxpayer_id, user_id, valid_from, valid_to)"
            " VALUES (1, 2, current_date, current_date)"
        ),
        ("sys:households", "household.noted"),
    ),
    "log_entries": (
        (
            'INSERT INTO log_entries (user_id, unit_id, "on", began_at, content, noted_at)'
            " VALUES (1, 1, current_date, now(), 'x', now())"
        ),
        ("user:1", "log.entered"),
    ),
    "log_days": (
        (
            'INSERT INTO log_days (user_id, "on", unit_id, signed_at, entries, acts, visits)'
            " VALUES (1, current_date, 1, now(), 0, 0, 0)"
        ),
        ("user:1", "log.signed"),
    ),
    "patrol_lines": (
        (
            "INSERT INTO patrol_lines (section_id, month, taxpayer_id, officer_id, reason,"
            " planned_by, planned_at) VALUES (1, 201001, 1, 2, 'chosen', 1, now())"
        ),
        ("user:1", "patrol.planned"),
    ),
    "patrol_visits": (
        (
            'INSERT INTO patrol_visits (section_id, taxpayer_id, name, address, "on", began_at,'
            " officer_id, second_id, finding, content, noted_at)"
            " VALUES (1, 1, 'x', 'x', current_date, now(), 1, 2, 'orderly', 'x', now())"
        ),
        ("user:1", "patrol.visited"),
    ),
    "patrol_photographs": (
        (
            'WITH one AS (INSERT INTO patrol_visits (section_id, taxpayer_id, name, address, "on",'
            " began_at, officer_id, second_id, finding, content, noted_at)"
            " VALUES (1, 1, 'x', 'x', current_date, now(), 1, 2, 'orderly', 'x', now())"
            " RETURNING id) INSERT INTO patrol_photographs (visit_id, name, media_type, size,"
            " sha256, noted_by, noted_at)"
            " SELECT id, 'x.png', 'image/png', 1, repeat('0', 64), 1, now() FROM one"
        ),
        ("user:1", "patrol.visited"),
    ),
    "handovers": (
        (
            'INSERT INTO handovers (unit_id, giver_id, reason, "on", done_by, done_at, households,'
            " loads) VALUES (1, 2, 'leave', current_date, 1, now(), 0, '{}')"
        ),
        ("sys:households", "household.noted"),
    ),
    "handover_takers": (
        (
            'WITH one AS (INSERT INTO handovers (unit_id, giver_id, reason, "on", done_by,'
            " done_at, households, loads)"
            " VALUES (1, 2, 'leave', current_date, 1, now(), 0, '{}') RETURNING id)"
            " INSERT INTO handover_takers (handover_id, user_id, households)"
            " SELECT id, 3, 0 FROM one"
        ),
        ("sys:households", "household.noted"),
    ),
    "handover_cases": (
        (
            'WITH one AS (INSERT INTO handovers (unit_id, giver_id, reason, "on", done_by,'
            " done_at, households, loads)"
            " VALUES (1, 2, 'leave', current_date, 1, now(), 0, '{}') RETURNING id)"
            " INSERT INTO handover_cases (handover_id, case_id, taker_id, fate)"
            " SELECT id, 1, 3, 'follows' FROM one"
        ),
        ("sys:households", "household.noted"),
    ),
    "repeated_answers": (
        (
            "INSERT INTO repeated_answers (user_id, task_id, campaign_id, at, waiting, done,"
            " failed) SELECT 2, min(id), 1, now(), '[]', '[]', '[]' FROM tasks"
        ),
        _OF_PERSON,
    ),
    "bulk_assignments": (
        ("INSERT INTO bulk_assignments (user_id, at, done, failed) VALUES (2, now(), '[]', '[]')"),
        _OF_PERSON,
    ),
    "working_days": (
        'DELETE FROM working_days WHERE "on" = (SELECT max("on") FROM working_days)',
        ("sys:calendar", "calendar.loaded"),
    ),
    "filing_deadlines": (
        "UPDATE filing_deadlines SET notice = 'x' WHERE year = 2010",
        ("sys:calendar", "calendar.deadlines_loaded"),
    ),
    "parameters": (
        (
            "INSERT INTO parameters (name, valid_from, value, unit)"
            " VALUES ('wv_monthly', '2010-02-01', '99', 'cases')"
        ),
        ("sys:parameters", "limit.set"),
    ),
    "recovery_codes": (
        "INSERT INTO recovery_codes (user_id, code_sha256) VALUES (2, sha256(''))",
        _OF_PERSON,
    ),
    "definitions": (
        (
            "INSERT INTO definitions (process, version, sha256, files, deployed_at)"
            " VALUES ('x', 1, 'x', '{}', now())"
        ),
        _OF_DEFINITIONS,
    ),
    "definition_drafts": (
        (
            "INSERT INTO definition_drafts (process, based_on_id, files, title, status, revision,"
            " author_id, editors, created_at, saved_at)"
            " VALUES ('x', 1, '{}', 'x', 'draft', 1, 1, '[]', now(), now())"
        ),
        _OF_DEFINITIONS,
    ),
    "case_migrations": (
        (
            "WITH next AS (INSERT INTO definitions (process, version, sha256, files, deployed_at)"
            " VALUES ('x', 1, 'x', '{}', now()) RETURNING id) INSERT INTO case_migrations"
            " (process, from_id, to_id, mapping, reason, status, planned_by, planned_at)"
            " SELECT 'x', 1, id, '{}', 'x', 'planned', 1, now() FROM next"
        ),
        _OF_DEFINITIONS,
    ),
    "import_batches": (
        (
            "INSERT INTO import_batches (sha256, file_type, source, file_name, periods, row_count,"
            " reject_count, reject_reasons, files, taken_at)"
            " VALUES ('x', 'x', 'x', 'x', '[]', 0, 0, '{}', '[]', now())"
        ),
        ("sys:facts", "facts.taken_in"),
    ),
    "yearly_results": (
        (
            "INSERT INTO yearly_results (unit_id, year, kind, households, tax, income_adjusted,"
            " loss_offset, source, sha256, taken_at)"
            " SELECT id, 2008, 'TA', 1, 1, 1, 1, 'x', 'x', now() FROM units LIMIT 1"
        ),
        ("sys:facts", "facts.years_put"),
    ),
    "screening_runs": (
        "UPDATE screening_runs SET status = 'accepted'",
        ("sys:screening", "run.accepted"),
    ),
    "samples": (
        (
            "INSERT INTO samples (author_id, name, seed, wish, population, size, method, drawn_at)"
            " VALUES (2, 'x', 1, '{}', 1, 1, 'x', now())"
        ),
        _OF_PERSON,
    ),
    "sample_items": (
        (
            "WITH lot AS (INSERT INTO samples (author_id, name, seed, wish, population, size,"
            " method, drawn_at) VALUES (2, 'x', 1, '{}', 1, 1, 'x', now()) RETURNING id)"
            " INSERT INTO sample_items (sample_id, place, case_id) SELECT id, 1, 1 FROM lot"
        ),
        ("user:2", "sample.drawn"),
    ),
    "working_papers": (
        "INSERT INTO working_papers (author_id, created_at) VALUES (2, now())",
        _OF_PERSON,
    ),
    "checkpoint_sheets": (
        (
            'INSERT INTO checkpoint_sheets ("on", size, sha256)'
            " VALUES (current_date, (SELECT min(size) FROM checkpoints), 'x')"
        ),
        ("sys:seals", "checkpoint.sheet_made"),
    ),
    "self_checks": (
        "INSERT INTO self_checks (at, took_ms, results, finding_count) VALUES (now(), 1, '[]', 0)",
        ("sys:self_checks", "self_check.done"),
    ),
    "repairs": (
        (
            "INSERT INTO repairs (check_name, subject, what, reason, repaired_by, repaired_at)"
            " VALUES ('x', 'x', 'x', 'x', 1, now())"
        ),
        ("case:1", "self_check.repaired"),
    ),
}
