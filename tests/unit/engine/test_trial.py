"""A trial run: acts and answers as plain data; a mistake changes nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from caseflow.engine import plain
from caseflow.engine.trial import Trial
from caseflow.vocabulary import Invalid
from tests.unit.engine.decisions.test_tables import dmn
from tests.unit.engine.sketch import bundle

COURSE = """
    start s
    user a nobody due=P2D
    on late a timer:P3D soft
    user remind nobody
    end reminded
    xor g
    receive paid message:payment
    user vote nobody multi=people:member
    end done
    s -> a -> g
    late -> remind -> reminded
    g -> paid : amount > 1000 and kind = "large"
    paid -> vote -> done
    g => done
"""


def trial(text: str = COURSE, **limits: Decimal) -> Trial:
    files = {"sketch.bpmn": bundle(text)["sketch.bpmn"]}
    return Trial.of(files, limits=limits or None)


def test_two_trials_of_one_draft_share_what_was_read_of_it_and_nothing_else() -> None:
    one, other = trial(), trial()
    play(one, {"start": {"amount": 3}})
    assert one.process is other.process
    assert (other.state, other.answer()["variables"]) == (None, {})


def play(run: Trial, *acts: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = {}
    for act in acts:
        answer = run.act(act, "en")
        assert "error" not in answer, answer
    return answer


def test_forms_roles_and_declarations_may_be_missing() -> None:
    answer = play(trial(), {"start": {}})
    assert [(task["id"], task["roles"]) for task in answer["open"]] == [("a", ["nobody"])]
    assert answer["open"][0]["due"] == "2010-01-27T09:00:00+08:00"
    assert answer["waiting"] == [
        {"kind": "timer", "id": "late", "due": "2010-01-28T09:00:00+08:00"}
    ]
    assert answer["variables"] == {}


def test_an_exact_number_decides_the_way() -> None:
    data = {"amount": Decimal("1000.00000000000000000001"), "kind": "large"}
    answer = play(trial(), {"start": {}}, {"complete": "a", "data": data})
    assert answer["waiting"] == [{"kind": "message", "id": "paid", "name": "payment"}]
    assert "1000.00000000000000000001" in plain.write(answer)


def test_timers_go_off_at_their_own_instants_in_order() -> None:
    run = trial("start s\ncatch c timer:P1D\nuser a x due=P1D\nend e\ns -> c -> a -> e")
    answer = play(run, {"start": {}}, {"advance": "P10D"})
    assert answer["at"] == "2010-02-04T09:00:00+08:00"
    assert answer["open"][0]["due"] == "2010-01-27T09:00:00+08:00"


def test_item_or_key_chooses_one_of_several_and_the_oldest_is_taken_otherwise() -> None:
    data = {"amount": Decimal(2000), "kind": "large", "people": ["u", "v", "w"]}
    run = trial()
    answer = play(run, {"start": data}, {"complete": "a"}, {"message": "payment"})
    assert [task["item"] for task in answer["open"]] == ["u", "v", "w"]
    answer = play(run, {"complete": "vote", "item": "v"}, {"complete": "vote"})
    assert [task["item"] for task in answer["open"]] == ["w"]
    answer = play(run, {"complete": "vote", "key": answer["open"][0]["key"]})
    assert (answer["finished"], answer["ended"], answer["open"]) == (True, "done", [])


def test_items_that_are_dates_or_numbers_are_chosen_as_they_are_written() -> None:
    files = bundle("start s\nuser a x multi=days:day\nend e\ns -> a -> e", "days: list of date")
    run = Trial.of(files)
    answer = play(run, {"start": {"days": ["2010-01-25", "2010-01-26", "2010-01-27"]}})
    assert [task["item"] for task in answer["open"]] == ["2010-01-25", "2010-01-26", "2010-01-27"]
    answer = play(run, {"complete": "a", "item": "2010-01-26"})
    assert [task["item"] for task in answer["open"]] == ["2010-01-25", "2010-01-27"]


@pytest.mark.parametrize(
    ("act", "code"),
    [
        ([], "not_an_object"),
        ({}, "which_verb"),
        ({"complete": "a", "advance": "P1D"}, "which_verb"),
        ({"start": {}}, "already_started"),
        ({"complete": "a", "date": {}}, "unknown_word"),
        ({"complete": ["a"]}, "not_text"),
        ({"complete": "a", "data": []}, "not_values"),
        ({"complete": "nowhere"}, "unknown_element"),
        ({"complete": "vote"}, "element_not_open"),
        ({"complete": "a", "item": "u"}, "element_not_open"),
        ({"message": "other"}, "message_not_awaited"),
        ({"advance": "3 days"}, "bad_span"),
        ({"advance": "-P1D"}, "bad_span"),
        ({"advance": "P9999Y"}, "bad_span"),
        ({"complete": "a", "data": {"x": "x" * 260_000}}, "state_too_large"),
    ],
)
def test_a_mistake_is_told_in_both_languages_and_changes_nothing(act: object, code: str) -> None:
    run = trial()
    before = play(run, {"start": {}})
    told = [run.act(act, lang)["error"] for lang in ("zh", "en")]
    assert [each["code"] for each in told] == [code, code]
    assert told[0]["message"] != told[1]["message"]
    assert run.answer() == {**before, "passed": []}


def test_nothing_can_be_done_before_the_start() -> None:
    for act in ({"complete": "a"}, {"message": "payment"}, {"advance": "P1D"}):
        assert trial().act(act)["error"]["code"] == "not_started"


def test_state_and_clock_are_all_that_has_to_be_kept() -> None:
    run = trial()
    play(run, {"start": {"amount": Decimal(1)}}, {"advance": "PT90M"})
    again = Trial(run.process, state=run.state, now=run.now)
    assert again.answer() == run.answer()
    assert play(again, {"complete": "a"})["finished"]


def test_dates_of_declared_variables_are_dates() -> None:
    flows = "s -> g\ng -> a : until > date(2010, 1, 31)\na -> e\ng => e"
    files = bundle(f"start s\nxor g\nuser a x\nend e\n{flows}", "until: date")
    answer = play(Trial.of(files), {"start": {"until": "2010-02-01"}})
    assert answer["open"]
    assert answer["variables"] == {"until": "2010-02-01"}


@pytest.mark.parametrize(
    ("condition", "given", "way"),
    [
        ("until > date(2010, 1, 31)", "2010-02-01", "a"),
        ("until > date(2010, 1, 31)", "2010-01-31", "e"),
        ("now() < until", "2010-01-25T09:00:01", "a"),
        ("now() < until", "2010-01-25T01:00:00Z", "e"),
        ('until = "2010-02-01" or until = date(2010, 1, 31)', "2010-02-01", "a"),
    ],
)
def test_what_nobody_declared_is_a_date_where_it_is_compared_with_one(
    condition: str, given: str, way: str
) -> None:
    run = trial(f"start s\nxor g\nuser a x\nend e\ns -> g\ng -> a : {condition}\na -> e\ng => e")
    answer = play(run, {"start": {"until": given}})
    assert bool(answer["open"]) is (way == "a")


def test_a_named_limit_counts_working_days_of_the_published_calendar() -> None:
    text = 'start s\nuser a x due=working_days("mine")\nend e\ns -> a -> e'
    answer = play(trial(text, mine=Decimal(5)), {"start": {}})
    assert answer["open"][0]["due"] == "2010-02-02T00:00:00+08:00"
    assert trial(text).act({"start": {}})["error"]["code"] == "unknown_limit"


def test_a_loop_that_never_waits_is_an_error_of_the_act() -> None:
    run = trial("start s\nxor g\nxor h\nend e\ns -> g -> h\nh -> g : null = x\nh => e")
    assert run.act({"start": {}})["error"]["code"] == "endless"
    assert play(run, {"start": {"x": Decimal(1)}})["finished"]


def test_the_only_way_without_a_condition_is_the_default() -> None:
    flows = "s -> g\ng -> a : x = 1\ng -> b\na -> e\nb -> e"
    run = trial(f"start s\nxor g\nuser a\nuser b\nend e\n{flows}")
    assert [task["id"] for task in play(run, {"start": {}})["open"]] == ["b"]


def test_a_gateway_without_a_way_on_is_an_error_of_the_act() -> None:
    run = trial("start s\nxor g\nuser a\nend e\ns -> g\ng -> a : x = 1\ng -> e : x = 2\na -> e")
    assert run.act({"start": {}}, "en")["error"] == {
        "code": "no_way",
        "message": "g: no condition after it is true and it has no default; add one or mend them",
    }
    assert play(run, {"start": {"x": Decimal(1)}})["open"]


def test_a_broken_table_beside_a_drawing_that_asks_none_is_no_matter() -> None:
    files = bundle("start s\nuser a\nend e\ns -> a -> e", lost__dmn=b"<broken")
    assert play(Trial.of(files), {"start": {}})["open"]
    asking = bundle("start s\nrule r lost x\nend e\ns -> r -> e", lost__dmn=b"<broken")
    with pytest.raises(Invalid):
        Trial.of(asking)


def test_a_table_may_ask_what_nobody_declared() -> None:
    asked = dmn('hitPolicy="FIRST"', ['> 5; -; - -> "many"', '-; -; - -> "few"'])
    text = "start s\nrule r table found\nuser a\nend e\ns -> r -> a -> e"
    answer = play(Trial.of(bundle(text, t__dmn=asked)), {"start": {"tax": Decimal(6)}})
    assert answer["variables"] == {"tax": 6, "found": "many"}


def test_called_processes_signals_and_messages_are_told() -> None:
    text = """
        start s
        call c other multi=people:person
        send told message:done
        end e
        s -> c -> told -> e
        event ev
        start es signal:stop soft
        user extra
        end ee
        es -> extra -> ee
        up
    """
    other = bundle("start s\nuser b\nend e\ns -> b -> e")["sketch.bpmn"]
    files = bundle(text) | {"other.bpmn": other.replace(b'id="sketch"', b'id="other"')}
    run = Trial.of(files)
    answer = play(run, {"start": {"people": ["u", "v"]}})
    assert [(t["id"], t["path"], t["item"]) for t in answer["open"]] == [
        ("b", "c/b", "u"),
        ("b", "c/b", "v"),
    ]
    assert answer["waiting"] == [{"kind": "signal", "id": "es", "name": "stop"}]
    assert [task["id"] for task in play(run, {"signal": "stop"})["open"]] == ["b", "b", "extra"]
    answer = play(run, {"complete": "c/b", "item": "v"}, {"complete": "b"})
    assert answer["sent"] == [{"message": "done", "id": "told", "data": {}}]
    assert play(run, {"complete": "extra"})["finished"]


def test_what_does_not_run_here_is_refused_with_its_place() -> None:
    broken = bundle("start s\nend e\ns -> e")["sketch.bpmn"].replace(b"endEvent", b"scriptTask")
    with pytest.raises(Invalid) as refused:
        Trial.of({"sketch.bpmn": broken})
    findings = refused.value.values["findings"]
    assert isinstance(findings, tuple)
    assert [(found.code, found.element) for found in findings if found.code == "unsupported"] == [
        ("unsupported", "e")
    ]
