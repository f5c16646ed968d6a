"""Carrying a running case over to another version, and putting it on another step."""

import pytest

from caseflow import engine
from caseflow.engine import Process, migration
from caseflow.engine.carried_variables import Carrying
from caseflow.engine.migration import BadMove
from tests.unit.engine.sketch import bundle, moment

ROLE = "section_chief"
PLAIN = f"""
start s
user first {ROLE}
user second {ROLE} due=P3D
end e
s -> first -> second -> e
"""
GUARDED = f"""
start s
user first {ROLE}
user second {ROLE} due=P3D
on late second timer:P5D
end e
end gone
s -> first -> second -> e
late -> gone
"""
FORKED = f"""
start s
and fork
user left {ROLE}
user right {ROLE}
and join
user last {ROLE}
end e
s -> fork -> left -> join
fork -> right -> join
join -> last -> e
"""
FORKED_THREE = (
    FORKED
    + f"""
user third {ROLE}
fork -> third -> join
"""
)
NESTED = f"""
start s
and fork
and inner
user a {ROLE}
user a2 {ROLE}
user b {ROLE}
user c {ROLE}
and meet
and join
user last {ROLE}
end e
s -> fork -> inner -> a -> a2 -> meet
inner -> b -> meet -> join
fork -> c -> join
join -> last -> e
"""


def process(text: str) -> Process:
    return engine.deployed(bundle(text))


def at(drawn: Process, *steps: str) -> bytes:
    """The state of a case in which these steps were handed in."""
    state = engine.start(drawn, {}, at=moment()).state
    for step in steps:
        task = next(each for each in engine.open_tasks(drawn, state) if each.element == step)
        state = engine.complete(drawn, state, task.key, {}, at=moment()).state
    return state


def codes(old: str, new: str, state: bytes, **mapping: str) -> list[str]:
    found = migration.hindrances(process(old), process(new), state, mapping)
    return [each.code for each in found]


@pytest.mark.parametrize("steps", [(), ("first",)])
def test_a_case_goes_on_in_a_version_with_a_further_step(steps: tuple[str, ...]) -> None:
    longer = PLAIN.replace("second -> e", f"second -> third -> e\nuser third {ROLE}")
    state = at(process(PLAIN), *steps)
    carried = migration.migrated(process(PLAIN), process(longer), state, {})
    assert carried == state
    new = process(longer)
    for element in ("first", "second")[len(steps) :]:
        task = engine.open_tasks(new, carried)[0]
        assert task.element == element
        carried = engine.complete(new, carried, task.key, {}, at=moment()).state
    assert [each.element for each in engine.open_tasks(new, carried)] == ["third"]


def test_keys_and_limits_survive_and_so_do_timers() -> None:
    old, new = process(GUARDED), process(GUARDED.replace("P5D", "P9D").replace("P3D", "P8D"))
    state = at(old, "first")
    before, after = (
        engine.open_tasks(old, state),
        engine.open_tasks(new, migration.migrated(old, new, state, {})),
    )
    assert [(each.key, each.due_at) for each in after] == [(t.key, t.due_at) for t in before]
    assert engine.fire(new, state, at=moment(6)).ended == "gone"


def test_a_renamed_step_goes_on_under_its_new_name() -> None:
    new = GUARDED.replace("second", "other").replace("late", "later")
    state = at(process(GUARDED), "first")
    assert "gone" in codes(GUARDED, new, state)
    mapping = {"second": "other", "late": "later"}
    carried = migration.migrated(process(GUARDED), process(new), state, mapping)
    assert [each.element for each in engine.open_tasks(process(new), carried)] == ["other"]
    back = {name: old for old, name in mapping.items()}
    assert migration.migrated(process(new), process(GUARDED), carried, back) == state


