from datetime import date, datetime
from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict

from caseflow.clock import BUREAU_ZONE
from caseflow.engine.forms import BadForm, Choice, FieldError, FormSpec, Row, reading
from tests.unit.engine.forms.sample import codes, component, data, fill, spec

AMOUNT = component("number", "tax", required=True, decimalDigits=2, validate={"min": 0})


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1234.5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("１，２３１．２", "1231.2"),
        (" 12 ", "12"),
        ("0", "0"),
        ("123456789012.34", "123456789012.34"),
    ],
)
def test_amount_is_taken_as_officers_type_it(typed: str, kept: str) -> None:
    form = fill(spec(AMOUNT), {"tax": typed})
    assert form.validate()
    assert form.answers() == {"tax": kept}


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "required"),
        ("abc", "not_a_number"),
        ("1,23", "not_a_number"),
        ("1e9", "not_a_number"),
        ("NaN", "not_a_number"),
        ("一千", "not_a_number"),
        ("1.234", "too_many_decimals"),
        ("-1", "too_small"),
    ],
)
def test_what_is_no_amount_is_refused_and_shown_again(typed: str, code: str) -> None:
    form = fill(spec(AMOUNT), {"tax": typed})
    assert codes(form) == {"tax": [code]}
    assert f'value="{typed}"' in form["tax"]()


@pytest.mark.parametrize("typed", ["2010-01-02", "2010/1/2", "2010年1月2日", "２０１０．１．２"])
def test_date_is_taken_in_the_usual_ways(typed: str) -> None:
    form = fill(spec(component("datetime", "on", subtype="date")), {"on": typed})
    assert form.validate()
    assert form.answers() == {"on": "2010-01-02"}


def test_day_that_does_not_exist_is_refused() -> None:
    form = fill(spec(component("datetime", "on", subtype="date")), {"on": "2010-02-30"})
    assert codes(form) == {"on": ["not_a_date"]}


def test_date_and_time_is_meant_in_the_bureau() -> None:
    form = fill(spec(component("datetime", "at", subtype="datetime")), {"at": "2010-01-25T09:30"})
    assert form.validate()
    assert form.answers() == {"at": "2010-01-25T09:30:00+08:00"}


def test_text_is_measured_without_blanks_around_it() -> None:
    reason = component(
        "textarea", "reason", required=True, validate={"minLength": 3, "maxLength": 5}
    )
    assert codes(fill(spec(reason), {"reason": " ab "})) == {"reason": ["too_short"]}
    assert codes(fill(spec(reason), {"reason": "一二三四五六"})) == {"reason": ["too_long"]}
    assert codes(fill(spec(reason), {"reason": "a\x00bc"})) == {"reason": ["bad_character"]}
    assert fill(spec(reason), {"reason": " 事实清楚\r\n"}).answers() == {"reason": "事实清楚"}


DECISION = component(
    "radio", "decision", required=True, properties={"vocabulary": "ReviewDecision"}
)
REASON = component("textarea", "reason", required=True, hide='decision != "send_back"')


def test_hidden_field_is_neither_asked_nor_stored() -> None:
    form = fill(spec(DECISION, REASON), {"decision": "agree", "reason": "typed before"})
    assert form.validate()
    assert form.answers() == {"decision": "agree"}


def test_shown_field_is_asked() -> None:
    form = fill(spec(DECISION, REASON), {"decision": "send_back", "reason": ""})
    assert codes(form) == {"reason": ["required"]}
    shown = [part.is_hidden for part in form.layout()]
    assert shown == [False, False]


def test_condition_may_name_variables_of_the_case() -> None:
    transfer = component("checkbox", "transfer", hide="ti_flag != true")
    hidden = fill(spec(transfer), {"transfer": "y"}, values={"ti_flag": False})
    assert hidden.answers() == {}
    shown = fill(spec(transfer), {"transfer": "y"}, values={"ti_flag": True})
    assert shown.answers() == {"transfer": True}


