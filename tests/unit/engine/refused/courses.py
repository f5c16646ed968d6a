"""Processes that do not hang together, or not as they seem."""

from __future__ import annotations

from collections.abc import Iterator

from tests.unit.engine.refused.builders import PLAIN, Refused, changed, drawn
from tests.unit.engine.sketch import bpmn


def of_processes() -> Iterator[tuple[str, Refused]]:
    """Processes that do not hang together."""
    yield "nothing executable", Refused(changed('"true"', '"false"'), "no_process")
    second = '<process id="two" isExecutable="true"><startEvent id="t"/></process>'
    yield (
        "two main processes",
        Refused(changed("</definitions>", f"{second}</definitions>"), "one_process", "sketch"),
    )
    yield "process without id", Refused(changed('id="sketch" ', ""), "no_id")
    yield "element without id", Refused(changed('id="a" ', ""), "no_id")
    yield "id given twice", Refused(changed('id="e"', 'id="a"'), "twice", "a")
    yield "no start", Refused(drawn("user a section_chief\nend e\na -> e"), "one_start", "sketch")
    yield (
        "two starts",
        Refused(
            drawn("start s\nstart t\nxor m\nend e\ns -> m\nt -> m\nm -> e"), "one_start", "sketch"
        ),
    )
    yield "no end", Refused(drawn("start s\nxor m\nuser a\ns -> m -> a -> m"), "no_end", "sketch")
    yield (
        "sub-process without start",
        Refused(
            drawn("start s\nsub p\nuser a\nend pe\na -> pe\nup\nend e\ns -> p -> e"),
            "one_start",
            "p",
        ),
    )
    yield "flow to nowhere", Refused(changed('targetRef="e"', 'targetRef="f"'), "flow_end", "a_e")
    yield (
        "flow across scopes",
        Refused(
            drawn(
                "start s\nsub p\nstart ps\nuser a\nend pe\nps -> a -> pe\nup\nend e\ns -> p -> e\n"
                "a -> e"
            ),
            "flow_crosses",
            "a_e",
        ),
    )
    yield "flow into the start", Refused(drawn(f"{PLAIN}\na -> s"), "flow_direction", "a_s")
    yield "flow out of the end", Refused(drawn(f"{PLAIN}\ne -> a"), "flow_direction", "e_a")
    yield (
        "time approves",
        Refused(
            drawn(
                "start s\nuser a section_chief status=for_approval\non late a timer:P3D\nxor m\n"
                "user b\nend e\ns -> a -> m -> b -> e\nlate -> m"
            ),
            "approved_by_time",
            "late",
        ),
    )
    yield "dead end", Refused(drawn("start s\nuser a\nuser b\nend e\ns -> a -> e"), "dead_end", "b")
    yield "many ways out of a task", Refused(drawn(f"{PLAIN}\nend f\na -> f"), "many_out", "a")
    yield "no way in", Refused(drawn(f"{PLAIN}\nuser b\nb -> e"), "no_way_in", "b")
    yield (
        "island going round",
        Refused(drawn(f"{PLAIN}\nuser b\nuser c\nxor m\nm -> b -> c -> m"), "unreachable", "b"),
    )
    yield (
        "no way to the end",
        Refused(
            drawn(
                "start s\nxor g\nxor m\nuser a\nend e\ns -> g\ng -> m : true\ng => e\nm -> a -> m"
            ),
            "endless",
            "a",
        ),
    )
    yield (
        "gateway without default",
        Refused(
            drawn("start s\nxor g\nend e\nend f\ns -> g\ng -> e : true\ng -> f : false"),
            "no_default",
            "g",
        ),
    )
    yield (
        "default of another gateway",
        Refused(
            changed(
                'default="g_f"',
                'default="s_g"',
                "start s\nxor g\nend e\nend f\ns -> g\ng -> e : true\ng => f",
            ),
            "default_elsewhere",
            "g",
        ),
    )
    yield (
        "condition behind a task",
        Refused(drawn("start s\nuser a\nend e\ns -> a\na -> e : true"), "condition_place", "a_e"),
    )
    yield (
        "way without condition",
        Refused(
            drawn("start s\nxor g\nend e\nend f\ns -> g\ng -> e\ng => f"), "no_condition", "g_e"
        ),
    )
    yield (
        "join fed by its own loop",
        Refused(
            drawn("start s\nand j\nuser a\nxor g\nend e\ns -> j -> a -> g\ng -> j : true\ng => e"),
            "join_own_loop",
            "j",
        ),
    )
    yield (
        "join of rival arms",
        Refused(
            drawn(
                "start s\nxor g\nuser a\nuser b\nand j\nend e\ns -> g\ng -> a : true\ng => b\n"
                "a -> j\nb -> j\nj -> e"
            ),
            "join_one_arm",
            "j",
        ),
    )
    yield (
        "join with two flows of one task",
        Refused(
            drawn("start s\nand f\nuser a\nand j\nend e\ns -> f -> a -> j -> e\nf -> j").copy()
            | {
                "sketch.bpmn": bpmn("start s\nuser a\nand j\nend e\ns -> a -> j -> e").replace(
                    b"</process>", b'<sequenceFlow id="x" sourceRef="a" targetRef="j"/></process>'
                )
            },
            "join_twice",
            "j",
        ),
    )
