"""The interpreter by itself, on small drawings whose course BPMN 2.0 settles."""

from datetime import timedelta
from random import Random

import pytest

from tests.trust.interpreter import NotHeard, Play, StuckHere, read
from tests.trust.walks import BEGIN, limits
from tests.unit.engine.sketch import bundle


class Course:
    """A case that is taken on by element."""

    def __init__(self, text: str, declared: str = "", **values: object) -> None:
        files = bundle(text.replace("; ", "\n"), declared)
        self.play = Play(read(files, "sketch"), values, limits, Random(1).choice)
        self.now = BEGIN
        self.play.begin(self.now)

    @property
    def open(self) -> list[str]:
        return sorted(mark.node.id for mark in self.play.open())

    def do(self, element: str, **values: object) -> "Course":
        task = next(mark for mark in self.play.open() if mark.node.id == element)
        self.play.complete(task, values, self.now)
        return self

    def wait(self, days: float) -> "Course":
        self.now += timedelta(days=days)
        self.play.fire(self.now)
        return self


REWORK = """start s; xor r; and f; user a; user b; and j; user c; xor x; end e
s -> r -> f; f -> a -> j; f -> b -> j; j -> c -> x; x -> r : again; x => e"""


def test_parallel_join_waits_for_both() -> None:
    assert Course(REWORK, "again: boolean").do("a").open == ["b"]


def test_parallel_join_waits_for_both_in_the_second_round_too() -> None:
    course = Course(REWORK, "again: boolean").do("a").do("b").do("c", again=True)
    assert course.do("b").open == ["a"]
    assert course.do("a").open == ["c"]


INCLUSIVE = """start s; or f; user a; user b; xor x; user c; end other; or j; user d; end e
s -> f; f -> a : yes; f => b; f -> c : also; a -> j; b -> j; c -> x; x -> j : back; x => other
j -> d -> e"""


def test_inclusive_join_waits_while_a_token_can_still_come() -> None:
    course = Course(INCLUSIVE, "yes: boolean; also: boolean; back: boolean", yes=True, also=True)
    assert course.do("a").open == ["c"]


def test_inclusive_join_goes_on_when_the_token_went_elsewhere() -> None:
    course = Course(INCLUSIVE, "yes: boolean; also: boolean; back: boolean", yes=True, also=True)
    assert course.do("a").do("c").open == ["d"]


def test_interrupting_boundary_event_ends_its_activity() -> None:
    text = "start s; user a; on b a timer:P1D; user c; end e; end f; s -> a -> e; b -> c -> f"
    assert Course(text).wait(1).open == ["c"]


def test_cycle_comes_as_often_as_it_says() -> None:
    text = "start s; user a; on b a timer:R3/P1D soft; user c; end e; end f"
    course = Course(f"{text}; s -> a -> e; b -> c -> f")
    assert course.wait(1).open == ["a", "c"]
    assert course.wait(9).open == ["a", "c", "c", "c"]


HANDLED = """start s; and f; user beside; sub p; start ps; user a; end pe; ps -> a -> pe
event h; start hs message:stop {mode}; user b; end he; hs -> b -> he; up; up; and j; user c; end e
s -> f; f -> beside -> j; f -> p -> j; j -> c -> e"""


def test_interrupting_event_sub_process_ends_all_else_in_its_scope_alone() -> None:
    course = Course(HANDLED.format(mode=""))
    course.play.message("stop", {}, BEGIN)
    assert course.open == ["b", "beside"]
    assert course.do("b").do("beside").open == ["c"]


def test_other_event_sub_process_runs_beside_and_is_heard_again() -> None:
    course = Course(HANDLED.format(mode="soft"))
    course.play.message("stop", {}, BEGIN)
    course.play.message("stop", {}, BEGIN)
    assert course.open == ["a", "b", "b", "beside"]


def test_idle_event_sub_process_does_not_hold_its_scope() -> None:
    assert Course(HANDLED.format(mode="")).do("a").do("beside").open == ["c"]


def test_error_goes_to_the_nearest_that_catches_it() -> None:
    text = """start s; sub p; start ps; sub q; start qs; user a; end bad error:k; qs -> a -> bad
    up; on near q error:k; user b; end pe; end pf; ps -> q -> pe; near -> b -> pf; up
    on far p error:k; user c; end e; end f; s -> p -> e; far -> c -> f"""
    assert Course(text).do("a").open == ["b"]


def test_terminate_ends_its_own_sub_process_alone() -> None:
    text = """start s; sub p; start ps; and g; user a; user b; end t terminate; end u
    ps -> g; g -> a -> t; g -> b -> u; up; user c; end e; s -> p -> c -> e"""
    assert Course(text).do("a").open == ["c"]


def test_instances_keep_their_variables_until_they_end() -> None:
    text = "start s; user a multi=members:member; end e; s -> a -> e"
    course = Course(text, "members: list of string; n: number", members=["x", "y"], n=0)
    first, second = course.play.open()
    course.play.complete(first, {"n": 1}, BEGIN)
    assert course.play.scopes.seen(second.path)["n"] == 1
    assert course.play.item(second) == "y"


def test_message_that_nobody_waits_for_is_refused() -> None:
    with pytest.raises(NotHeard):
        Course("start s; user a; end e; s -> a -> e").play.message("m", {}, BEGIN)


def test_token_that_nothing_can_move_is_told() -> None:
    text = "start s; xor x; user a; user b; and j; end e"
    flows = "s -> x; x -> a : yes; x => b; a -> j; b -> j; j -> e"
    with pytest.raises(StuckHere):
        Course(f"{text}; {flows}", "yes: boolean").do("b")
