"""What the gate before deployment finds: by name, with element and line, in both languages."""

import pytest

from caseflow import engine
from caseflow.engine.sentences import SENTENCES
from caseflow.vocabulary import Invalid
from tests.unit.engine.sketch import FORM, bpmn, bundle

TAIL = "\nend e\n"
PLAIN = "start s\nuser a\nend e\ns -> a -> e"


def found(text: str, variables: str = "") -> set[tuple[str, str]]:
    """Code and element of each finding."""
    findings = engine.check(bundle(text, variables))
    assert all(finding.say("zh") != finding.say("en") for finding in findings)
    return {(finding.code, finding.element) for finding in findings}


def changed(old: bytes, new: bytes, text: str = PLAIN) -> set[tuple[str, str]]:
    """The findings after a change of the file by hand."""
    files = bundle(text) | {"sketch.bpmn": bpmn(text).replace(old, new)}
    return {(finding.code, finding.element) for finding in engine.check(files)}


def test_good_drawing_has_no_findings() -> None:
    assert found(PLAIN) == set()


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("start s\nuser a\nend e\ns -> a", ("dead_end", "a")),
        ("start s\nuser a\nuser b\nend e\ns -> a -> e\nb -> e", ("no_way_in", "b")),
        ("start s\nuser a\nuser b\nuser c\nend e\ns -> a -> e\nb -> c -> b", ("unreachable", "b")),
        ("start s\nstart t\nxor m\nend e\ns -> m\nt -> m -> e", ("one_start", "sketch")),
        ("start s\nxor m\nuser a\ns -> m -> a -> m", ("no_end", "sketch")),
        (
            "start s\nand f\nuser a\nuser b\nxor m\nend e\ns -> f\nf -> a -> e\nf -> b -> m -> b",
            ("endless", "b"),
        ),
        ("start s\nuser a\nend e\nend e2\ns -> a -> e\na -> e2", ("many_out", "a")),
        (
            "start s\nxor g\nuser a\nend e\ns -> g\ng -> a : true\ng -> e\na -> e",
            ("no_default", "g"),
        ),
        (
            "start s\nxor g\nuser a\nend e\ns -> g\ng -> a\ng => e\na -> e",
            ("no_condition", "g_a"),
        ),
        ("start s\nuser a\nend e\ns -> a\na -> e : true", ("condition_place", "a_e")),
        ("start s\nuser a\non b a timer:P1D\nend e\ns -> a -> e", ("dead_end", "b")),
        (
            "start s\nservice a close\non b a timer:P1D\nend e\ns -> a -> e\nb -> e",
            ("boundary_passing", "b"),
        ),
        ("start s\nuser a nobody\nend e\ns -> a -> e", ("unknown_role", "a")),
        ("start s\nuser a form=missing\nend e\ns -> a -> e", ("unknown_form", "a")),
        ("start s\nuser a routes=missing\nend e\ns -> a -> e", ("unknown_route", "a")),
        ("start s\nuser a due=soon\nend e\ns -> a -> e", ("feel", "a")),
        ("start s\nuser a due=5\nend e\ns -> a -> e", ("feel", "a")),
        ("start s\ncatch c timer:P1X\nend e\ns -> c -> e", ("feel", "c")),
        ("start s\nservice a close x=unknown\nend e\ns -> a -> e", ("feel", "a")),
        ("start s\nrule r table result\nend e\ns -> r -> e", ("unknown_decision", "r")),
        ("start s\nservice a close multi=l:x\nend e\ns -> a -> e", ("multi_kind", "a")),
        ("start s\nend e error:lost\ns -> e", ("uncaught_error", "e")),
        (
            "start s\ngate g\nuser a\nuser b\nxor m\nend e\ns -> g\ng -> a -> m\ng -> b -> m -> e",
            ("event_gate", "g_a"),
        ),
        (
            "start s\nsub p\nstart t\nuser a\nend f\nt -> a -> f\nup\nend e\ns -> p -> e\na -> e",
            ("flow_crosses", "a_e"),
        ),
    ],
)
def test_fault_is_named_at_its_element(text: str, finding: tuple[str, str]) -> None:
    assert finding in found(text)


def test_two_flows_of_one_arm_into_a_join_are_refused() -> None:
    text = """
        start s
        and f
        user a
        xor g
        user b
        user c
        and j
        end e
        s -> f
        f -> a -> j
        f -> g
        g -> b : x
        g => c
        b -> j
        c -> j
        j -> e
    """
    assert ("join_one_arm", "j") in found(text, "x: boolean")
    merged = (
        text.replace("and j", "xor m\nand j")
        .replace("b -> j", "b -> m")
        .replace("c -> j", "c -> m\nm -> j")
    )
    assert found(merged, "x: boolean") == set()


