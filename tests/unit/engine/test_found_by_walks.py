"""Faults that the random walks found once, each with the course that showed it."""

from caseflow import engine
from tests.unit.engine.sketch import bpmn, bundle, moment
from tests.unit.engine.walk import Walk

CALLING_END = """
    start s
    sub work
    start ws
    user a
    end called signal:call
    ws -> a -> called
    up
    on heard work signal:call {mode}
    user note
    user after
    end noted
    end done
    s -> work -> after -> done
    heard -> note -> noted
"""


def test_signal_of_the_last_end_is_heard_by_the_boundary_around_it() -> None:
    walk = Walk(CALLING_END.format(mode="soft")).do("a")
    assert walk.open == ["after", "note"]


def test_signal_of_the_last_end_interrupts_what_it_ends() -> None:
    walk = Walk(CALLING_END.format(mode="")).do("a")
    assert walk.open == ["note"]
    assert "called" in walk.step.passed


def test_loop_around_a_join_does_not_make_rivals_of_its_arms() -> None:
    text = """
        start s
        xor round
        and fork
        user a
        xor again
        user b
        xor asked
        and met
        user check
        xor checked
        end e
        s -> round -> fork
        fork -> again -> a -> asked
        asked -> again : more
        asked => met
        fork -> b -> met
        met -> check -> checked
        checked -> round : more
        checked => e
    """
    assert not engine.check(bundle(text, "more: boolean"))


def test_call_for_each_item_may_be_handed_the_item() -> None:
    text = """
        start s
        call each one in:member>who multi=members:member
        end e
        s -> each -> e
    """
    called = bpmn("start s\nuser a\nend e\ns -> a -> e", "who: string")
    files = bundle(text, "members: list of string", one__bpmn=called.replace(b"sketch", b"one"))
    process = engine.load(files)
    step = engine.start(process, {"members": ["x", "y"]}, at=moment())
    assert [task.item for task in step.opened] == ["x", "y"]
