"""The guard of every route, tried: each of the cast asks for each page and tries each act.

What they get must follow from the one table of powers; an answer that errs fails as well.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow import db, policy
from caseflow.app import create_app
from caseflow.models import Document
from caseflow.reads import campaigns, third_party_batches, zero_filing_batches
from caseflow.services import drafts, people, record
from caseflow.services.audits import papers
from caseflow.services.audits.papers import Text
from caseflow.services.powers import drill_downs
from caseflow.vocabulary import Actor, Role, Verb
from caseflow.web.session import COOKIE
from tests import cast, desk, factories
from tests.support.house import House

HTTPS = "https://localhost"
PROCESS = "warning_verification"

Guard = Callable[[Actor], bool]


def anyone_signed_in(_actor: Actor) -> bool:
    return True


def may(*verbs: Verb) -> Guard:
    return lambda actor: any(policy.may(actor, verb) for verb in verbs)


def who_sees_the_case(actor: Actor) -> bool:
    """The case of the tests lies with ``officer`` in section 0101 of district 01."""
    names = {"director", "division", "analyst", "auditor", "leader", "deputy", "info"}
    return actor.name.removeprefix("员") in names | {"chief", "officer", "partner"}


def may_hand_over(actor: Actor) -> bool:
    """Who has the step of the tests, and who stands above in the section and the district."""
    return actor.name.removeprefix("员") in {"officer", "chief", "leader", "deputy"}


def who_approves(actor: Actor) -> bool:
    return policy.may_approve_version(actor, PROCESS)


def keeps_register(actor: Actor) -> bool:
    """Who marks sensitive files, and who watches over all."""
    names = {"director", "division", "auditor", "leader", "far_leader"}
    return actor.name.removeprefix("员") in names


def both(*guards: Guard) -> Guard:
    return lambda actor: all(guard(actor) for guard in guards)


# Pages anybody may ask for, signed in or not.
PUBLIC = {
    "health.alive",
    "health.metrics",
    "health.ready",
    "people.code",
    "people.code_post",
    "people.demo_sign_in",
    "people.prefer",
    "people.sign_in",
    "people.sign_in_post",
    "static",
}


def composes_campaigns(actor: Actor) -> bool:
    """The posts that compose campaigns."""
    return not {Role.POST_ANALYSIS, Role.POST_INFO_ADMIN}.isdisjoint(actor.roles)


PAGES: Mapping[str, Guard] = {
    "account.factor": anyone_signed_in,  # one's own, as all of them
    "account.page": anyone_signed_in,
    "account.password": anyone_signed_in,
    "case_migrations.new": may(Verb.MIGRATE_CASES),
    "case_sheets.page": who_sees_the_case,
    "reckonings.home": anyone_signed_in,  # arithmetic on what one types
    "reckonings.page": anyone_signed_in,
    "time_measures.page": anyone_signed_in,
    "asked.opinions_page": lambda _actor: False,  # a step that decides nothing
    "asked.page": both(who_sees_the_case, lambda actor: Role.AUDITOR not in actor.roles),
    "notices.listing": anyone_signed_in,
    "mergers.merger_page": lambda _actor: False,  # it is merged into nothing
    "mergers.split_page": lambda _actor: False,  # it has one doubt
    "office.hand_over_page": may_hand_over,
    "office.delegate_page": lambda actor: actor.name == "员officer",
    "extensions.page": lambda actor: actor.name == "员officer",
    "deferrals.page": lambda actor: actor.name == "员officer",  # told that nothing is due
    "pauses.page": lambda actor: actor.name == "员chief",
    "extensions.whole_page": lambda actor: actor.name == "员chief",  # told that it stays
    "send_backs.page": lambda actor: actor.name == "员officer",
    "case_moves.page": both(who_sees_the_case, may(Verb.ASK_MOVE, Verb.READ_RECORD)),
    "corrections.new": lambda actor: actor.name == "员info",  # nobody manages the household
    "cases.drawing": who_sees_the_case,
    "cases.listing_page": anyone_signed_in,  # lists what the person sees
    "cases.page": who_sees_the_case,
    "cases.step": who_sees_the_case,
    "colleagues.offers": may(Verb.GRANT_SIGHT, Verb.MARK_SENSITIVE, Verb.TRACE_POWERS),
    "directives.new": may(Verb.DRAFT_DIRECTIVE),
    "third_party_batches.records": lambda _actor: False,  # it is no batch
    "third_party_batches.listing": third_party_batches.sees_any,
    "zero_filing_batches.listing": zero_filing_batches.sees_any,
    "campaigns.listing": campaigns.sees_any,
    "campaigns.new": composes_campaigns,
    "campaigns.page": lambda _actor: False,  # it is no campaign
    "campaigns.result_file": lambda _actor: False,
    "campaigns.review": lambda _actor: False,  # nobody has done the step
    "campaigns.repeated": lambda _actor: False,
    "evaluation_plans.new": may(Verb.DRAFT_PLAN),
    "evaluation_plans.page": lambda _actor: False,  # it is no plan
    "deputies.listing": anyone_signed_in,  # one's own, and those of one's people
    "deputies.new": anyone_signed_in,  # offers oneself and one's people
    "payments.listing": anyone_signed_in,  # of cases that the person sees
    "rechecks.listing": anyone_signed_in,  # what one has to check
    "archiving.listing": anyone_signed_in,  # files of cases that the person sees
    "assignments.listing": may(Verb.ASSIGN_MANY),
    "at_risk.page": may(Verb.DASHBOARD),
    "work_logs.printed": may(Verb.KEEP_LOG, Verb.PLAN_PATROLS, Verb.READ_RECORD),
    "work_logs.page": may(Verb.KEEP_LOG, Verb.PLAN_PATROLS, Verb.READ_RECORD),
    "work_logs.section": may(Verb.PLAN_PATROLS),
    "patrols.listing": may(Verb.KEEP_LOG, Verb.PLAN_PATROLS, Verb.READ_RECORD),
    "handovers.listing": lambda actor: bool(
        actor.roles
        & {*policy.VERBS[Verb.HAND_OVER_HOUSEHOLDS], Role.TAX_ADMINISTRATOR, Role.AUDITOR}
    ),
    "handovers.new": may(Verb.HAND_OVER_HOUSEHOLDS),
    "recusals.listing": lambda actor: (
        policy.is_head(actor.posts) or policy.may(actor, Verb.READ_RECORD)
    ),
    "recusals.page": who_sees_the_case,
    "chain_checks.keys": may(Verb.READ_RECORD),
    "chain_checks.listing": may(Verb.READ_RECORD),
    "chain_checks.verifier": may(Verb.READ_RECORD),
    "conduct.listing": may(Verb.READ_RECORD),
    "dashboard.page": may(Verb.DASHBOARD),
    "definitions.compare": anyone_signed_in,
    "definitions.file": anyone_signed_in,  # drawings are no secret in the house
    "definitions.listing": anyone_signed_in,
    "definitions.page": anyone_signed_in,
    "designer.bundle": policy.may_read_drafts,
    "designer.drawing": policy.may_read_drafts,
    "designer.drawing_file": policy.may_read_drafts,
    "designer.file": policy.may_read_drafts,
    "designer.form": policy.may_read_drafts,
    "designer.pick_form": policy.may_read_drafts,
    "designer.table": policy.may_read_drafts,
    "designer.trial_run": policy.may_read_drafts,
    "designer.upload": policy.may_read_drafts,
    "drafts.file": policy.may_read_drafts,
    "drafts.page": policy.may_read_drafts,
    "enforcement.register_file": may(Verb.READ_CASE),
    "enforcement.register_page": may(Verb.READ_CASE),
    "enforcement.results_file": may(Verb.READ_CASE),
    "enforcement.results_cases": may(Verb.READ_CASE),
    "enforcement.results_page": may(Verb.READ_CASE),
    "exports.cases": anyone_signed_in,  # what the list shows the person
    "exports.inbox": anyone_signed_in,
    "exports.taxpayers": anyone_signed_in,
    "exports.warnings": anyone_signed_in,
    "imports.listing": may(Verb.IMPORT_FACTS),
    "indicators.page": anyone_signed_in,  # rules are no secret in the house
    "insight.home": may(Verb.INSIGHT),
    "insight.log": both(may(Verb.INSIGHT), may(Verb.READ_CASE)),
    "insight.page": may(Verb.INSIGHT),
    "inbox.counts": anyone_signed_in,
    "inbox.page": anyone_signed_in,  # one's own desk
    "jobs.listing": anyone_signed_in,
    "operations.page": may(Verb.OPERATE),
    "self_checks.page": may(Verb.SELF_CHECK),
    "people.home": anyone_signed_in,
    "people.keys": anyone_signed_in,
    "releases.new": may(Verb.RECEIVE_RELEASE),
    "powers.grants_page": anyone_signed_in,  # to oneself, and those one gives
    "powers.reason_page": who_sees_the_case,  # the taxpayer of that case
    "powers.sensitive_page": keeps_register,
    "powers_trace.page": may(Verb.TRACE_POWERS),
    "evidence_exports.listing": may(Verb.READ_RECORD),
    "power_changes.listing": may(Verb.READ_RECORD),
    "reminders.listing": anyone_signed_in,  # one's own
    "papers.seal_uses": may(Verb.READ_CASE),
    "record.event": may(Verb.READ_RECORD),
    "record.file": may(Verb.READ_RECORD),
    "record.listing": may(Verb.READ_RECORD),
    "record.page": who_sees_the_case,
    "replays.page": may(Verb.READ_RECORD),
    "samples.listing": may(Verb.READ_RECORD),
    "working_papers.listing": may(Verb.READ_RECORD),
    "working_papers.page": may(Verb.READ_RECORD),
    "screening.listing": may(Verb.REVIEW_RUN, Verb.READ_RECORD),
    "screening.page": may(Verb.REVIEW_RUN, Verb.READ_RECORD),
    "sign_ins.listing": may(Verb.END_SESSIONS),
    "search.page": anyone_signed_in,  # finds what the person sees
    "tax_warnings.listing_page": anyone_signed_in,  # lists what the person sees
    "taxpayers.listing_page": anyone_signed_in,  # lists what the person sees
    "taxpayers.page": who_sees_the_case,  # the taxpayer of that case
}
# Pages of things that this house does not hold: hidden from everybody who asks.
ABSENT = {
    "case_migrations.export",
    "case_migrations.page",
    "cases.file",
    "cases.paper",
    "papers.page",
    "papers.receipt",
    "papers.working_copy",
    "imports.rejects",
    "chain_checks.progress",
    "evidence_exports.take",
    "custody.page",
    "assignments.page",
    "payments.page",
    "rechecks.page",
    "rechecks.plan",
    "archiving.page",
    "archiving.sheets",
    "patrols.new",
    "patrols.page",
    "patrols.printed",
    "patrols.photograph",
    "handovers.page",
    "handovers.printed",
    "samples.page",
}
# Acts; nobody but those named may even try. The verb decides once more, under lock.
ACTS: Mapping[str, Guard] = {
    "account.begin_factor": anyone_signed_in,
    "account.change_password": anyone_signed_in,
    "account.confirm_factor": anyone_signed_in,
    "account.digest": anyone_signed_in,
    "account.end_others": anyone_signed_in,
    "account.end_session": lambda _actor: False,  # there is no such session
    "account.remove_factor": lambda _actor: False,  # there is none
    "account.renew_recovery": lambda _actor: False,
    "case_migrations.approve": lambda _actor: False,  # there is no such migration
    "case_migrations.plan": may(Verb.MIGRATE_CASES),
    "case_migrations.reject": lambda _actor: False,
    "case_migrations.revert": lambda _actor: False,
    "case_migrations.withdraw": lambda _actor: False,
    "case_moves.approve": lambda _actor: False,  # nobody asked for one
    "case_moves.ask": both(who_sees_the_case, may(Verb.ASK_MOVE)),
    "case_moves.reject": lambda _actor: False,
    "case_moves.withdraw": lambda _actor: False,
    "asked.answer": lambda _actor: False,  # nobody was asked
    "asked.comment": both(who_sees_the_case, lambda actor: Role.AUDITOR not in actor.roles),
    "asked.ask_help": both(who_sees_the_case, lambda actor: Role.AUDITOR not in actor.roles),
    "asked.ask_opinions": lambda actor: actor.name == "员officer",  # told that it decides nothing
    "asked.send_copies": both(who_sees_the_case, lambda actor: Role.AUDITOR not in actor.roles),
    "asked.take_away": lambda _actor: False,
    "notices.open_one": lambda _actor: False,  # there is no such notice
    "notices.read_all": anyone_signed_in,
    "payments.match": lambda _actor: False,  # nothing was paid
    "payments.take_back": lambda _actor: False,
    "archiving.archive": lambda _actor: False,  # nothing is closed
    "archiving.archive_many": may(Verb.ARCHIVE),  # of nothing it is told so
    "archiving.lend": lambda _actor: False,
    "archiving.take_in": lambda _actor: False,
    "rechecks.assign": lambda _actor: False,  # nothing is drawn
    "rechecks.draw": may(Verb.PLAN_RECHECKS),  # without a period it is told so
    "rechecks.preview": may(Verb.PLAN_RECHECKS),
    "rechecks.report": lambda _actor: False,
    "rechecks.send_back": lambda _actor: False,
    "rechecks.sign": lambda _actor: False,
    "rechecks.spot_draw": may(Verb.SPOT_CHECK),  # of nothing it is told so
    "rechecks.spot_result": lambda _actor: False,
    "assignments.carry_out": may(Verb.ASSIGN_MANY),  # of nothing it is told so
    "assignments.plan": may(Verb.ASSIGN_MANY),
    "assignments.undo": lambda _actor: False,  # nothing was assigned at once
    "work_logs.write": may(Verb.KEEP_LOG),  # without a time it is told so
    "work_logs.correct": may(Verb.KEEP_LOG),
    "work_logs.sign": may(Verb.KEEP_LOG),
    "patrols.plan": may(Verb.PLAN_PATROLS),
    "patrols.drop": lambda _actor: False,  # there is no such line, visit or household of theirs
    "patrols.visit": lambda _actor: False,
    "patrols.photographed": lambda _actor: False,
    "patrols.confirm": lambda _actor: False,
    "patrols.open_order": lambda _actor: False,
    "handovers.carry_out": may(Verb.HAND_OVER_HOUSEHOLDS),  # without a reason it is told so
    "handovers.confirm": lambda _actor: False,  # there is no such handover
    "handovers.plan": may(Verb.HAND_OVER_HOUSEHOLDS),
    "mergers.undo": both(who_sees_the_case, may(Verb.UNDO_MERGER)),  # told that it is not merged
    "mergers.split": both(who_sees_the_case, may(Verb.SPLIT_CASE)),  # told that it has one doubt
    "office.hand_over": may_hand_over,
    "office.delegate": lambda actor: actor.name == "员officer",  # told to choose somebody
    "extensions.ask": lambda actor: actor.name == "员officer",  # told how many days
    "extensions.ask_for_whole": lambda actor: actor.name == "员chief",
    "deferrals.enter": lambda actor: actor.name == "员officer",  # told that nothing is due
    "pauses.begin": lambda actor: actor.name == "员chief",  # told that a day is missing
    "pauses.end": lambda actor: actor.name == "员chief",  # told that nothing stands still
    "extensions.decide": lambda _actor: False,  # nobody asked
    "office.nudge": both(
        who_sees_the_case, lambda actor: actor.name not in ("员officer", "员auditor")
    ),
    "third_party_batches.begin": lambda _actor: False,  # the procedure is not deployed
    "third_party_batches.decide": lambda _actor: False,  # it is no batch
    "zero_filing_batches.begin": lambda _actor: False,  # the procedure is not deployed
    "data_requests.begin": lambda _actor: False,  # the procedure is not deployed
    "data_requests.withdraw": lambda _actor: False,  # it is no request
    "corrections.begin": lambda actor: actor.name == "员info",  # told that nothing is named
    "office.take_back": lambda _actor: False,  # it is not handed in
    "send_backs.send_back": lambda actor: actor.name == "员officer",
    "cases.claim": lambda actor: actor.name == "员officer",  # on the own desk already
    "cases.complete": lambda actor: actor.name == "员officer",
    "cases.draft": lambda actor: actor.name == "员officer",
    "cases.upload": lambda actor: actor.name == "员officer",
    "cases.release": lambda _actor: False,  # a step of the named officer is not put back
    "cases.remove_file": lambda _actor: False,  # there is no such file
    "chain_checks.begin": may(Verb.READ_RECORD),
    "chain_checks.cancel": lambda _actor: False,  # there is no such verification
    "evidence_exports.ask": may(Verb.READ_RECORD),
    "evidence_exports.cancel": lambda _actor: False,  # there is no such evidence
    "custody.describe": lambda _actor: False,  # there is no such file
    "directives.draft": may(Verb.DRAFT_DIRECTIVE),
    "directives.of_meeting": lambda actor: Role.POST_ANALYSIS in actor.roles,
    # For a district nothing begins, as the procedure is not deployed; the city names none.
    "campaigns.begin": composes_campaigns,
    "campaigns.make_list": lambda _actor: False,  # it is no campaign
    "campaigns.take_out": lambda _actor: False,
    "campaigns.repeat": lambda _actor: False,  # nobody has done the step
    "evaluation_plans.begin": lambda actor: Role.POST_ANALYSIS in actor.roles,
    "evaluation_plans.save": lambda _actor: False,  # it is no plan
    "evaluation_plans.gather": lambda _actor: False,
    "evaluation_plans.add": lambda _actor: False,
    "deputies.grant": anyone_signed_in,  # a wish without days is told what it lacks
    "deputies.revoke": lambda _actor: False,  # there is no such deputyship
    "dossiers.take": both(who_sees_the_case, may(Verb.EXPORT_DOSSIER)),
    "recusals.decide": lambda _actor: False,  # nobody declared a tie
    "recusals.declare": lambda actor: (  # without a tie it is told what it lacks
        who_sees_the_case(actor) and Role.AUDITOR not in actor.roles
    ),
    "recusals.order": lambda _actor: False,  # orders nobody
    "demo.advance": may(Verb.ADVANCE_CLOCK),
    "designer.act_in_trial": policy.may_read_drafts,
    "designer.check_drawing": policy.may_read_drafts,
    "designer.check_table": policy.may_read_drafts,
    "designer.edit_form": may(Verb.DRAFT_DEFINITION),
    "designer.edit_table": may(Verb.DRAFT_DEFINITION),
    "designer.preview_form": policy.may_read_drafts,
    "designer.remove_file": may(Verb.DRAFT_DEFINITION),
    "designer.save_drawing": may(Verb.DRAFT_DEFINITION),
    "designer.upload_files": may(Verb.DRAFT_DEFINITION),
    "drafts.approve": who_approves,
    "drafts.begin": may(Verb.DRAFT_DEFINITION),
    "drafts.rebase": may(Verb.DRAFT_DEFINITION),
    "drafts.reject": who_approves,
    "drafts.resume": may(Verb.DRAFT_DEFINITION),
    "drafts.submit": may(Verb.DRAFT_DEFINITION),
    "drafts.take_back": may(Verb.DRAFT_DEFINITION),
    "drafts.withdraw": may(Verb.DRAFT_DEFINITION),
    "inbox.keep_view": policy.has_desk,
    "inbox.remove_view": lambda _actor: False,  # there is no such view
    "operations.discard": lambda _actor: False,  # there is no such message
    "operations.retry": lambda _actor: False,
    "self_checks.repair": lambda _actor: False,  # nothing was found
    "self_checks.run": may(Verb.OPERATE, Verb.READ_RECORD),
    "people.sign_out": anyone_signed_in,
    "powers.allow": lambda _actor: False,  # there is no such mark
    "powers.end": lambda _actor: False,
    "releases.receive": may(Verb.RECEIVE_RELEASE),  # without a number it is told what it lacks
    "powers.give": may(Verb.GRANT_SIGHT),
    "powers.give_reason": who_sees_the_case,
    "powers.lift": lambda _actor: False,
    "powers.mark": may(Verb.MARK_SENSITIVE),
    "powers.review": may(Verb.MARK_SENSITIVE),
    "powers.revoke": lambda _actor: False,  # there is no such grant
    "sign_ins.end": lambda _actor: False,  # there is no such session
    "samples.draw": may(Verb.READ_RECORD),
    "screening.accept": may(Verb.REVIEW_RUN),
    "screening.hold": may(Verb.REVIEW_RUN),
    "working_papers.begin": may(Verb.READ_RECORD),
    "working_papers.keep": may(Verb.READ_RECORD),
    "working_papers.save": may(Verb.READ_RECORD),
}


REFUSED = {403, 404, 409}


@dataclass(frozen=True)
class Site:
    """The application over a house with one case at work and the whole cast in it."""

    app: Flask
    database: db.Database
    people: Mapping[str, Actor]
    ids: Mapping[str, int | str]
    signed_in: dict[str, tuple[FlaskClient, str]] = field(default_factory=dict)

    def url(self, endpoint: str) -> str:
        rule = next(self.app.url_map.iter_rules(endpoint))
        values = {name: self.ids[name] for name in rule.arguments}
        return self.app.url_map.bind("localhost").build(endpoint, values)

    def sign_in(self, who: str) -> tuple[FlaskClient, str]:
        """The browser of somebody who has just signed in, and the token its pages carry."""
        user_id = self.people[who].user_id or 0
        with self.database.transaction() as session:
            signed_in = people.sign_in_demo(session, user_id, address=None, agent=None)
        client = self.app.test_client()
        client.set_cookie(COOKIE, signed_in.token, domain="localhost", secure=True)
        page = client.get("/keys", base_url=HTTPS).text
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert found, "a page without the token of its forms"
        return client, found[1]

    def get(self, who: str, endpoint: str) -> int:
        client, _ = self.signed_in[who]
        # To its end: what is streamed reads in a transaction of its own.
        return client.get(self.url(endpoint), base_url=HTTPS, buffered=True).status_code

    def post(self, who: str, endpoint: str) -> int:
        """Try an act, as one does from one's own page."""
        ends_session = endpoint == "people.sign_out"
        client, token = self.sign_in(who) if ends_session else self.signed_in[who]
        fields = {
            "csrf_token": token,
            "reason": "复核所用数据后再定，请核对。",
            "note": "复核所用数据后再定，请核对。",
            "days": "1",
            "process": PROCESS,
        }
        headers = {"Referer": f"{HTTPS}/"}
        url = self.url(endpoint)
        return client.post(
            url, base_url=HTTPS, data=fields, headers=headers, buffered=True
        ).status_code


