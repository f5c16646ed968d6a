"""Every address x everybody x relation to the row: what is answered, from a table of its own.

The table here is written by hand from the organisation rules and asks nothing of the policy. An
address that it does not name fails; so does an answer about a hidden row that differs from the
answer about a row that does not exist.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from caseflow import clock, db, documents
from caseflow.app import create_app
from caseflow.models import Case, Deputy, Document, Recusal, Task
from caseflow.services import attachments, people, record
from caseflow.services.powers import sensitive
from caseflow.vocabulary import DocumentStatus, TaskStatus
from caseflow.web.session import COOKIE
from tests import cast, desk, factories
from tests.cast import Cast
from tests.support.house import House
from tests.trust.conftest import Figures
from tests.trust.counts import count
from tests.unit.documents import specimens

HTTPS = "https://localhost"
NOWHERE = 999_999
_PEOPLE = count(2, 18)
_DICE = random.Random(20100125)
REASON = "核对重点税源户的异常进项"

# Who sees the case of each relation. The case lies in section 0101 of district 01 with ``officer``
# and ``partner``. ``confidential``: marked by the director, ``legal`` is named; ``recused``: the
# chief and the information post are; ``earlier``: ``far_officer`` has done a step of it, for whom
# ``far_chief`` stands today.
_CITY = {"director", "division", "analyst", "auditor"}
_ANYBODY = (
    _CITY
    | {"leader", "deputy", "info", "chief", "officer", "partner", "legal"}
    | {
        "far_officer",
        "far_chief",
    }
)
_NEAR = {"leader", "deputy", "info", "chief", "officer", "partner"}
SEEN: Mapping[str, set[str]] = {
    "own": _CITY | _NEAR,
    "confidential": {"director", "auditor", "officer", "partner", "legal"},
    "recused": _CITY | _NEAR - {"chief", "info"},
    "earlier": _CITY | _NEAR | {"far_officer", "far_chief"},
}

# Who sees its household: a mark or a recusal of the case hides the case alone.
SEEN_AT_HOME: Mapping[str, set[str]] = {
    "own": _CITY | _NEAR,
    "confidential": _CITY | _NEAR | {"legal"},
    "recused": _CITY | _NEAR,
    "earlier": _CITY | _NEAR | {"far_officer", "far_chief"},
}

# Pages on a row: who of those that see it is shown the page; none: all. ``first``: the post is
# asked for before the row is looked for, so that others learn nothing of it.
PAGES: Mapping[str, tuple[str, set[str] | None, bool]] = {
    "case_sheets.page": ("case", None, False),
    "case_moves.page": ("case", {"leader", "deputy", "info", "auditor", "director"}, False),
    "cases.drawing": ("case", None, False),
    "cases.page": ("case", None, False),
    "cases.step": ("task", None, False),
    "cases.file": ("file", None, False),
    "cases.paper": ("paper", None, False),
    "papers.page": ("paper", None, False),
    "papers.receipt": ("paper", None, False),
    "papers.working_copy": ("paper", None, False),
    "custody.page": ("file", None, False),
    "powers.reason_page": ("taxpayer", None, False),
    "recusals.page": ("case", None, False),
    "record.page": ("case", None, False),
    "replays.page": ("case", {"auditor"}, True),
    "asked.opinions_page": ("task", {"director"}, False),
    "asked.page": ("case", _ANYBODY - {"auditor"}, False),
    "mergers.merger_page": ("case", {"leader", "deputy", "info"}, False),
    "mergers.split_page": ("case", {"chief", "leader", "deputy", "info"}, False),
    "office.hand_over_page": ("task", {"officer", "chief", "leader", "deputy", "director"}, False),
    "office.delegate_page": ("task", {"officer", "director"}, False),
    "extensions.page": ("task", {"officer", "director"}, False),
    "deferrals.page": ("task", {"officer", "director"}, False),
    "pauses.page": ("case", {"chief"}, False),
    "extensions.whole_page": ("case", {"chief"}, False),
    "send_backs.page": ("task", {"officer", "director"}, False),
    "taxpayers.page": ("taxpayer", None, False),
    # Nobody manages the household.
    "corrections.new": ("taxpayer", {"info"}, False),
    # The case is no batch: whoever sees it is told so.
    "third_party_batches.records": ("case", set(), False),
    "evaluation_plans.page": ("case", set(), False),
    "campaigns.page": ("case", set(), False),
    "campaigns.result_file": ("case", set(), False),
    "campaigns.review": ("task", set(), False),
    # It is open: whoever sees it is told that there is nothing to archive.
    "archiving.page": ("case", set(), False),
    "archiving.sheets": ("case", set(), False),
}
# The cases are merged into none and have one doubt: whoever is let in is told so.
NOT_SO = {"mergers.merger_page", "mergers.split_page"}
# They are no plans either: there is no such plan, whoever asks.
NO_SUCH = {
    "archiving.page",
    "archiving.sheets",
    "campaigns.page",
    "campaigns.result_file",
    "campaigns.review",
    "evaluation_plans.page",
}
# Acts on a row: who may do them; for everybody else who sees it they are refused.
ACTS: Mapping[str, tuple[str, set[str], bool]] = {
    "case_moves.approve": ("case", set(), True),
    "case_moves.ask": ("case", {"leader", "deputy", "info"}, True),
    "case_moves.reject": ("case", set(), True),
    "case_moves.withdraw": ("case", set(), True),
    "cases.claim": ("task", {"officer"}, False),
    "cases.complete": ("task", {"officer"}, False),
    "cases.draft": ("task", {"officer"}, False),
    "cases.upload": ("task", {"officer"}, False),
    "cases.release": ("task", set(), False),
    "cases.remove_file": ("file", {"officer"}, False),
    "custody.describe": ("file", {"officer"}, False),
    "asked.answer": ("task", set(), False),
    "asked.comment": ("case", _ANYBODY - {"auditor"}, False),
    "asked.ask_help": ("case", _ANYBODY - {"auditor"}, False),
    "asked.ask_opinions": ("task", {"officer"}, False),
    "asked.send_copies": ("case", _ANYBODY - {"auditor"}, False),
    "asked.take_away": ("task", set(), False),
    "mergers.undo": ("case", {"leader", "deputy", "info"}, False),
    "mergers.split": ("case", {"chief", "leader", "deputy", "info"}, False),
    "office.hand_over": ("task", {"officer", "chief", "leader", "deputy"}, False),
    "office.delegate": ("task", {"officer"}, False),
    "extensions.ask": ("task", {"officer"}, False),
    "deferrals.enter": ("task", {"officer"}, False),
    "pauses.begin": ("case", {"chief"}, False),
    "pauses.end": ("case", {"chief"}, False),
    "extensions.ask_for_whole": ("case", {"chief"}, False),
    "office.nudge": ("task", (_ANYBODY - {"officer", "auditor"}), False),
    "office.take_back": ("task", set(), False),
    "send_backs.send_back": ("task", {"officer"}, False),
    # Chiefs elsewhere have the post; that a hidden case is none for them, the last test tells.
    # Begun by who manages the household, or by the information post of its district.
    "corrections.begin": ("taxpayer", {"info"}, False),
    "data_requests.withdraw": ("case", set(), False),
    "third_party_batches.decide": ("case", set(), False),
    "campaigns.make_list": ("case", set(), False),
    "campaigns.take_out": ("case", set(), False),
    "campaigns.repeat": ("task", set(), False),
    "evaluation_plans.add": ("case", set(), False),
    "archiving.archive": ("case", set(), False),
    "archiving.lend": ("case", set(), False),
    "archiving.take_in": ("case", set(), False),
    "evaluation_plans.gather": ("case", set(), False),
    "evaluation_plans.save": ("case", set(), False),
    "dossiers.take": ("case", _CITY | _NEAR | {"other_chief", "far_leader", "far_chief"}, True),
    # What is declared is checked before the row is looked for.
    "recusals.decide": ("case", set(), True),
    "recusals.declare": ("case", _ANYBODY, True),
    "recusals.order": ("case", _ANYBODY, True),
    "powers.give_reason": (
        "taxpayer",
        _CITY | _NEAR | {"legal", "far_officer", "far_chief"},
        False,
    ),
}
# Addresses that name no case, step, file, paper or household: ``tests/web/test_guards.py`` tries
# each of them with everybody. Listed by room, so that a new room has to be thought of here.
ELSEWHERE = {
    "account",
    "assignments",
    "at_risk",
    "case_migrations",
    "chain_checks",
    "colleagues",
    "conduct",
    "dashboard",
    "definitions",
    "demo",
    "deputies",
    "designer",
    "directives",
    "drafts",
    "enforcement",
    "evidence_exports",
    "exports",
    "handovers",
    "patrols",
    "work_logs",
    "health",
    "imports",
    "inbox",
    "indicators",
    "insight",
    "jobs",
    "notices",
    "operations",
    "people",
    "power_changes",
    "reckonings",
    "releases",
    "reminders",
    "samples",
    "payments",
    "rechecks",
    "archiving",
    "screening",
    "search",
    "self_checks",
    "sign_ins",
    "static",
    "tax_warnings",
    "time_measures",
    "working_papers",
    "zero_filing_batches",
}
ALSO_ELSEWHERE = {
    "extensions.decide",
    "cases.listing_page",
    "data_requests.begin",
    "campaigns.begin",
    "campaigns.listing",
    "campaigns.new",
    "campaigns.repeated",
    "evaluation_plans.begin",
    "evaluation_plans.new",
    "third_party_batches.begin",
    "third_party_batches.listing",
    "papers.seal_uses",
    "powers.allow",
    "powers.end",
    "powers.give",
    "powers.grants_page",
    "powers.lift",
    "powers.mark",
    "powers.review",
    "powers.revoke",
    "powers.sensitive_page",
    "powers_trace.page",
    "record.event",
    "record.file",
    "record.listing",
    "recusals.listing",
    "taxpayers.listing_page",
}
_SUBJECTS = {"case_id", "task_id", "file_id", "taxpayer_id"}
# What differs from one answer to the next whatever was asked: numbers, codes, tokens, times.
_OWN = re.compile(r'value="[^"]*"|[0-9a-f]{8,}|\d+')


@dataclass(frozen=True)
class Site:
    """The application over a house with one case for each relation."""

    app: Flask
    database: db.Database
    people: Cast
    rows: Mapping[str, Mapping[str, int]]
    signed_in: dict[str, tuple[FlaskClient, str]] = field(default_factory=dict)

    def sign_in(self, who: str) -> None:
        with self.database.transaction() as session:
            user_id = self.people.people[who].user_id or 0
            opened = people.sign_in_demo(session, user_id, address=None, agent=None)
        client = self.app.test_client()
        client.set_cookie(COOKIE, opened.token, domain="localhost", secure=True)
        found = re.search(
            r'name="csrf_token" value="([^"]+)"', client.get("/keys", base_url=HTTPS).text
        )
        assert found
        self.signed_in[who] = (client, found[1])

    def ask(self, who: str, endpoint: str, row: Mapping[str, int]) -> TestResponse:
        rule = next(self.app.url_map.iter_rules(endpoint))
        values = {name: row.get(name, NOWHERE) for name in rule.arguments}
        url = self.app.url_map.bind("localhost").build(endpoint, values)
        client, token = self.signed_in[who]
        if endpoint in PAGES:
            return client.get(url, base_url=HTTPS, buffered=True)
        fields = {"csrf_token": token, "reason": REASON, "note": REASON}
        return client.post(
            url, base_url=HTTPS, data=fields, headers={"Referer": f"{HTTPS}/"}, buffered=True
        )


@pytest.fixture(scope="module")
def site(house: House) -> Iterator[Site]:
    with house.clone("powers_routes") as config:
        database = db.connect(str(config.database_url))
        app = create_app(config, database)
        app.config["PROPAGATE_EXCEPTIONS"] = True
        with database.transaction() as session:
            record.introduce(session)
            who = cast.enter(session)
            rows = {
                relation: _case(session, who, serial) for serial, relation in enumerate(SEEN, 1)
            }
        with database.transaction() as session:
            _relate(session, who, rows)
        made = Site(app, database, who, rows)
        for login in who.people:
            made.sign_in(login)
        yield made
        database.dispose()


def test_every_address_is_in_the_table(site: Site) -> None:
    endpoints = {rule.endpoint for rule in site.app.url_map.iter_rules()}
    listed = {*PAGES, *ACTS, *ALSO_ELSEWHERE}
    assert {each for each in endpoints - listed if each.split(".")[0] not in ELSEWHERE} == set()
    assert listed - endpoints == set()


def test_whatever_names_a_case_or_a_household_is_in_the_table(site: Site) -> None:
    naming = {rule.endpoint for rule in site.app.url_map.iter_rules() if rule.arguments & _SUBJECTS}
    assert naming <= {*PAGES, *ACTS}


@pytest.mark.parametrize("relation", SEEN)
def test_pages_are_shown_as_the_table_says(site: Site, relation: str, figures: Figures) -> None:
    wrong, tried = [], 0
    for endpoint in PAGES:
        for who in _some(site.people.people):
            status = site.ask(who, endpoint, site.rows[relation]).status_code
            tried += 1
            if status not in _expected(who, relation, endpoint):
                wrong.append((endpoint, who, status))
    figures(f"powers {relation}", pages_asked=tried, wrong=len(wrong))
    assert not wrong


@pytest.mark.parametrize("relation", SEEN)
def test_acts_are_refused_to_whom_the_table_does_not_name(
    site: Site, relation: str, figures: Figures
) -> None:
    wrong, tried = [], 0
    for endpoint, (_, posts, first) in ACTS.items():
        for who in _some(set(site.people.people) - posts):
            status = site.ask(who, endpoint, site.rows[relation]).status_code
            tried += 1
            is_hidden = who not in _seen(relation, endpoint)
            expected = {403, 404, 409, 422} if first or not is_hidden else {404}
            if who == "director" and not is_hidden:
                expected |= {303}  # asked for a reason before anything else
            if status not in expected:
                wrong.append((endpoint, who, status))
    figures(f"powers {relation}", acts_tried=tried, wrong=len(wrong))
    assert not wrong


@pytest.mark.parametrize("relation", SEEN)
def test_a_hidden_row_is_answered_as_one_that_does_not_exist(
    site: Site, relation: str, figures: Figures
) -> None:
    different, tried = [], 0
    for endpoint in (*PAGES, *ACTS):
        for who in _some(set(site.people.people) - _seen(relation, endpoint)):
            hidden = site.ask(who, endpoint, site.rows[relation])
            absent = site.ask(who, endpoint, {})
            tried += 1
            if _plain(hidden) != _plain(absent):
                different.append((endpoint, who, hidden.status_code, absent.status_code))
    figures(f"powers {relation}", hidden_and_absent_compared=tried, different=len(different))
    assert not different


def _seen(relation: str, endpoint: str) -> set[str]:
    subject = (PAGES[endpoint] if endpoint in PAGES else ACTS[endpoint])[0]
    return SEEN_AT_HOME[relation] if subject == "taxpayer" else SEEN[relation]


def _some(people: Iterable[str]) -> list[str]:
    """Everybody in the long count, a few here, others for each address."""
    everybody = sorted(people)
    return _DICE.sample(everybody, min(_PEOPLE, len(everybody)))


def _expected(who: str, relation: str, endpoint: str) -> set[int]:
    _, posts, first = PAGES[endpoint]
    is_let_in = posts is None or who in posts
    if first and not is_let_in:
        return {403}
    if who not in _seen(relation, endpoint):
        return {404}
    # A city leader may be asked for a reason before anything else.
    asked = {303} if who == "director" else set()
    if endpoint in NO_SUCH:
        return {404} | asked
    if not is_let_in:
        return {403} | asked
    if endpoint in NOT_SO:
        return {409}
    # A city leader is led to where a reason is given, everybody else away from there.
    asks_why = (who == "director") != (endpoint == "powers.reason_page")
    return {303} if asks_why or endpoint == "cases.step" else {200}


def _plain(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, _OWN.sub("", answer.text)


def _case(session: Session, who: Cast, serial: int) -> dict[str, int]:
    case = factories.case(session, factories.taxpayer(session, serial=serial))
    desk.to_desk_check(session, who, case)
    step = desk.open_task(session, case, "desk_check")
    return {"case_id": case.id, "taxpayer_id": factories.payer_of(case), "task_id": step.id}


def _relate(session: Session, who: Cast, rows: dict[str, dict[str, int]]) -> None:
    for row in rows.values():
        _papers(session, who, row)
    number = session.get_one(Case, rows["confidential"]["case_id"]).number
    mark = sensitive.mark(session, who.director, number=number, reason=REASON)
    sensitive.allow(session, who.director, mark.id, login="legal")
    for login in ("chief", "info"):
        session.add(
            Recusal(
                case_id=rows["recused"]["case_id"],
                user_id=who.people[login].user_id,
                declaration="与纳税人有利害关系",
                decided_by=who.leader.user_id,
                at=clock.now(),
            )
        )
    session.add(
        Deputy(
            principal_id=who.far_officer.user_id,
            deputy_id=who.far_chief.user_id,
            valid_from=clock.today(),
            valid_to=clock.today() + timedelta(days=30),
            reason=REASON,
            granted_by=who.far_leader.user_id,
            granted_at=clock.now(),
        )
    )
    factories.tell(session, f"user:{who.far_officer.user_id}")
    _earlier_step(session, who, rows["earlier"])


def _earlier_step(session: Session, who: Cast, row: dict[str, int]) -> None:
    """A step of the case that ``far_officer`` has done."""
    like = session.get_one(Task, row["task_id"])
    session.add(
        Task(
            case_id=row["case_id"],
            key="earlier",
            element="earlier",
            name="协查",
            name_en="Assistance",
            stage=like.stage,
            form_key=like.form_key,
            case_status=like.case_status,
            roles=["tax_administrator"],
            unit_id=who.far_officer.posts[0].unit_id,
            separation=[],
            assignee_id=who.far_officer.user_id,
            status=TaskStatus.DONE,
            version=1,
            opened_at=clock.now(),
            claimed_at=clock.now(),
            done_at=clock.now(),
            done_by=who.far_officer.user_id,
        )
    )


def _papers(session: Session, who: Cast, row: dict[str, int]) -> None:
    """A file and a paper of the case with bytes in the store."""
    attachment = attachments.add(
        session,
        who.officer,
        row["task_id"],
        field="evidence",
        name="合同.pdf",
        chunks=[b"%PDF-1.4 the contract"],
    )
    session.flush()
    row["file_id"] = attachment.id
    paper = Document(
        case_id=row["case_id"],
        kind="inquiry_letter",
        template_version=1,
        status=DocumentStatus.ISSUED,
        data=documents.plain(specimens.INQUIRY),
        sha256=attachment.sha256,
        created_at=clock.now(),
        issued_at=clock.now(),
    )
    session.add(paper)
    session.flush()
    row["paper_id"] = paper.id