@pytest.mark.parametrize(
    ("old", "new", "steps", "code"),
    [
        (PLAIN, PLAIN.replace("second", "other"), ("first",), "gone"),
        (
            PLAIN,
            PLAIN.replace("user second section_chief due=P3D", "receive second message:x"),
            ("first",),
            "other_type",
        ),
        (PLAIN, GUARDED, ("first",), "other_events"),
        (GUARDED, PLAIN, ("first",), "gone"),
        (FORKED, FORKED_THREE, (), "starved"),
        (FORKED, FORKED_THREE, ("left",), "starved"),
        (
            FORKED,
            FORKED.replace("left -> join", "left -> extra -> join\nuser extra section_chief"),
            ("left",),
            "other_ways",
        ),
    ],
)
def test_what_the_new_version_cannot_hold_is_told(
    old: str, new: str, steps: tuple[str, ...], code: str
) -> None:
    state = at(process(old), *steps)
    assert code in codes(old, new, state)
    with pytest.raises(BadMove):
        migration.migrated(process(old), process(new), state, {})


def test_a_case_before_the_fork_may_go_to_a_version_with_three_ways() -> None:
    before, three = (
        f"user begin {ROLE}" + text.replace("s -> fork", "s -> begin -> fork")
        for text in (FORKED, FORKED_THREE)
    )
    assert codes(before, three, at(process(before))) == []


def test_a_step_that_got_into_a_sub_process_is_elsewhere() -> None:
    inside = f"""
start s
sub p
start ps
user first {ROLE}
end pe
ps -> first -> pe
up
user second {ROLE} due=P3D
end e
s -> p -> second -> e
"""
    assert codes(PLAIN, inside, at(process(PLAIN))) == ["other_scope"]


def test_hindrances_speak_both_languages() -> None:
    state = at(process(PLAIN), "first")
    new = process(PLAIN.replace("second", "other"))
    found = migration.hindrances(process(PLAIN), new, state, {})
    assert found[0].say("zh") == "“second。”在新版本中没有了"
    assert found[0].say("en") == "“second。” is not in the new version"


def test_a_case_is_put_on_another_step() -> None:
    drawn = process(GUARDED)
    state = at(drawn, "first")
    (place,) = migration.places(drawn, state)
    step = migration.moved(drawn, state, drop=[place.key], target="first", at=moment())
    assert [task.element for task in step.opened] == ["first"]
    assert step.closed == (place.key,)
    assert step.wake_at is None


def test_a_guarded_step_gets_its_events_when_a_case_is_put_there() -> None:
    drawn = process(GUARDED)
    state = at(drawn)
    keys = [place.key for place in migration.places(drawn, state)]
    step = migration.moved(drawn, state, drop=keys, target="second", at=moment())
    assert step.wake_at is not None
    assert engine.fire(drawn, step.state, at=moment(6)).ended == "gone"


def test_nobody_is_left_waiting_at_a_join_for_ever() -> None:
    drawn = process(FORKED)
    state = at(drawn)
    left = next(p for p in migration.places(drawn, state) if p.element == "left")
    with pytest.raises(BadMove, match="starved"):
        migration.moved(drawn, state, drop=[left.key], target="right", at=moment())
    both = [place.key for place in migration.places(drawn, state)]
    step = migration.moved(drawn, state, drop=both, target="last", at=moment())
    assert [task.element for task in step.opened] == ["last"]
    again = migration.moved(
        drawn, step.state, drop=[step.opened[0].key], target="last", at=moment()
    )
    with pytest.raises(BadMove, match="starved"):
        migration.moved(drawn, again.state, drop=[], target="left", at=moment())


@pytest.mark.parametrize("target", ["left", "right"])
def test_no_second_case_goes_a_way_to_a_join_that_takes_one(target: str) -> None:
    drawn = process(FORKED)
    with pytest.raises(BadMove, match="crowded") as refused:
        migration.moved(drawn, at(drawn), drop=[], target=target, at=moment())
    assert refused.value.values == {"element": "join", "place": target}
    for handed_in in ("left", "right"):  # what has arrived at the join is a place too
        with pytest.raises(BadMove, match="crowded"):
            migration.moved(drawn, at(drawn, handed_in), drop=[], target=handed_in, at=moment())