def _working_paper(session: Session, persons: cast.Cast) -> int:
    """A working paper of the auditor; there is no official paper of that number."""
    official = session.scalar(select(func.max(Document.id))) or 0
    while (paper_id := papers.begin(session, persons.auditor, Text("底稿", "")).id) <= official:
        session.flush()
    return paper_id


@pytest.fixture(scope="module")
def site(house: House) -> Iterator[Site]:
    with house.clone("routes") as config:
        database = db.connect(str(config.database_url))
        app = create_app(config, database)
        app.config["PROPAGATE_EXCEPTIONS"] = True
        with database.transaction() as session:
            record.introduce(session)
            persons = cast.enter(session)
            case = factories.case(session, factories.taxpayer(session))
            desk.to_desk_check(session, persons, case)
            reason = "核对本月预警的处理情况"
            drill_downs.give_reason(
                session, persons.director, factories.payer_of(case), reason=reason
            )
            ids: dict[str, int | str] = {
                "case_id": case.id,
                "taxpayer_id": factories.payer_of(case),
                "definition_id": case.definition_id,
                "run_id": case.run_id or 0,
                "task_id": desk.open_task(session, case, "desk_check").id,
                "batch_id": 1,
                "event_id": 1,
                "sample_id": 999,
                "check_id": 999,
                "evidence_id": 999,
                "code": "VAT-001",
                "file_id": 1,
                "paper_id": _working_paper(session, persons),
                "view_id": 1,
                "session_id": 999,
                "name": "warning_verification.bpmn",
                "filename": "nothing",
                "draft_id": drafts.begin(session, persons.sysadmin, PROCESS).id,
                "old_id": case.definition_id,
                "new_id": case.definition_id,
                "from_id": case.definition_id,
                "to_id": case.definition_id,
                "migration_id": 1,
                "move_id": 1,
                "notice_id": 999,
                "slug": "due",
                "message_id": 999,
                "grant_id": 1,
                "handover_id": 1,
                "entry_id": 999,
                "line_id": 999,
                "visit_id": 999,
                "photograph_id": 999,
                "number": 1,
                "extension_id": 1,
                "bulk_id": 1,
                "recheck_id": 1,
                "payment_id": 1,
                "match_id": 1,
                "plan_id": 1,
                "request_id": 999,
                "mark_id": 1,
                "user_id": 1,
                "table_name": "wv_outcome.dmn",
                "form_name": "wv_assign.form",
            }
        made = Site(app, database, persons.people, ids)
        made.signed_in.update({who: made.sign_in(who) for who in persons.people})
        yield made
        database.dispose()