def test_choice_that_is_not_offered_is_refused() -> None:
    assert codes(fill(spec(DECISION), {"decision": "approve"})) == {"decision": ["not_a_choice"]}
    officer = component("select", "officer", valuesKey="section_officers")
    choices = {"section_officers": [Choice("7", "王", "Wang")]}
    assert codes(fill(spec(officer), {"officer": "8"}, choices=choices)) == {
        "officer": ["not_a_choice"]
    }
    assert fill(spec(officer), {"officer": "7"}, choices=choices).answers() == {"officer": "7"}


def test_checklist_is_kept_in_the_order_offered() -> None:
    signs = component("checklist", "signs", properties={"vocabulary": "OffenceSign"})
    form = fill(spec(signs), {"signs": ["refusal", "evasion", "evasion"]})
    assert form.validate()
    assert form.answers() == {"signs": ["evasion", "refusal"]}


DOUBTS = component(
    "dynamiclist",
    "doubts",
    properties={"rows": "doubts"},
    components=[
        component("radio", "finding", required=True, properties={"vocabulary": "Finding"}),
        component("textfield", "cause", required=True, hide='finding != "confirmed"'),
    ],
)
GIVEN = {"doubts": [Row("d1", "税负偏低"), Row("d2", "零申报")]}


def test_rows_are_all_asked_each_by_itself() -> None:
    form = fill(
        spec(DOUBTS),
        {"doubts-0-finding": "confirmed", "doubts-1-finding": "explained"},
        rows=GIVEN,
    )
    assert not form.validate()
    assert [error.code for error in form["doubts"][0].form["cause"].errors] == ["required"]
    assert not form["doubts"][1].form.errors


def test_rows_carry_their_keys() -> None:
    form = fill(
        spec(DOUBTS),
        {
            "doubts-0-finding": "confirmed",
            "doubts-0-cause": "隐瞒收入",
            "doubts-1-finding": "explained",
        },
        rows=GIVEN,
    )
    assert form.validate()
    assert 'name="doubts-0-row"' in form["doubts"][0].form["row_key"]()
    assert form.answers() == {
        "doubts": [
            {"row": "d1", "finding": "confirmed", "cause": "隐瞒收入"},
            {"row": "d2", "finding": "explained"},
        ]
    }


def test_row_that_joined_meanwhile_moves_nothing_that_was_typed() -> None:
    sent: dict[str, str | list[str]] = {
        "doubts-0-row": "d1",
        "doubts-0-finding": "explained",
        "doubts-1-row": "d2",
        "doubts-1-finding": "confirmed",
        "doubts-1-cause": "隐瞒收入",
    }
    rows = {"doubts": [Row("d0", "新疑点"), *GIVEN["doubts"]]}
    form = fill(spec(DOUBTS), sent, rows=rows)
    findings = [entry.form["finding"].data for entry in form["doubts"]]
    assert findings == [None, "explained", "confirmed"]
    assert [entry.form.row.key for entry in form["doubts"]] == ["d0", "d1", "d2"]


PERSONS = component(
    "dynamiclist",
    "persons",
    required=True,
    components=[component("textfield", "name", required=True)],
)


def test_rows_are_added_and_removed_without_scripts() -> None:
    form = fill(spec(PERSONS), {"persons-0-name": "甲", "persons-1-name": "乙", "_add": "persons"})
    assert form.was_edited
    assert [entry.form["name"].data for entry in form["persons"]] == ["甲", "乙", None]
    assert all(entry.form.row is None for entry in form["persons"])
    less = fill(
        spec(PERSONS), {"persons-0-name": "甲", "persons-1-name": "乙", "_remove": "persons-0"}
    )
    assert less.was_edited
    assert less.answers() == {"persons": [{"name": "乙"}]}


def test_rows_cannot_be_removed() -> None:
    form = fill(spec(DOUBTS), {"doubts-0-finding": "explained", "_remove": "doubts-0"}, rows=GIVEN)
    assert not form.was_edited
    assert len(form["doubts"].entries) == 2


def test_group_shows_its_fields_together_and_changes_no_key() -> None:
    group = {"type": "group", "label": "送达", "id": "g", "components": [AMOUNT]}
    form = fill(spec(group), {"tax": "5"})
    assert form.answers() == {"tax": "5"}
    (part,) = form.layout()
    assert [inner.spec.key for inner in part.parts] == ["tax"]


