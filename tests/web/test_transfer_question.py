"""Whether a flagged case is transferred is asked where that is open, and nowhere else."""

import json
import re

from caseflow.models import Case
from tests import desk, factories
from tests.web.conftest import Bureau

TAXED = {
    "finding": "confirmed",
    "amounts": [
        {
            "tax": "vat",
            "period": "2009-Q4",
            "declared": "4200.00",
            "recomputed": "24200.00",
            "due_on": "2010-01-18",
        }
    ],
}


def _at_approval(bureau: Bureau, serial: int, *, is_ti: bool, **concluded: object) -> int:
    """A case before the leader; one that is to be transferred has been before the review."""
    with bureau.database.transaction() as session:
        people = bureau.people
        case = factories.case(session, factories.taxpayer(session, serial=serial), is_ti=is_ti)
        desk.to_desk_check(session, people, case)
        desk.check(session, people, case)
        answers = desk.conclusion(session, case, **TAXED, **concluded)
        desk.do(session, people.officer, case, "conclusion", answers)
        agreed = {"review_decision": "agree", "opinion": "同意"}
        desk.do(session, people.chief, case, "review", agreed)
        if case.facts["outcome"] == "transferred_inspection":
            desk.before_the_review(session, people, case, "agree")
        return case.id


def _opened(bureau: Bureau, case_id: int) -> str:
    leader = bureau.visitor("leader")
    claim = re.findall(r'action="(/tasks/\d+/claim)"', leader.get(f"/cases/{case_id}").text)
    if claim:
        leader.post(claim[0], {})
    return leader.get(f"/cases/{case_id}").text


def test_question_appears_as_soon_as_the_leader_agrees(bureau: Bureau) -> None:
    page = _opened(bureau, _at_approval(bureau, 3, is_ti=True))
    question = page.index('name="ti_transfer"')
    rule = re.findall(r'data-hide-when="([^"]+)"', page[:question])[-1]
    assert json.loads(rule.replace("&#34;", '"'))["rule"] == [
        "any",
        ["!=", "approval_decision", "agree"],
    ]


def test_question_is_not_put_without_a_flag(bureau: Bureau) -> None:
    assert 'name="ti_transfer"' not in _opened(bureau, _at_approval(bureau, 4, is_ti=False))


def test_question_is_not_put_again_where_a_transfer_is_proposed(bureau: Bureau) -> None:
    case_id = _at_approval(bureau, 5, is_ti=True, signs=["evasion"])
    assert 'name="ti_transfer"' not in _opened(bureau, case_id)
    with bureau.database.transaction() as session:
        case = session.get_one(Case, case_id)
        agreed = {"approval_decision": "agree", "opinion": "同意", "invoice_stop": "no"}
        desk.do(session, bureau.people.leader, case, "approval", agreed)
        assert desk.open_elements(session, case) == {"closing_check"}
        assert case.facts["outcome"] == "transferred_inspection"


def test_form_says_what_is_kept_of_a_quarter(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        people = bureau.people
        case = factories.case(session, factories.taxpayer(session, serial=6))
        desk.to_desk_check(session, people, case)
        desk.check(session, people, case)
        case_id = case.id
    officer = bureau.visitor("officer")
    page = officer.get(f"/cases/{case_id}").text
    task = int(re.findall(r'action="/tasks/(\d+)"', page)[0])
    hidden = dict(
        re.findall(r'<input type="hidden" name="(_\w+|[\w-]+-row)" value="([^"]*)"', page)
    )
    answer = officer.post(f"/tasks/{task}", {**hidden, "_add": "amounts"})
    assert "按季填 2009-Q4，记为该季末月" in answer.text
    assert answer.text.count('class="cf-group-box" tabindex="-1" autofocus') == 1