def test_every_route_is_listed_with_its_guard(site: Site) -> None:
    listed = [*PUBLIC, *PAGES, *ABSENT, *ACTS]
    assert sorted(listed) == sorted({rule.endpoint for rule in site.app.url_map.iter_rules()})


def test_what_is_listed_as_a_page_changes_nothing(site: Site) -> None:
    methods = {rule.endpoint: rule.methods or set() for rule in site.app.url_map.iter_rules()}
    assert not [page for page in (*PAGES, *ABSENT) if "POST" in methods[page]]
    assert not [act for act in ACTS if "GET" in methods[act]]


@pytest.mark.parametrize("endpoint", sorted({*PAGES, *ABSENT, *ACTS}))
def test_a_stranger_is_led_to_the_door(site: Site, endpoint: str) -> None:
    method = "POST" if endpoint in ACTS else "GET"
    answer = site.app.test_client().open(site.url(endpoint), method=method, base_url=HTTPS)
    assert (answer.status_code, "/sign-in" in answer.headers["Location"]) == (303, True)


@pytest.mark.parametrize("endpoint", sorted(PAGES))
def test_a_page_is_shown_to_those_its_guard_lets_in_and_to_nobody_else(
    site: Site, endpoint: str
) -> None:
    shown = {who for who in site.people if site.get(who, endpoint) not in REFUSED}
    assert shown == {who for who, actor in site.people.items() if PAGES[endpoint](actor)}


@pytest.mark.parametrize("endpoint", sorted(ABSENT))
def test_what_does_not_exist_is_refused_to_everybody(site: Site, endpoint: str) -> None:
    assert {site.get(who, endpoint) for who in site.people} <= {403, 404}


@pytest.mark.parametrize("endpoint", sorted(ACTS))
def test_an_act_is_open_to_those_its_guard_lets_in_and_to_nobody_else(
    site: Site, endpoint: str
) -> None:
    open_to = {who for who in site.people if site.post(who, endpoint) not in {403, 404}}
    assert open_to == {who for who, actor in site.people.items() if ACTS[endpoint](actor)}


@pytest.mark.parametrize("endpoint", sorted(ACTS))
def test_an_act_without_the_token_of_our_pages_is_refused(site: Site, endpoint: str) -> None:
    client, _ = site.signed_in["officer"]
    answer = client.post(site.url(endpoint), base_url=HTTPS, buffered=True)
    assert answer.status_code == 400