def test_hidden_group_hides_what_is_in_it() -> None:
    group = {
        "type": "group",
        "label": "送达",
        "id": "g",
        "conditional": {"hide": '=decision = "agree"'},
        "components": [AMOUNT],
    }
    form = fill(spec(DECISION, group), {"decision": "agree", "tax": ""})
    assert form.validate()


def test_answers_come_back_as_values() -> None:
    form = spec(AMOUNT, component("datetime", "at", subtype="datetime"), DOUBTS)
    stored = {
        "tax": "12.50",
        "at": "2010-01-25T09:30:00+08:00",
        "doubts": [{"row": "d2", "finding": "explained"}],
    }
    values = form.from_answers(stored)
    assert values["tax"] == Decimal("12.50")
    assert values["at"] == datetime(2010, 1, 25, 9, 30, tzinfo=BUREAU_ZONE)
    again = form.wtform({}, GIVEN, {}, "zh")(data=values)
    assert 'value="12.50"' in again["tax"]()
    assert [entry.form["finding"].data for entry in again["doubts"]] == [None, "explained"]


def test_files_are_kept_ids_and_new_uploads() -> None:
    class Upload:
        filename = "photo.jpg"

    evidence = component("filepicker", "evidence", required=True)
    assert codes(fill(spec(evidence), {"evidence": ""})) == {"evidence": ["required"]}
    form = spec(evidence).wtform({}, {}, {}, "zh")({"evidence": ["17", Upload()]})
    assert form.validate()
    assert [upload.filename for upload in form["evidence"].uploads] == ["photo.jpg"]
    form["evidence"].keep("18")
    assert form.answers() == {"evidence": ["17", "18"]}


@pytest.mark.parametrize(
    ("validator", "good", "bad"),
    [
        ("phone", ["0411-82345678", "13800000000", "+86 411 82345678"], ["138000", "call me"]),
        ("tax_period", ["2009-12", "2009-Q4", "2009-Y"], ["2009-13", "09-12", "1900-01"]),
        ("taxpayer_number", ["210204123456789"], ["2102041234"]),
    ],
)
def test_named_validator_tells_good_from_bad(
    validator: str, good: list[str], bad: list[str]
) -> None:
    form = spec(component("textfield", "value", properties={"validator": validator}))
    assert all(fill(form, {"value": value}).validate() for value in good)
    assert not any(fill(form, {"value": value}).validate() for value in bad)


@pytest.mark.parametrize("typed", ["200912", "2009年12月", "2009.12", "2009/12", "2009 年 12 月"])
def test_a_tax_period_is_kept_in_one_way(typed: str) -> None:
    period = component("textfield", "value", properties={"validator": "tax_period"})
    form = fill(spec(period), {"value": typed})
    assert form.validate()
    assert form.answers() == {"value": "2009-12"}


@pytest.mark.parametrize(
    "typed", ["01wv2010000012", "０１wv２０１０００００１２", " 01WV 2010-000012"]
)
def test_a_case_number_is_kept_in_one_way(typed: str) -> None:
    number = component("textfield", "value", properties={"validator": "case_number"})
    form = fill(spec(number), {"value": typed})
    assert form.validate()
    assert form.answers() == {"value": "01WV2010000012"}


def test_members_are_an_odd_number_from_three() -> None:
    members = component(
        "checklist", "members", valuesKey="officers", properties={"validator": "odd_from_three"}
    )
    choices = {"officers": [Choice(str(n), f"官{n}") for n in range(6)]}
    for count, is_good in ((1, False), (2, False), (3, True), (4, False), (5, True)):
        sent = {"members": [str(n) for n in range(count)]}
        assert fill(spec(members), dict(sent), choices=choices).validate() is is_good


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{", "form_broken"),
        (b"\xff", "form_encoding"),
        (b"[]", "form_type"),
        (b"[" * 50_000, "form_broken"),
        (data({"type": "button", "key": "x", "label": "x"}), "form_kind"),
        (data({"type": "html", "content": "<script>"}), "form_kind"),
        (data({"type": "textfield", "key": "__class__", "label": "x"}), "form_key"),
        (data({"type": "textfield", "key": "process", "label": "x"}), "form_key"),
        (data({"type": "textfield", "key": "a", "label": "x"}, AMOUNT, AMOUNT), "form_twice"),
        (data({"type": "radio", "key": "a", "label": "x"}), "form_choices"),
        (data({"type": "textfield", "key": "a", "validate": {"pattern": "("}}), "form_pattern"),
        (data({"type": "textfield", "key": "a", "validate": {"minLength": "x"}}), "form_number"),
        (b'{"type": "default", "id": "x", "components": {}}', "form_components"),
    ],
)
def test_file_that_is_no_form_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(BadForm) as raised:
        FormSpec.parse(content)
    assert raised.value.findings[0].code == code
    assert raised.value.findings[0].say("zh") != raised.value.findings[0].say("en")


