"""Evidence of a step: only files of the case count, and a step done again keeps those it had."""

import re

import pytest

from caseflow import clock
from caseflow.models import Case
from caseflow.services import attachments
from caseflow.vocabulary import Invalid
from tests import desk, factories
from tests.web.conftest import Bureau
from tests.web.test_clocks import LETTER


def _at_desk_check(bureau: Bureau, *, serial: int) -> tuple[int, str]:
    """A new case at its desk check, with a file handed in for its first doubt."""
    with bureau.database.transaction() as session:
        case = factories.case(session, factories.taxpayer(session, serial=serial))
        desk.to_desk_check(session, bureau.people, case)
        task = desk.open_task(session, case, "desk_check")
        file = attachments.add(
            session,
            bureau.people.officer,
            task.id,
            field="doubts-0-evidence",
            name="账页.txt",
            chunks=["账".encode()],
        )
        session.flush()
        return case.id, str(file.id)


def _check(bureau: Bureau, number: int, file: str) -> None:
    with bureau.database.transaction() as session:
        desk.check(session, bureau.people, session.get_one(Case, number), evidence=[file])


def test_a_file_of_another_case_or_of_none_is_no_evidence(bureau: Bureau) -> None:
    number, _ = _at_desk_check(bureau, serial=21)
    _, of_another = _at_desk_check(bureau, serial=22)
    for wrong in ("999999", "x", of_another):
        with pytest.raises(Invalid) as refusal:
            _check(bureau, number, wrong)
        assert desk.refused(refusal.value) == {"doubts-0-evidence": "unknown_file"}


def test_a_file_that_was_taken_out_is_no_evidence_any_more(bureau: Bureau) -> None:
    number, file = _at_desk_check(bureau, serial=23)
    with bureau.database.transaction() as session:
        attachments.remove(session, bureau.people.officer, int(file))
    with pytest.raises(Invalid):
        _check(bureau, number, file)


def test_a_check_that_is_done_again_keeps_the_evidence_it_had(bureau: Bureau) -> None:
    number, file = _at_desk_check(bureau, serial=24)
    people = bureau.people
    with bureau.database.transaction() as session:
        case, today = session.get_one(Case, number), clock.today().isoformat()
        desk.check(session, people, case, then="inquiry", evidence=[file])
        desk.do(session, people.officer, case, "make_inquiry", LETTER)
        signed = {"letter_signature": "sign", "opinion": "同意"}
        desk.do(session, people.chief, case, "sign_letter", signed)
        served = {"served_on": today, "method": "direct", "receiver": "王会计"}
        serving = {"letter_service": "served", **served, "receipt": []}
        desk.do(session, people.officer, case, "serve_letter", serving)
        reply = {"contact_result": "answered", "answer": "系集中备货所致", "files": []}
        desk.do(session, people.officer, case, "reply", reply)
    page = bureau.visitor("officer").get(f"/cases/{number}").text
    kept = re.search(rf'<input[^>]+name="doubts-0-evidence" value="{file}" checked>', page)
    assert kept is not None
    assert f"/files/{file}/remove" not in page
