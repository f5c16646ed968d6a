"""Forms of service ask what each way calls for, and nothing else (R 101 to 106)."""

from pathlib import Path

import pytest

from caseflow.engine.forms import AnswerForm, FormSpec
from tests.unit.engine.forms.sample import fill

_FORMS = Path(__file__).parents[2] / "forms"
# What says that the paper was served, where the form also knows other results.
_RESULT = {
    "wv_notice_service": {},
    "wv_letter_service": {"letter_service": "served"},
    "ta_notice_service": {"notice_service": "served"},
    "ta_paper_service": {"exec_service": "served"},
    "oc_service": {"service_result": "served"},
    "pn_hearing_service": {},
}
_WAYS = {
    "direct": {"served_on", "receiver", "receipt"},
    "left": {"served_on", "left_note", "witness", "receipt"},
    "entrusted": {"served_on", "receiver", "receipt"},
    "post": {"mail_number", "return_card_on", "receipt"},
    "announcement": {"medium", "announced_on"},
}
_ANNOUNCED_APART = {"ta_paper_service", "oc_service", "pn_hearing_service"}


@pytest.mark.parametrize("way", _WAYS)
@pytest.mark.parametrize("name", _RESULT)
def test_a_way_of_service_requires_its_own_facts_alone(name: str, way: str) -> None:
    if way == "announcement" and name in _ANNOUNCED_APART:
        way = "post"
    wanted = _WAYS[way]
    if name == "oc_service" and "receiver" in wanted:
        wanted = {*wanted, "receiver_relation"}
    form = filled(name, {**_RESULT[name], "method": way})
    assert {spec.key for spec in form.asked()} == {*_RESULT[name], "method", *wanted}
    assert not form.validate()
    assert set(form.errors) == wanted


@pytest.mark.parametrize("name", [name for name, result in _RESULT.items() if result])
def test_a_paper_that_was_not_served_has_no_way_of_service(name: str) -> None:
    (field,) = _RESULT[name]
    other = "onsite" if name == "ta_paper_service" else "failed"
    asked = {spec.key for spec in filled(name, {field: other, "method": "left"}).asked()}
    assert not asked & {"method", *set().union(*_WAYS.values())}


def filled(name: str, sent: dict[str, str]) -> AnswerForm:
    return fill(FormSpec.parse((_FORMS / f"{name}.form").read_bytes()), dict(sent))