def test_labels_are_in_the_language_of_the_page() -> None:
    form = spec(AMOUNT).wtform({}, {}, {}, "en")()
    assert form["tax"].label.text == "Tax"
    assert fill(spec(AMOUNT), {})["tax"].label.text == "填写tax"


def test_dates_may_be_compared_in_conditions() -> None:
    late = component("textfield", "late", required=True, hide='paid_on <= date("2010-01-31")')
    form = spec(component("datetime", "paid_on", subtype="date"), late)
    assert fill(form, {"paid_on": "2010-01-31"}).validate()
    assert codes(fill(form, {"paid_on": "2010-02-01"})) == {"late": ["required"]}
    filled = fill(form, {"paid_on": "2010-02-01"})
    assert filled["paid_on"].data == date(2010, 2, 1)
    assert form.answers(filled) == {"paid_on": "2010-02-01", "late": None}


def test_every_kind_of_field_can_be_drawn() -> None:
    times = [component("datetime", f"g_{k}", subtype=k) for k in ("date", "time", "datetime")]
    fields = [
        AMOUNT,
        DECISION,
        component("textfield", "a"),
        component("textarea", "b"),
        component("select", "c", properties={"vocabulary": "YesNo"}),
        component("checklist", "d", properties={"vocabulary": "YesNo"}),
        component("checkbox", "e"),
        component("filepicker", "f"),
        *times,
    ]
    form = spec(*fields).wtform({}, {}, {}, "zh")()
    assert all(part.field() for part in form.layout())


def test_pattern_must_fit_the_whole_answer_in_bounded_time() -> None:
    number = component("textfield", "number", validate={"pattern": "[0-9]{3}"})
    assert fill(spec(number), {"number": "123"}).validate()
    assert codes(fill(spec(number), {"number": "1234"})) == {"number": ["pattern"]}
    slow = component("textarea", "text", validate={"pattern": "(a+)+b"})
    assert codes(fill(spec(slow), {"text": "a" * 5_000})) == {"text": ["pattern"]}
    wide = component("textarea", "text", validate={"pattern": "(a|b|c|d|e|f|g|h|i|j|k|l|m)*"})
    assert fill(spec(wide), {"text": "a" * 1_000}).validate()
    assert codes(fill(spec(wide), {"text": "a" * 10_000})) == {"text": ["pattern"]}


def test_number_may_be_bounded_and_left_out() -> None:
    count = component("number", "count", validate={"min": 1, "max": 10})
    assert fill(spec(count), {"count": ""}).answers() == {"count": None}
    assert codes(fill(spec(count), {"count": "11"})) == {"count": ["too_large"]}
    assert codes(fill(spec(count), {"count": "1.5"})) == {"count": ["too_many_decimals"]}


@pytest.mark.parametrize(
    ("typed", "kept"), [("9:05", "09:05"), ("14时30分", "14:30"), ("25:00", None), ("noon", None)]
)
def test_time_of_day_is_taken_in_the_usual_ways(typed: str, kept: str | None) -> None:
    form = spec(component("datetime", "at", subtype="time"))
    filled = fill(form, {"at": typed})
    assert filled.validate() is (kept is not None)
    if kept:
        assert filled.answers() == {"at": kept}
        assert form.from_answers({"at": kept})["at"] == filled["at"].data


