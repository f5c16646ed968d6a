"""Before a deployment: a rule that is misspelt is no rule, so it is refused with what is meant."""

import pytest

from caseflow import engine
from caseflow.vocabulary import PaperKind
from caseflow.vocabulary.drawings import SIGNED
from tests.unit.engine.sketch import bpmn, bundle

ONE = "start s\nuser a {}\nend e\ns -> a -> e"
TWO = "start s\nuser a\nuser b {}\nend e\ns -> a -> b -> e"
MEMBERS = "start s\nuser a multi=members:member {}\nend e\ns -> a -> e"


def found(text: str, variables: str = "") -> dict[str, str]:
    """The codes of what is wrong, each with how it is said in English."""
    findings = engine.check(bundle(text, variables))
    assert all(each.say("zh") != each.say("en") and each.line for each in findings)
    return {each.code: each.say("en") for each in findings}


@pytest.mark.parametrize(
    ("written", "code", "remedy"),
    [
        ("seperation=a", "property_misspelt", '"separation"'),
        ("relatoin=main_officer", "property_misspelt", '"relation"'),
        ("colour=red", "property_unknown", "separation"),
        ("status=nonsense", "property_value", "for_approval"),
        ("status=closed", "property_value", "for_approval"),
        ("stage=decisoin", "property_value", "decision"),
        ("relation=main_oficer", "property_value", "main_officer"),
        ("clock=wv_totl", "property_value", "wv_total"),
        ("ends_clock=approve_tax_district", "property_value", "wv_total"),
        ("signs=letter", "property_value", "inquiry_letter"),
        ("opinion=yes", "property_value", "optional"),
        ("verbs=send_bak", "property_value", "send_back"),
        ("verbs=send_back,approve", "property_value", "take_back"),
        ("system", "property_group", "candidateGroups"),
        ("separation=main_oficer", "separation_word", '"main_officer"'),
        ("separation=collective_member", "separation_word", "officer"),
        ("separation=s", "separation_word", "officer"),
        ("relation=collective_member", "relation_item", "multi-instance"),
        ('due=working_days("wv_dsk")', "unknown_limit", "wv_desk"),
        ('due=days("approve_tax_district")', "unknown_limit", "archive"),
        ('due=day_of_month("ti_sort")', "unknown_limit", "ti_handover_day"),
    ],
)
def test_what_would_do_nothing_or_stop_the_case_is_refused(
    written: str, code: str, remedy: str
) -> None:
    said = found(ONE.format(written))
    assert list(said) == [code]
    assert remedy in said[code]


@pytest.mark.parametrize(
    "written",
    [
        "separation=a,main_officer",
        "separation= stage= status= relation= signs=",
        "stage=decision status=paused relation=second_officer signs=inquiry_letter",
        'due=working_days("wv_desk")',
        "due=working_days(3)",
        "verbs=send_back,hand_over",
        "verbs=none",
    ],
)
def test_what_does_something_is_not_refused(written: str) -> None:
    assert found(TWO.format(written)) == {}


def test_a_member_of_the_collective_is_the_item_of_an_instance() -> None:
    text = MEMBERS.format("relation=collective_member")
    assert found(text, "members: list of string") == {}


def test_arguments_of_service_tasks_are_free_but_the_limits_they_name_are_not() -> None:
    text = "start s\nservice a x anything={}\nend e\ns -> a -> e"
    assert found(text.format("1")) == {}
    assert list(found(text.format('days("nope")'))) == ["unknown_limit"]


def test_limits_in_timers_and_conditions_are_known() -> None:
    timer = 'start s\ncatch c timer:days("nope")\nend e\ns -> c -> e'
    assert list(found(timer)) == ["unknown_limit"]
    asked = 'start s\nxor g\nend e\nend f\ns -> g\ng -> e : days("nope") > now()\ng => f'
    assert list(found(asked)) == ["unknown_limit"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("case_status", "case_state", "property_misspelt"),
        ("closed", "over", "property_value"),
    ],
)
def test_an_end_says_how_the_case_ends(old: str, new: str, code: str) -> None:
    status = '<camunda:property name="case_status" value="closed"/>'
    inner = f"<extensionElements><camunda:properties>{status}</camunda:properties>"
    drawing = bpmn(ONE.format("")).replace(
        b"</endEvent>", f"{inner}</extensionElements></endEvent>".encode()
    )
    files = bundle(ONE.format("")) | {"sketch.bpmn": drawing}
    assert engine.check(files) == []
    files["sketch.bpmn"] = drawing.replace(old.encode(), new.encode())
    assert [each.code for each in engine.check(files)] == [code]


def test_a_step_of_a_called_process_names_those_beside_it_and_those_of_the_caller() -> None:
    inner = "start t\nuser x\nuser b separation=x,a\nuser c separation=y\nend f\nt -> x -> b"
    other = bpmn(f"{inner} -> c -> f").replace(b'id="sketch"', b'id="other"')
    outer = "start s\nuser a\ncall k other\nend e\ns -> a -> k -> e"
    findings = engine.check(bundle(outer) | {"other.bpmn": other})
    assert [(each.code, each.element) for each in findings] == [("separation_word", "k/c")]


def test_what_was_deployed_before_and_what_is_tried_out_is_not_held_to_it() -> None:
    files = bundle(ONE.format("status=nonsense seperation=a"))
    assert engine.deployed(files).key == engine.load(files).key == "sketch"


def test_every_kind_of_paper_can_be_signed() -> None:
    assert {kind.value for kind in PaperKind} <= set(SIGNED)
