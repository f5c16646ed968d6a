"""Every address of the product with what guards it; one that is not listed fails the build."""

import pytest

from caseflow.app import create_app
from caseflow.config import Config
from caseflow.db import Database, connect
from caseflow.web import confirm, rates, session
from tests.support import house

# public: also without a session. session: any signed-in person, the read or verb behind it
# narrows to what the person may see or do. verb: one entry of the policy's table.
GUARDS = {
    "health.alive": "public",
    "health.metrics": "public",  # to this machine, or to who has the token
    "health.ready": "public",
    "people.sign_in": "public",
    "people.sign_in_post": "public",
    "people.demo_sign_in": "public",
    "people.prefer": "public",
    "static": "public",
    "people.code": "public",
    "people.code_post": "public",
    "account.page": "session",
    "account.end_session": "session",
    "account.end_others": "session",
    "account.password": "session",
    "account.change_password": "session",
    "account.factor": "session",
    "account.begin_factor": "session",
    "account.confirm_factor": "session",
    "account.renew_recovery": "session",
    "account.remove_factor": "session",
    "sign_ins.listing": "end_sessions",
    "sign_ins.end": "end_sessions",
    "people.home": "session",
    "people.keys": "session",
    "people.sign_out": "session",
    "inbox.page": "on_desk",
    "inbox.counts": "on_desk",
    "inbox.keep_view": "has_desk",
    "inbox.remove_view": "session",
    "cases.listing_page": "visible_cases",
    "cases.page": "visible_cases",
    "cases.step": "visible_cases",
    "cases.drawing": "visible_cases",
    "cases.file": "visible_cases",
    "custody.page": "visible_cases",
    "custody.describe": "may_complete",
    "cases.paper": "visible_cases",
    "papers.page": "visible_cases",
    "papers.receipt": "visible_cases",
    "papers.working_copy": "visible_cases",
    "papers.seal_uses": "read_case",
    "cases.complete": "may_complete",
    "cases.draft": "may_complete",
    "cases.release": "may_complete",
    "cases.remove_file": "may_complete",
    "cases.claim": "may_claim",
    "record.page": "visible_cases",
    "reminders.listing": "visible_cases",
    "case_sheets.page": "visible_cases",
    "reckonings.home": "session",
    "reckonings.page": "session",
    "time_measures.page": "session",
    "record.listing": "read_record",
    "record.file": "read_record",
    "record.event": "read_record",
    "replays.page": "read_record",
    "conduct.listing": "read_record",
    "chain_checks.listing": "read_record",
    "chain_checks.begin": "read_record",
    "chain_checks.cancel": "read_record",
    "chain_checks.progress": "read_record",
    "chain_checks.verifier": "read_record",
    "chain_checks.keys": "read_record",
    "evidence_exports.listing": "read_record",
    "evidence_exports.ask": "read_record",
    "evidence_exports.cancel": "read_record",
    "evidence_exports.take": "read_record",
    "power_changes.listing": "read_record",
    "samples.listing": "read_record",
    "samples.draw": "read_record",
    "samples.page": "read_record",
    "working_papers.listing": "read_record",
    "working_papers.begin": "read_record",
    "working_papers.page": "read_record",
    "working_papers.save": "read_record",
    "working_papers.keep": "read_record",
    "taxpayers.listing_page": "visible_taxpayers",
    "taxpayers.page": "visible_taxpayers",
    "tax_warnings.listing_page": "visible_taxpayers",
    "indicators.page": "session",
    "search.page": "visible_cases",
    "dossiers.take": "export_dossier",
    "exports.inbox": "on_desk",
    "exports.cases": "visible_cases",
    "exports.warnings": "visible_taxpayers",
    "exports.taxpayers": "visible_taxpayers",
    "dashboard.page": "dashboard",
    "enforcement.register_page": "read_case",
    "enforcement.results_file": "read_case",
    "enforcement.results_cases": "read_case",
    "enforcement.results_page": "read_case",
    "enforcement.register_file": "read_case",
    "insight.home": "insight",
    "insight.log": "visible_cases",
    "insight.page": "insight",
    "screening.listing": "review_run",
    "screening.page": "review_run",
    "screening.accept": "review_run",
    "screening.hold": "review_run",
    "imports.listing": "import_facts",
    "imports.rejects": "import_facts",
    "jobs.listing": "session",
    "self_checks.page": "self_check",
    "self_checks.run": "operate",
    "self_checks.repair": "repair",
    "operations.page": "operate",
    "operations.retry": "operate",
    "operations.discard": "operate",
    "definitions.listing": "session",
    "definitions.page": "session",
    "definitions.file": "session",
    "definitions.compare": "session",
    "case_migrations.new": "migrate_cases",
    "case_migrations.plan": "migrate_cases",
    "case_migrations.page": "may_read",
    "case_migrations.export": "may_read",
    "case_migrations.approve": "may_approve_version",
    "case_migrations.reject": "may_approve_version",
    "case_migrations.withdraw": "migrate_cases",
    "case_migrations.revert": "migrate_cases",
    "case_moves.page": "visible_cases",
    "case_moves.ask": "ask_move",
    "case_moves.approve": "decide_move",
    "case_moves.reject": "decide_move",
    "case_moves.withdraw": "ask_move",
    "asked.opinions_page": "on_desk",
    "asked.ask_opinions": "on_desk",
    "asked.page": "visible_cases",
    "asked.send_copies": "visible_cases",
    "asked.ask_help": "visible_cases",
    "asked.comment": "visible_cases",
    "asked.answer": "on_desk",
    "asked.take_away": "on_desk",
    "notices.listing": "session",
    "notices.open_one": "session",
    "notices.read_all": "session",
    "office.hand_over_page": "may_hand_over",
    "office.hand_over": "may_hand_over",
    "office.nudge": "visible_cases",
    "office.take_back": "visible_cases",
    "send_backs.page": "on_desk",
    "send_backs.send_back": "on_desk",
    "deputies.listing": "session",
    "deputies.new": "session",
    "deputies.grant": "session",
    "deputies.revoke": "session",
    "colleagues.offers": "session",
    "powers.grants_page": "session",
    "powers.give": "grant_sight",
    "powers.revoke": "grant_sight",
    "powers.sensitive_page": "keeps_register",
    "powers.mark": "mark_sensitive",
    "powers.review": "mark_sensitive",
    "powers.allow": "mark_sensitive",
    "powers.end": "mark_sensitive",
    "powers.lift": "lift_sensitive",
    "powers.reason_page": "visible_taxpayers",
    "powers.give_reason": "visible_taxpayers",
    "powers_trace.page": "trace_powers",
    "recusals.listing": "read_record",
    "recusals.page": "visible_cases",
    "recusals.declare": "visible_cases",
    "recusals.order": "visible_cases",
    "recusals.decide": "visible_cases",
    "drafts.begin": "draft_definition",
    "drafts.page": "may_read_drafts",
    "drafts.file": "may_read_drafts",
    "drafts.submit": "draft_definition",
    "drafts.take_back": "draft_definition",
    "drafts.withdraw": "draft_definition",
    "drafts.resume": "draft_definition",
    "drafts.rebase": "draft_definition",
    "drafts.approve": "may_approve_version",
    "drafts.reject": "may_approve_version",
    "designer.drawing": "read_drafts",
    "designer.drawing_file": "read_drafts",
    "designer.check_drawing": "read_drafts",
    "designer.save_drawing": "draft_definition",
    "designer.table": "read_drafts",
    "designer.edit_table": "draft_definition",
    "designer.check_table": "read_drafts",
    "designer.form": "read_drafts",
    "designer.pick_form": "read_drafts",
    "designer.edit_form": "draft_definition",
    "designer.preview_form": "read_drafts",
    "designer.upload": "read_drafts",
    "designer.upload_files": "draft_definition",
    "designer.remove_file": "draft_definition",
    "designer.file": "read_drafts",
    "designer.bundle": "read_drafts",
    "designer.trial_run": "read_drafts",
    "designer.act_in_trial": "read_drafts",
    "demo.advance": "advance_clock",
}


@pytest.fixture
def idle(tmp_path_factory: pytest.TempPathFactory) -> tuple[Config, Database]:
    """Settings and a pool that is never used."""
    settings = house.settings(tmp_path_factory.mktemp("var"))
    return settings, connect("postgresql+psycopg://nobody@127.0.0.1:9/none")


def test_every_route_is_listed_with_its_guard(idle: tuple[Config, Database]) -> None:
    app = create_app(*idle)
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(GUARDS)


def test_only_the_public_ones_open_without_a_session() -> None:
    assert {name for name, guard in GUARDS.items() if guard == "public"} == session.PUBLIC


def test_whatever_changes_something_is_a_post(idle: tuple[Config, Database]) -> None:
    app = create_app(*idle)
    changing = {
        rule.endpoint: rule.methods or set()
        for rule in app.url_map.iter_rules()
        if (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}
    }
    assert all("GET" not in methods for methods in changing.values())


def test_what_is_limited_or_confirmed_is_a_route() -> None:
    assert {*rates.LIMITED, *confirm.ACTS} <= set(GUARDS)
    owed = {endpoint for endpoints in session.OWED.values() for endpoint in endpoints}
    assert owed <= set(GUARDS)