@pytest.mark.parametrize("typed", ["2010-01-25", "2010-01-25 99:00", "soon"])
def test_half_a_date_and_time_is_refused(typed: str) -> None:
    form = fill(spec(component("datetime", "at", subtype="datetime")), {"at": typed})
    assert codes(form) == {"at": ["not_a_date"]}


def test_stored_answer_that_cannot_be_read_is_left_empty() -> None:
    form = spec(component("datetime", "at", subtype="datetime"))
    assert form.from_answers({"at": "long ago", "other": 1}) == {"at": None}


def test_stored_answers_are_shown_as_they_were_written() -> None:
    form = spec(
        component("datetime", "on", subtype="date"),
        component("datetime", "at", subtype="datetime"),
        component("datetime", "hour", subtype="time"),
        component("textfield", "text"),
    )
    stored = {"on": "2010-01-25", "at": "2010-01-25T09:30:00+08:00", "hour": "09:30", "text": "税"}
    shown = form.wtform({}, {}, {}, "zh")(data=form.from_answers(stored))
    html = "".join(str(part.field()) for part in shown.layout())
    for value in ("2010-01-25", "2010-01-25T09:30", "09:30", "税"):
        assert f'value="{value}"' in html
    assert shown.answers() == stored


@pytest.mark.parametrize(
    ("kind", "default", "data"),
    [
        ("textfield", "税", "税"),
        ("number", 5, Decimal(5)),
        ("checkbox", True, True),
        ("checkbox", False, False),
    ],
)
def test_default_is_what_the_form_begins_with(kind: str, default: object, data: object) -> None:
    form = spec(component(kind, "a", defaultValue=default)).wtform({}, {}, {}, "zh")()
    assert form["a"].data == data


def test_choices_may_stand_in_the_form() -> None:
    values = [{"value": "a", "label": "甲"}, {"value": "b", "label": "乙"}]
    form = spec(component("checklist", "several", values=values, defaultValue=["b"]))
    assert form.wtform({}, {}, {}, "zh")()["several"].data == ["b"]
    assert fill(form, {"several": ["a"]}).validate()
    assert codes(fill(form, {"several": ["c"]})) == {"several": ["not_a_choice"]}


def test_list_that_must_have_rows_begins_with_one() -> None:
    empty = spec(PERSONS).wtform({}, {}, {}, "zh")()
    assert len(empty["persons"].entries) == 1
    none = fill(spec(PERSONS), {"_remove": "persons-0", "persons-0-name": "甲"})
    assert not none.validate()


def test_list_holds_no_more_rows_than_it_may() -> None:
    many: dict[str, str | list[str]] = {f"persons-{n}-name": "甲" for n in range(201)}
    form = fill(spec(PERSONS), many)
    assert not form.validate()
    assert [error.code for error in form["persons"].errors] == ["too_many_rows"]
    full: dict[str, str | list[str]] = {f"persons-{n}-name": "甲" for n in range(200)}
    assert len(fill(spec(PERSONS), full | {"_add": "persons"})["persons"].entries) == 200


def test_readonly_field_is_not_checked() -> None:
    assert fill(spec(component("textfield", "a", required=True, readonly=True)), {}).validate()


def test_fields_asked_now_are_told() -> None:
    form = fill(spec(DECISION, REASON, component("text", "note")), {"decision": "agree"})
    assert [each.key for each in form.asked()] == ["decision"]
    assert spec(DECISION).field("decision") is not None
    assert spec(DECISION).field("other") is None


def test_what_a_web_framework_sends_is_taken() -> None:
    form = spec(AMOUNT).wtform({}, {}, {}, "zh")(MultiDict([("tax", "5")]))
    assert form.answers() == {"tax": "5"}