def test_join_fed_by_its_own_loop_is_refused() -> None:
    text = """
        start s
        and j
        user a
        xor g
        end e
        s -> j -> a -> g
        g -> j : x
        g => e
    """
    assert ("join_own_loop", "j") in found(text, "x: boolean")


def test_join_fed_twice_by_the_same_node_is_refused() -> None:
    text = "start s\nand f\nand j\nend e\ns -> f\nf -> j\nf -> j\nj -> e"
    doubled = bpmn(text).replace(b'id="f_j"', b'id="f_j2"', 1)
    findings = engine.check(bundle(text) | {"sketch.bpmn": doubled})
    assert ("join_twice", "j") in {(finding.code, finding.element) for finding in findings}


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        (b'id="a"', b'id=""', ("no_id", "")),
        (b'id="e"', b'id="a"', ("twice", "a")),
        (b'targetRef="e"', b'targetRef="nowhere"', ("flow_end", "a_e")),
        (b'targetRef="e"', b'targetRef="s"', ("flow_direction", "a_e")),
        (b' camunda:candidateGroups="section_chief"', b"", ("no_role", "a")),
        (b' camunda:formKey="plain"', b"", ("no_form", "a")),
        (b' isExecutable="true"', b' isExecutable="false"', ("one_process", "")),
    ],
)
def test_fault_of_the_file_is_named(old: bytes, new: bytes, finding: tuple[str, str]) -> None:
    assert finding in changed(old, new)


def test_user_task_in_the_lane_of_the_system_is_refused() -> None:
    lane = b'<laneSet><lane id="system"><flowNodeRef>a</flowNodeRef></lane></laneSet><startEvent'
    drawing = bpmn(PLAIN).replace(b"<startEvent", lane)
    drawing = drawing.replace(b' camunda:candidateGroups="section_chief"', b"")
    findings = engine.check(bundle(PLAIN) | {"sketch.bpmn": drawing})
    assert [finding.code for finding in findings] == ["system_task"]


def test_other_expression_language_is_refused() -> None:
    text = "start s\nxor g\nuser a\nxor m\nend e\ns -> g\ng -> a : true\ng => m\na -> m -> e"
    other = b'<conditionExpression language="groovy">'
    assert ("language", "g_a") in changed(b"<conditionExpression>", other, text)


def test_word_outside_a_closed_list_is_refused_in_a_condition() -> None:
    text = (
        "start s\nuser a\nxor g\nuser b\nxor m\nend e\ns -> a -> g\n"
        'g -> b : decision = "sned_back"\ng => m\nb -> m -> e'
    )
    assert ("feel", "g_b") in found(text, "decision: one of agree, send_back")


def test_variable_declared_wrongly_is_refused() -> None:
    assert ("variable_declared", "sketch") in found(PLAIN, "score number")
    assert ("variable_declared", "sketch") in found(PLAIN, "score: money")


def test_bundle_without_drawing_or_with_two_is_refused() -> None:
    assert [f.code for f in engine.check({"plain.form": FORM})] == ["one_drawing"]
    two = bundle(PLAIN) | {"b.bpmn": bpmn(PLAIN)}
    assert [f.code for f in engine.check(two)] == ["one_drawing"]


def test_file_of_another_kind_is_refused() -> None:
    files = bundle(PLAIN) | {"run.py": b"import os"}
    assert [f.code for f in engine.check(files)] == ["unknown_file"]


def test_form_under_a_wrong_name_is_refused() -> None:
    files = bundle(PLAIN.replace("user a", "user a form=other")) | {"other.form": FORM}
    assert "form_name" in {finding.code for finding in engine.check(files)}


def test_bundle_with_errors_does_not_load() -> None:
    with pytest.raises(Invalid) as raised:
        engine.load(bundle("start s\nuser a\nend e\ns -> a"))
    assert raised.value.code == "bundle_refused"
    assert raised.value.values["findings"]


def test_finding_tells_file_line_and_element() -> None:
    dead, lonely = engine.check(bundle("start s\nuser a\nend e\ns -> a"))
    assert dead.say("en").startswith("sketch.bpmn:5 a: nothing leaves it")
    assert dead.say("zh").startswith("sketch.bpmn:5 a：没有出口")
    assert lonely.say("zh").startswith("sketch.bpmn:6 e：没有入口")


def test_every_sentence_is_there_in_both_languages() -> None:
    assert all(zh and en and zh != en for zh, en in SENTENCES.values())


def test_same_bundle_is_read_once() -> None:
    assert engine.load(bundle(PLAIN)) is engine.load(bundle(PLAIN))
    assert engine.load(bundle(PLAIN)).sha256 == engine.fingerprint(bundle(PLAIN))
