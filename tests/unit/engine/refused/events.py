"""Events and calls that mean nothing, or too much."""

from __future__ import annotations

from collections.abc import Iterator

from tests.unit.engine.refused.builders import PLAIN, Refused, changed, drawn
from tests.unit.engine.sketch import bpmn


def of_events() -> Iterator[tuple[str, Refused]]:
    """Events and calls that mean nothing, or too much."""
    yield (
        "event gateway before a task",
        Refused(
            drawn(
                "start s\ngate g\nuser a\ncatch c timer:P1D\nend e\ns -> g -> a -> e\ng -> c -> e"
            ),
            "event_gate",
            "g_a",
        ),
    )
    yield (
        "message without name",
        Refused(
            changed(
                'messageRef="message_m"',
                "",
                "start s\nreceive r m:m\nend e\ns -> r -> e".replace("m:m", "message:m"),
            ),
            "no_event_name",
            "r",
        ),
    )
    yield (
        "error that nobody catches",
        Refused(drawn("start s\nend e error:x\ns -> e"), "uncaught_error", "e"),
    )
    yield (
        "error event on a task",
        Refused(drawn(f"{PLAIN}\non b a error:x\nend f\nb -> f"), "boundary_error", "b"),
    )
    yield (
        "timer on a service task",
        Refused(
            drawn("start s\nservice a x\nend e\ns -> a -> e\non b a timer:P1D\nend f\nb -> f"),
            "boundary_passing",
            "b",
        ),
    )
    yield (
        "boundary event in the air",
        Refused(
            changed(
                'attachedToRef="a"',
                'attachedToRef="z"',
                f"{PLAIN}\non b a timer:P1D\nend f\nb -> f",
            ),
            "boundary_host",
            "b",
        ),
    )
    timed = "start s\ncatch c timer:P1D\nend e\ns -> c -> e"
    yield "timer with nonsense", Refused(changed("P1D", "tomorrow at noon", timed), "feel", "c")
    yield (
        "timer of Python",
        Refused(changed("P1D", "__import__('os').getcwd()", timed), "feel", "c"),
    )
    yield "timer without a time", Refused(changed("P1D", "", timed), "feel", "c")
    yield (
        "cycle on a catching event",
        Refused(
            changed("<timeDuration>P1D</timeDuration>", "<timeCycle>R3/PT1H</timeCycle>", timed),
            "cycle_place",
            "c",
        ),
    )
    yield (
        "cycle of no length",
        Refused(
            changed(
                "<timeDuration>P1D</timeDuration>",
                "<timeCycle>R9/PT0S</timeCycle>",
                f"{PLAIN}\non b a timer:P1D soft\nend f\nb -> f",
            ),
            "cycle_text",
            "b",
        ),
    )
    yield (
        "call of a missing process",
        Refused(drawn("start s\ncall c nowhere\nend e\ns -> c -> e"), "call_unknown", "c"),
    )
    yield (
        "call of itself",
        Refused(
            drawn("start s\ncall c sketch\nuser a\nend e\ns -> c -> a -> e"), "call_cycle", "c"
        ),
    )
    one, two = (bpmn(f"start s\ncall c {name}\nend e\ns -> c -> e") for name in ("other", "third"))
    three = bpmn("start s\ncall c other\nend e\ns -> c -> e")
    yield (
        "calls in a circle",
        Refused(
            {
                "sketch.bpmn": one,
                "other.bpmn": two.replace(b'id="sketch"', b'id="other"'),
                "third.bpmn": three.replace(b'id="sketch"', b'id="third"'),
            },
            "call_cycle",
            "c/c/c",
        ),
    )
    many = "\n".join(f"call c{n} next" for n in range(12))
    flows = " -> ".join(["s", *(f"c{n}" for n in range(12)), "e"])
    doubled = {
        f"{name}.bpmn": bpmn(f"start s\n{many.replace('next', after)}\nend e\n{flows}").replace(
            b'id="sketch"', f'id="{name}"'.encode()
        )
        for name, after in (("sketch", "b"), ("b", "c"), ("c", "d"), ("d", "leaf"))
    }
    leaf = bpmn("start s\nend e\ns -> e").replace(b'id="sketch"', b'id="leaf"')
    yield "calls that multiply", Refused({**doubled, "leaf.bpmn": leaf}, "call_size", "c0/c9")