def test_a_step_of_a_fork_may_begin_anew() -> None:
    drawn = process(FORKED)
    state = at(drawn)
    (left,) = [place for place in migration.places(drawn, state) if place.element == "left"]
    step = migration.moved(drawn, state, drop=[left.key], target="left", at=moment())
    assert ended(drawn, step.state)


def test_a_move_within_a_nested_fork_is_no_matter_of_the_outer_join() -> None:
    drawn = process(NESTED)
    state = at(drawn, "a")
    wide = {place.element: place.key for place in migration.places(drawn, state)}
    assert wide.keys() == {"a2", "b", "c"}
    step = migration.moved(drawn, state, drop=[wide["a2"]], target="a", at=moment())
    assert ended(drawn, step.state)
    with pytest.raises(BadMove, match="crowded"):
        migration.moved(drawn, state, drop=[], target="c", at=moment())
    with pytest.raises(BadMove, match="crowded"):
        migration.moved(drawn, state, drop=[], target="a", at=moment())


def test_at_an_inclusive_join_it_only_waits_for_one_more() -> None:
    drawn = process(FORKED.replace("and fork", "or fork").replace("and join", "or join"))
    step = migration.moved(drawn, at(drawn), drop=[], target="left", at=moment())
    assert ended(drawn, step.state)


def ended(drawn: Process, state: bytes) -> str | None:
    """How a case ends that is handed in step by step."""
    while True:
        task = engine.open_tasks(drawn, state)[0]
        step = engine.complete(drawn, state, task.key, {}, at=moment())
        if step.ended:
            return step.ended
        state = step.state


def test_what_was_given_up_meanwhile_is_not_given_up_twice() -> None:
    drawn = process(PLAIN)
    with pytest.raises(BadMove, match="place_gone"):
        migration.moved(drawn, at(drawn), drop=["nothing"], target="second", at=moment())
    with pytest.raises(BadMove, match="no_target"):
        migration.moved(drawn, at(drawn), drop=[], target="e", at=moment())


def test_targets_are_the_steps_of_open_scopes() -> None:
    drawn = process(PLAIN)
    assert [each.id for each in migration.targets(drawn, at(drawn))] == ["first", "second"]


def test_variables_that_the_new_version_forgets_or_misses_are_told() -> None:
    asks = f"""
start s
user first {ROLE}
xor g
user second {ROLE}
end e
s -> first -> g
g => e
g -> second : x > 1
second -> e
"""
    old = engine.deployed(bundle(asks, "x: number"))
    new = engine.deployed(bundle(asks.replace("x > 1", "y > 1"), "y: number"))
    state = engine.start(old, {"x": 2}, at=moment()).state
    told = [(each.code, each.name) for each in Carrying(old, new, {}).warnings(state)]
    assert told == [("forgotten", "x"), ("unset", "y")]
    assert Carrying(old, old, {}).warnings(state) == ()
    # Behind the gateway nobody asks any more: only the value is lost.
    (task,) = engine.open_tasks(old, state)
    later = engine.complete(old, state, task.key, {}, at=moment()).state
    told = [(each.code, each.name) for each in Carrying(old, new, {}).warnings(later)]
    assert told == [("forgotten", "x")]


def test_a_variable_that_no_version_ever_set_is_no_news() -> None:
    old = engine.deployed(bundle(PLAIN, "x: number"))
    state = engine.start(old, {}, at=moment()).state
    new = engine.deployed(bundle(PLAIN.replace("due=P3D", "due=x"), "x: number"))
    assert [each.code for each in Carrying(old, new, {}).warnings(state)] == ["unset"]
    assert Carrying(new, new, {}).warnings(state) == ()
