"""Addresses that no page links to: refused with a page, never with a failure."""

import random
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from caseflow import db
from caseflow.app import create_app
from caseflow.reads import record_check
from caseflow.services import consistency, files, record
from tests import cast, desk, factories
from tests.support.house import House
from tests.support.visitor import Visitor
from tests.trust.counts import IS_LONG

_TRIES = 1_500 if IS_LONG else 150
_ROLES = ("auditor", "officer", "leader", "analyst", "sysadmin", "far_chief")
_NUMBERS = ("0", "1", "2", "999999", str(2**31), str(2**63), "9" * 40)
_TEXTS = (
    *("", "x", "%00", "%ff%fe", "../../etc/passwd", "%27%20OR%201=1--", "%3Cscript%3E", "{{7*7}}"),
    *("-1", "1e309", "NaN", "%F0%9F%92%A9", "a" * 3000, "2010-02-30", "200913", "null"),
)


@pytest.fixture(scope="module")
def app(house: House) -> Iterator[Flask]:
    """The pages of a bureau with one case at the desk check."""
    with house.clone("addresses") as config:
        database = db.connect(str(config.database_url))
        with database.transaction() as session:
            record.introduce(session)
            people = cast.enter(session)
            case = factories.case(session, factories.taxpayer(session))
            desk.to_desk_check(session, people, case)
        app = create_app(config, database)
        app.extensions["people"] = people
        yield app
        database.dispose()


def _address(rule: Rule, dice: random.Random, keys: list[str]) -> str:
    """An address of a route: its places filled at random, some query behind it."""
    path = rule.rule
    for name in rule.arguments:
        for kind in (f"<int:{name}>", f"<{name}>"):
            path = path.replace(kind, dice.choice(_NUMBERS if ":" in kind else _TEXTS) or "x")
    query = "&".join(
        f"{dice.choice(keys)}={dice.choice((*_TEXTS, *_NUMBERS))}" for _ in range(dice.randrange(4))
    )
    return f"{path}?{query}"


def test_no_address_ends_in_a_failure(app: Flask) -> None:
    dice = random.Random() if IS_LONG else random.Random(8)
    keys = ["before", "after", "seq", "filter", "task", "tab", "q", "page", "period", "unit"]
    keys += ["stage", "grade", "status", "kind", "sort", "next", "district", "indicator", "from"]
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    visitors = [Visitor(app, app.extensions["people"].people[login].user_id) for login in _ROLES]
    failed = []
    for _ in range(_TRIES):
        address = _address(dice.choice(rules), dice, keys)
        status = dice.choice(visitors).get(address).status_code
        if status >= 500:
            failed.append((status, address))
    assert failed == []


def test_no_form_sent_blindly_ends_in_a_failure_or_leaves_a_trace_astray(app: Flask) -> None:
    dice = random.Random() if IS_LONG else random.Random(9)
    fields = ["_idem", "_version", "next_step", "steps-0-state", "doubts-0-result", "days", "user"]
    fields += ["login", "password", "reason", "locale", "theme", "density", "next", "_add"]
    rules = [
        rule
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and rule.endpoint != "people.sign_out"
    ]
    visitors = [Visitor(app, app.extensions["people"].people[login].user_id) for login in _ROLES]
    failed = []
    for _ in range(_TRIES):
        address = _address(dice.choice(rules), dice, ["next"])
        chosen = dice.sample(fields, dice.randrange(6))
        form = {name: dice.choice((*_TEXTS, *_NUMBERS, "a\x00b")) for name in chosen}
        status = dice.choice(visitors).post(address, form).status_code
        if status >= 500:
            failed.append((status, address, form))
    assert failed == []
    with app.extensions["caseflow"].database.reading() as session:
        assert record_check.verify(session, path_of=files.path_of).problems == ()
        assert consistency.compare(session).differences == ()