def test_row_that_went_meanwhile_is_dropped() -> None:
    sent: dict[str, str | list[str]] = {"doubts-0-row": "gone", "doubts-0-finding": "confirmed"}
    form = fill(spec(DOUBTS), sent, rows=GIVEN)
    assert [entry.form["finding"].data for entry in form["doubts"]] == [None, None]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b" " * 500_001, "form_size"),
        (data(*(component("textfield", f"k{n}") for n in range(401))), "form_fields"),
        (b'{"type": "default", "id": "x", "components": [1]}', "form_components"),
        (data({"type": "group", "path": "p", "id": "g", "components": []}), "form_group_path"),
        (data({"type": "textfield", "key": "a", "properties": []}), ""),
        (data({"type": "textfield", "key": "a", "properties": [1]}), "form_properties"),
        (data({"type": "textfield", "key": "a", "validate": [1]}), "form_validate"),
        (data({"type": "textfield", "key": "a", "conditional": [1]}), "form_conditional"),
        (data({"type": "radio", "key": "a", "values": {"a": 1}}), "form_choices"),
        (data({"type": "separator"}), ""),
    ],
)
def test_part_that_is_no_part_is_refused(content: bytes, code: str) -> None:
    _, findings = reading.read("x.form", content)
    assert {finding.code for finding in findings} == ({code} if code else set())


def test_error_says_itself_in_logs() -> None:
    assert str(FieldError("too_short", {"limit": 3})) == "too_short(limit=3)"
    assert str(FieldError("required")) == "required"


def test_labels_and_descriptions_come_in_both_languages() -> None:
    described = component(
        "textfield", "a", description="十字以上", properties={"description_en": "ten or more"}
    )
    field = spec(described).fields[0]
    assert (field.say("zh"), field.say("en")) == ("填写a", "A")
    assert (field.explain("zh"), field.explain("en")) == ("十字以上", "ten or more")
    row = Row("d1", "税负偏低", "low burden")
    assert (row.label("zh"), row.label("en")) == ("税负偏低", "low burden")
    assert Choice("a", "甲").label("en") == "甲"


def test_amount_of_money_is_not_negative() -> None:
    field = component("number", "a", decimalDigits=2, properties={"validator": "amount"})
    assert codes(fill(spec(field), {"a": "-0.01"})) == {"a": ["too_small"]}
    assert fill(spec(field), {"a": "0.01"}).validate()


def test_row_sees_the_answers_above_it() -> None:
    note = component("textfield", "note", required=True, hide='decision = "agree"')
    rows = component("dynamiclist", "persons", components=[note])
    form = spec(DECISION, rows)
    asked = fill(form, {"decision": "send_back", "persons-0-note": ""})
    assert [part.is_hidden for part in asked["persons"][0].form.layout()] == [False]
    assert not asked.validate()
    hidden = fill(form, {"decision": "agree", "persons-0-note": ""})
    assert [part.is_hidden for part in hidden["persons"][0].form.layout()] == [True]
    assert hidden.answers() == {"decision": "agree", "persons": [{}]}


def test_given_row_of_a_draft_sees_the_answers_above_it() -> None:
    note = component("textfield", "note", hide='decision = "agree"')
    rows = component("dynamiclist", "persons", components=[note], properties={"rows": "people"})
    form = spec(DECISION, rows)
    given = {"people": (Row("7", "王会计", "Wang"),)}
    kept = fill(form, {"decision": "agree", "persons-0-note": "留着"}, rows=given)
    assert [part.is_hidden for part in kept["persons"][0].form.layout()] == [True]
    shown = fill(form, {"decision": "send_back", "persons-0-note": "留着"}, rows=given)
    assert [part.is_hidden for part in shown["persons"][0].form.layout()] == [False]


def test_row_follows_an_answer_that_changes_after_it_was_bound() -> None:
    note = component("textfield", "note", required=True, hide='decision = "agree"')
    rows = component("dynamiclist", "persons", components=[note])
    form = fill(spec(DECISION, rows), {"decision": "agree", "persons-0-note": ""})
    assert form.validate()
    form["decision"].data = "send_back"
    assert not form.validate()
    assert [part.is_hidden for part in form["persons"][0].form.layout()] == [False]


def test_page_says_which_words_of_a_vocabulary_are_offered_and_how_they_are_called() -> None:
    properties = {"label_en": "To", "vocabulary": "ReturnTo"}
    form = spec({**component("radio", "to"), "valuesKey": "steps", "properties": properties})
    given = (Choice("desk", "核对与拟办", "Check and prepare"), Choice("nowhere", "无", "Nowhere"))
    offered = form.wtform({"steps": given}, {}, {}, "zh")()["to"].iter_choices()
    assert [choice[:2] for choice in offered] == [("desk", "核对与拟办")]
