"""What only follows from another finding names it, so that the one fault is told first."""

import pytest

from caseflow import engine
from caseflow.engine.findings import folded
from tests.unit.engine.sketch import bundle


def told(text: str) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Code and element of each finding that stands for itself, with those that follow from it."""
    return {
        (cause.code, cause.element): [(each.code, each.element) for each in following]
        for cause, following in folded(engine.check(bundle(text)))
    }


def test_what_lies_behind_a_lost_flow_follows_from_the_loose_end() -> None:
    text = "start s\nuser a\nuser b\nuser c\nuser d\nend e\ns -> a\nb -> c -> d -> e"
    assert told(text) == {
        ("dead_end", "a"): [("no_way_in", "b"), *(("unreachable", name) for name in "cde")]
    }


def test_a_round_behind_a_lost_flow_follows_from_the_loose_end() -> None:
    text = (
        "start s\nuser a\nxor m\nuser b\nxor g\nend e\ns -> a\nm -> b -> g\ng -> m : 1 > 2\ng => e"
    )
    assert list(told(text)) == [("dead_end", "a")]


def test_a_side_way_drawn_before_the_round_it_leaves_follows_from_the_same_loose_end() -> None:
    text = (
        "start s\nend v\nuser a\nuser b\nxor g\nxor h\nend e\n"
        "b -> g\ng -> v : 1 > 2\ng => a\na -> h\nh -> b : 1 > 2\nh => e"
    )
    assert list(told(text)) == [("dead_end", "s")]


def test_two_loose_ends_beside_each_other_are_told_apart_from_what_nothing_leads_to() -> None:
    text = "start s\nand g\nuser a\nuser b\nuser c\nuser d\nend e\ns -> g -> a\ng -> b\nc -> d -> e"
    assert told(text) == {
        ("dead_end", "a"): [],
        ("dead_end", "b"): [],
        ("no_way_in", "c"): [("unreachable", "d"), ("unreachable", "e")],
    }


def test_of_two_that_nothing_leads_to_one_lost_flow_explains_only_one() -> None:
    text = "start s\nuser a\nuser b\nuser z\nuser y\nend e\nend f\ns -> a\nb -> e\nz -> y -> f"
    assert list(told(text)) == [("dead_end", "a"), ("no_way_in", "b"), ("no_way_in", "z")]


def test_without_a_start_two_beginnings_are_told_apart() -> None:
    text = "user a\nuser b\nend e\nuser z\nend f\na -> b -> e\nz -> f"
    assert list(told(text)) == [("one_start", "sketch"), ("no_way_in", "a"), ("no_way_in", "z")]


def test_a_node_beside_the_drawing_is_told_once() -> None:
    text = "start s\nuser a\nend e\nuser z\ns -> a -> e"
    assert told(text) == {("dead_end", "z"): [("no_way_in", "z")]}


def test_a_process_without_a_start_is_told_once() -> None:
    text = "user a\nuser b\nend e\na -> b -> e"
    assert list(told(text)) == [("one_start", "sketch")]


def test_a_process_without_an_end_is_told_once() -> None:
    text = "start s\nuser a\nuser b\ns -> a -> b"
    assert told(text) == {("no_end", "sketch"): [("dead_end", "b")]}


def test_what_leads_only_into_a_round_follows_from_the_round() -> None:
    text = "start s\nuser a\nxor m\nuser b\nend e\ns -> a -> m -> b -> m"
    (cause,) = (key for key in told(text) if key[0] == "endless")
    assert cause == ("endless", "b")
    assert [each for each in told(text)[cause] if each[0] == "endless"] == [
        ("endless", "s"),
        ("endless", "a"),
        ("endless", "m"),
    ]


def test_a_join_that_waits_for_what_cannot_come_follows_from_it() -> None:
    text = "start s\nand g\nuser a\nuser b\nand j\nend e\ns -> g -> a -> j -> e\nb -> j"
    assert told(text) == {("no_way_in", "b"): [("join_own_loop", "j")]}


ROUTES = "xor g\nuser b\nend e\ns -> a -> g\ng -> b : told = 1\ng => e\nb -> e"


@pytest.mark.parametrize(
    ("text", "causes"),
    [
        (f"start s\nuser a form=lost\n{ROUTES}", [("unknown_form", "a")]),
        (f"start s\nrule a lost told\n{ROUTES}", [("unknown_decision", "a")]),
        (f"start s\nuser a due=told\n{ROUTES}", [("feel", "a")]),
    ],
)
def test_a_name_that_nobody_declares_is_told_once(text: str, causes: list[tuple[str, str]]) -> None:
    (following,) = told(text).values()
    assert list(told(text)) == causes
    assert [code for code, _ in following] == ["feel"]


def test_a_name_mistyped_behind_a_missing_form_is_told_for_itself() -> None:
    text = f"start s\nuser a form=lost\n{ROUTES}".replace("told = 1", "scoer = 1")
    found = [cause.code for cause, _ in folded(engine.check(bundle(text, "score: number")))]
    assert sorted(found) == ["feel", "unknown_form"]


def test_with_two_forms_missing_nobody_guesses_whose_name_it_was() -> None:
    text = f"start s\nuser a form=lost\n{ROUTES}".replace("user b", "user b form=gone")
    assert sorted(code for code, _ in told(text)) == ["feel", "unknown_form", "unknown_form"]


def test_a_finding_whose_cause_is_in_another_file_stands_for_itself() -> None:
    findings = engine.check(bundle("start s\nuser a\nuser b\nend e\ns -> a\nb -> e"))
    own = [each for each in findings if each.element == "e"]
    assert [cause.element for cause, _ in folded(own)] == ["e"]
