"""Event sub-processes and escalations, run with save and restore after each step."""

import pytest

from caseflow import engine
from tests.unit.engine.sketch import bundle
from tests.unit.engine.walk import Walk

WITHDRAWN = """
    start s
    user work
    user check
    end closed
    s -> work -> check -> closed
    event withdrawal
    start wanted TRIGGER
    user confirm
    end withdrawn
    wanted -> confirm -> withdrawn
    up
"""


def triggered(trigger: str, *, soft: bool = False) -> Walk:
    return Walk(WITHDRAWN.replace("TRIGGER", f"{trigger}{' soft' if soft else ''}"))


def test_interrupting_event_sub_process_ends_all_else() -> None:
    walk = triggered("message:withdraw").do("work")
    assert list(walk.step.awaits) == ["message:withdraw"]
    walk.message("withdraw")
    assert walk.open == ["confirm"]
    assert list(walk.step.awaits) == []
    assert walk.do("confirm").ended == "withdrawn"


def test_other_event_sub_process_runs_beside_and_may_come_again() -> None:
    walk = triggered("message:withdraw", soft=True)
    walk.message("withdraw").message("withdraw")
    assert walk.open == ["confirm", "confirm", "work"]
    walk.do("work").do("check")
    assert walk.ended is None
    walk.do("confirm")
    assert walk.do("confirm").ended == "closed"


def test_signal_from_outside_starts_it() -> None:
    walk = triggered("signal:recall")
    walk.signal("recall")
    assert walk.open == ["confirm"]
    with pytest.raises(engine.NotOpen):
        walk.signal("recall")


def test_timer_starts_it_once_and_a_cycle_as_often_as_it_says() -> None:
    assert triggered("timer:P3D", soft=True).advance(4).advance(9).open == ["confirm", "work"]
    walk = triggered("timer:R2/P1D", soft=True)
    assert walk.advance(1.5).open == ["confirm", "work"]
    assert walk.advance(1).open == ["confirm", "confirm", "work"]
    assert walk.advance(9).open == ["confirm", "confirm", "work"]
    assert walk.step.wake_at is None


def test_scope_ends_while_it_only_listens() -> None:
    assert triggered("message:withdraw").do("work").do("check").ended == "closed"


SUB = """
    start s
    sub p
    start ps
    user a
    BODY
    ps -> a -> out
    event helper
    start wanted TRIGGER
    user help
    end helped
    wanted -> help -> helped
    up
    up
    user after
    end e
    s -> p -> after -> e
"""


def test_error_is_caught_by_the_event_sub_process_of_its_scope() -> None:
    walk = Walk(SUB.replace("BODY", "end out error:lost").replace("TRIGGER", "error:lost"))
    assert walk.do("a").open == ["help"]
    assert walk.do("help").open == ["after"]


def test_error_in_an_event_sub_process_is_not_for_those_beside_it() -> None:
    text = """
        start s
        sub p
        start ps
        user a
        end pe
        ps -> a -> pe
        event first
        start fs message:go
        end fe error:lost
        fs -> fe
        up
        event second
        start cs error:lost
        user wrong
        end ce
        cs -> wrong -> ce
        up
        up
        on outside p error:lost
        user right
        end e
        end e2
        s -> p -> e
        outside -> right -> e2
    """
    assert Walk(text).message("go").open == ["right"]


def test_escalation_of_a_scope_goes_to_its_event_sub_process() -> None:
    body = "throw out escalation:late\n    user b\n    end be\n    out -> b -> be"
    text = SUB.replace("BODY", body)
    walk = Walk(text.replace("TRIGGER", "escalation:late soft")).do("a")
    assert walk.open == ["b", "help"]
    walk = Walk(text.replace("TRIGGER", "escalation:late")).do("a")
    assert walk.open == ["help"]


BOUNDARY = """
    start s
    sub p
    start ps
    user a
    throw raised escalation:late
    user b
    end pe escalation:done
    ps -> a -> raised -> b -> pe
    up
    on up1 p escalation:late KIND
    on up2 p escalation soft
    user told
    user heard
    user after
    end e
    end te
    end he
    s -> p -> after -> e
    up1 -> told -> te
    up2 -> heard -> he
"""


def test_escalation_goes_to_the_boundary_of_its_name_and_the_thrower_goes_on() -> None:
    walk = Walk(BOUNDARY.replace("KIND", "soft")).do("a")
    assert walk.open == ["b", "told"]
    assert walk.do("b").open == ["after", "heard", "told"]


def test_interrupting_escalation_ends_its_sub_process() -> None:
    assert Walk(BOUNDARY.replace("KIND", "")).do("a").open == ["told"]


def test_escalation_that_nobody_catches_is_nothing_and_a_warning() -> None:
    text = "start s\nuser a\nthrow t escalation:late\nuser b\nend e\ns -> a -> t -> b -> e"
    (finding,) = engine.check(bundle(text))
    assert (finding.level, finding.code) == ("warning", "uncaught_escalation")
    assert Walk(text).do("a").open == ["b"]


def test_terminate_ends_what_an_event_sub_process_began() -> None:
    text = WITHDRAWN.replace("TRIGGER", "message:withdraw soft")
    walk = Walk(text.replace("end closed", "end closed terminate")).message("withdraw")
    assert walk.do("work").do("check").ended == "closed"


TIMED = WITHDRAWN.replace("TRIGGER", "timer:P1D")
SEVERAL = TIMED.replace("event withdrawal", "event withdrawal multi=l:x")
ON_A_TASK = "start s\nuser a\non b a escalation:x\nend e\nend f\ns -> a -> e\nb -> f"


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (WITHDRAWN.replace("TRIGGER", ""), ("unsupported", "wanted")),
        (WITHDRAWN.replace("TRIGGER", "message"), ("no_event_name", "wanted")),
        (WITHDRAWN.replace("TRIGGER", "error:lost soft"), ("error_interrupts", "wanted")),
        (WITHDRAWN.replace("TRIGGER", "timer:R3/P1D"), ("cycle_place", "wanted")),
        (WITHDRAWN.replace("TRIGGER", "timer:R0/P1D soft"), ("cycle_text", "wanted")),
        (TIMED + "on b withdrawal timer:P1D", ("boundary_host", "b")),
        (TIMED + "work -> withdrawal", ("event_scope_flow", "withdrawal")),
        (SEVERAL, ("multi_kind", "withdrawal")),
        (ON_A_TASK, ("boundary_error", "b")),
    ],
)
def test_fault_of_an_event_is_named(text: str, finding: tuple[str, str]) -> None:
    assert finding in {(each.code, each.element) for each in engine.check(bundle(text))}
