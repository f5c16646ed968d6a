"""What comes from outside: values of messages, timers that nobody watched, foreign attributes."""

from datetime import timedelta

import pytest

from caseflow import engine
from tests.unit.engine.sketch import NOW, bpmn, bundle, moment
from tests.unit.engine.walk import Walk

PAYMENT = """
    start hs
    receive paid message:paid
    xor g
    user yes
    user no
    end e1
    end e2
    hs -> paid -> g
    g -> yes : ok
    g => no
    yes -> e1
    no -> e2
"""


@pytest.mark.parametrize("ways", ["", "in:wish>ok out:ok>wish"])
def test_message_brings_its_values_to_the_call_that_hears_it(ways: str) -> None:
    inner = bpmn(PAYMENT, "ok: boolean").replace(b'id="sketch"', b'id="payment"')
    main = f"start s\nuser a\ncall pay payment {ways}\nend e\ns -> a -> pay -> e"
    walk = Walk.of(bundle(main, "wish: boolean") | {"payment.bpmn": inner}).do("a")
    walk.message("paid", ok=True)
    assert walk.open == ["pay/yes"]
    assert walk.do("pay/yes").step.variables == ({"wish": True} if ways else {"ok": True})


def test_repetition_that_nobody_watched_goes_off_in_parts() -> None:
    text = """
        start s
        user a
        on again a timer:R/PT10M soft
        service told remind
        end t
        end e
        s -> a -> e
        again -> told -> t
    """
    walk = Walk(text)
    rounds = 0
    walk.day = 7.5
    while walk.step.wake_at is not None and walk.step.wake_at <= NOW + timedelta(days=7.5):
        walk.advance(0)
        rounds += 1
    assert len(walk.calls) == 7.5 * 24 * 6
    assert rounds > 1
    assert walk.do("a").ended == "e"


TWICE = b"</timeDuration><timeDuration>P2D</timeDuration>"
LISTENER = b"<extensionElements><camunda:executionListener/></extensionElements>"


@pytest.mark.parametrize(
    ("text", "old", "new", "element"),
    [
        ("user a", b"<userTask ", b'<userTask camunda:priority="50" ', "a"),
        ("user a", b"<startEvent ", b'<startEvent camunda:formKey="plain" ', "s"),
        ("user a", b"<startEvent ", b'<startEvent camunda:initiator="who" ', "s"),
        ("user a", b"<userTask ", b'<userTask startQuantity="2" ', "a"),
        ("user a", b"<userTask ", b'<userTask xmlns:f="http://flowable.org/bpmn" f:x="1" ', "a"),
        ("service a close", b'type="external"', b'type="mail"', "a"),
        ("service a close", b"<serviceTask ", b'<serviceTask camunda:dueDate="P1D" ', "a"),
        ("throw a message:m", b' messageRef="', b' camunda:topic="x" messageRef="', "a"),
        ("catch a timer:P1D", b"</timeDuration>", TWICE, "a"),
        ("user a", b"<process ", b'<process camunda:candidateStarterUsers="x" ', "sketch"),
        ("user a", b'targetRef="a">', b'targetRef="a">' + LISTENER, "s_a"),
    ],
)
def test_what_other_engines_would_read_is_refused(
    text: str, old: bytes, new: bytes, element: str
) -> None:
    drawing = bpmn(f"start s\n{text}\nend e\ns -> a -> e")
    assert old in drawing
    files = bundle("start s\nend e\ns -> e") | {"sketch.bpmn": drawing.replace(old, new, 1)}
    (finding,) = engine.check(files)
    assert (finding.code, finding.element) == ("unsupported", element)
    assert finding.line > 1


def test_text_that_is_refused_today_locks_out_no_running_case() -> None:
    text = """
        start s
        user a
        xor g
        user x
        xor m
        user b
        end e
        s -> a -> g
        g -> x : matches(w, "REFUSED")
        g => m
        x -> m -> b -> e
    """
    files = bundle(text.replace("REFUSED", r"(a)\1"), "w: string")
    with pytest.raises(engine.EngineError):
        walk_deployed(files)
    process = engine.deployed(files)
    step = engine.start(process, {"w": "aa"}, at=moment())
    assert [task.element for task in step.opened] == ["a"]


def walk_deployed(files: dict[str, bytes]) -> None:
    """Hand in the step before the question that cannot be read any more."""
    process = engine.deployed(files)
    step = engine.start(process, {"w": "aa"}, at=moment())
    engine.complete(process, step.state, step.opened[0].key, {}, at=moment())
