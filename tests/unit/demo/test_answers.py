from datetime import date
from pathlib import Path

from caseflow.demo.past import agenda, answers, evidence
from caseflow.demo.past.fates import Truth
from caseflow.demo.past.scene import EVE
from caseflow.models import Task
from caseflow.services import file_types
from caseflow.vocabulary.choices import WvOutcome

_FORMS = {path.stem for path in Path("forms").glob("wv_*.form")}


def test_every_form_of_the_drawing_can_be_filled_in() -> None:
    assert answers.known() >= _FORMS


def test_fates_bring_every_outcome_of_the_table() -> None:
    causes = ("concealed", "error", "legitimate", "data_error")
    truth = Truth((f"T{n}", "VAT-001", causes[n % 4]) for n in range(2_000))
    fates = [truth.fate(f"T{n}", ["VAT-001"], period=200908, seed=1) for n in range(2_000)]
    assert {fate.outcome for fate in fates} == set(WvOutcome)
    assert {fate.dispatch for fate in fates} == {
        "assign",
        "hold",
        "void_duplicate",
        "void_data_error",
    }


def test_the_same_case_gets_the_same_fate() -> None:
    truth = Truth([("210202736401253", "VAT-001", "concealed")])
    first, again = (
        truth.fate("210202736401253", ["VAT-001"], period=200908, seed=5) for _ in range(2)
    )
    assert first == again
    assert first.cause == "concealed"


def test_data_errors_are_found_to_be_data_errors() -> None:
    truth = Truth([("210202736401253", "VAT-001", "data_error")])
    fate = truth.fate("210202736401253", ["TIC-004", "VAT-001"], period=200911, seed=5)
    assert fate.outcome is WvOutcome.DATA_ERROR


def test_exhibits_are_what_their_names_say() -> None:
    shown = (
        evidence.extract("大连样例商贸有限公司", "WV-1", "无异常。"),
        evidence.receipt("大连样例商贸有限公司", "WV-1", "2009-11-06"),
        evidence.photograph("WV-1"),
    )
    for exhibit in shown:
        assert file_types.media_type(exhibit.name, exhibit.content[:4096])


def _task(form_key: str) -> Task:
    return Task(form_key=form_key, element="record_visit", case_id=7)


def test_records_of_a_day_are_written_in_its_afternoon() -> None:
    for day in (date(2009, 11, 2), EVE):
        slot = agenda.slot_of(_task("wv_onsite_record"), day)
        assert agenda.SLOTS[slot].hour >= 13


def test_on_the_last_day_home_works_at_once_and_others_leave_what_came() -> None:
    task = _task("wv_review")
    assert agenda.waits(task, EVE, is_home=True) == 0
    assert agenda.waits(task, EVE, is_home=False) == 1
    assert agenda.slot_of(task, EVE) == 0
