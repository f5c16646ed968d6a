"""What the gate before deployment finds: by name, with element and line, in both languages."""

import pytest

from caseflow import engine
from caseflow.engine import lint
from caseflow.engine.sentences import SENTENCES
from caseflow.vocabulary import Invalid
from tests.unit.engine.decisions.test_tables import dmn
from tests.unit.engine.forms.sample import component, data
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


def test_no_message_finds_a_case_by_what_only_an_instance_knows() -> None:
    waits = (
        "start s\nreceive r message:paid correlation={} multi=members:member\nend e\ns -> r -> e"
    )
    names = "members: list of string; order: string"
    assert found(waits.format("order,member"), names) == {("correlation_own", "r")}
    assert found(waits.format("loopCounter"), names) == {("correlation_own", "r")}
    assert found(waits.format("order"), names) == set()


def test_a_shared_judgement_is_the_same_after_everybody_read_it() -> None:
    files = {"other.bpmn": bpmn(PLAIN), "forms/plain.form": FORM}
    judged = lint.judged(files)
    assert "file_name" in {finding.code for finding in engine.check(files)}
    assert engine.advise(files) == []
    assert engine.load(files).key == engine.deployed(files).key == "sketch"
    assert lint.judged(dict(files)) is judged
    assert judged == lint.judge(files)


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
        ("start s\nuser a opinion=required\nend e\ns -> a -> e", ("no_opinion", "a")),
        ("start s\nuser a due=soon\nend e\ns -> a -> e", ("feel", "a")),
        ("start s\nuser a due=5\nend e\ns -> a -> e", ("feel", "a")),
        ("start s\ncatch c timer:P1X\nend e\ns -> c -> e", ("feel", "c")),
        ("start s\nservice a close x=unknown\nend e\ns -> a -> e", ("feel", "a")),
        ("start s\nrule r table result\nend e\ns -> r -> e", ("unknown_decision", "r")),
        ("start s\nservice a close multi=l:x\nend e\ns -> a -> e", ("feel", "a")),
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
        (b' isExecutable="true"', b' isExecutable="false"', ("no_process", "")),
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
    assert "twice" in {f.code for f in engine.check(two)}
    other = bundle(PLAIN) | {"b.bpmn": bpmn(PLAIN).replace(b'id="sketch"', b'id="other"')}
    assert [f.code for f in engine.check(other)] == ["one_process"]
    renamed = {"other.bpmn": bpmn(PLAIN), "plain.form": FORM}
    assert [f.code for f in engine.check(renamed)] == ["file_name"]


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


RULE, USER, TIMED = "rule r table result", "user r multi=l:x", "catch r timer:P1D"
END_OF_TIMER = b"</timerEventDefinition>"
TWICE = b"<sequenceFlow id='e' sourceRef='s' targetRef='r'/></process>"


@pytest.mark.parametrize(
    ("old", "new", "text", "code"),
    [
        (b' camunda:resultVariable="result"', b"", RULE, "no_result"),
        (b'"table"', b'"table" camunda:mapDecisionResult="all"', RULE, "unknown_mapping"),
        (b' camunda:collection="l"', b"", USER, "multi_count"),
        (b'elementVariable="x"', b'elementVariable="x y"', USER, "multi_variable"),
        (b' camunda:topic="close"', b"", "service r close", "no_topic"),
        (b"Definition signalRef", b"Definition x", "throw r signal:a", "no_event_name"),
        (b"<timeDuration>P1D</timeDuration>", b"", TIMED, "feel"),
        (END_OF_TIMER, END_OF_TIMER + b"<signalEventDefinition/>", TIMED, "unsupported"),
        (b"<process ", b"<choreography id='c'/><process ", "user r", "unsupported"),
        (b"</process>", TWICE, "user r", "twice"),
        (b"</process>", b"<association id='x'/></process>", "user r", ""),
    ],
)
def test_fault_made_by_hand_is_named(old: bytes, new: bytes, text: str, code: str) -> None:
    sketch = f"start s\n{text}\nend e\ns -> r -> e"
    files = bundle(sketch, "l: list of string") | {
        "sketch.bpmn": bpmn(sketch, "l: list of string").replace(old, new)
    }
    codes = {finding.code for finding in engine.check(files)} - {"unknown_decision"}
    assert codes == ({code} if code else set())


def test_default_flow_of_another_gateway_is_refused() -> None:
    text = "start s\nxor g\nuser a\nxor m\nend e\ns -> g\ng -> a : true\ng => m\na -> m -> e"
    assert ("default_elsewhere", "g") in changed(b'default="g_m"', b'default="m_e"', text)


def test_error_event_on_a_task_is_refused() -> None:
    text = "start s\nuser a\non b a error:lost\nuser c\nxor m\nend e\ns -> a -> m\nb -> c -> m -> e"
    assert ("boundary_error", "b") in found(text)


def test_boundary_event_on_nothing_is_refused() -> None:
    text = "start s\nuser a\non b a timer:P1D\nuser c\nxor m\nend e\ns -> a -> m\nb -> c -> m -> e"
    assert ("boundary_host", "b") in changed(b'attachedToRef="a"', b'attachedToRef="m"', text)


def test_verb_that_nobody_knows_is_refused() -> None:
    files = bundle("start s\nservice r close\nend e\ns -> r -> e")
    assert engine.check(files, verbs={"close"}) == []
    (finding,) = engine.check(files, verbs={"open"})
    assert (finding.code, finding.element) == ("unknown_verb", "r")


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"label": ""}, "form_label"),
        ({"properties": {"label_en": ""}}, "form_label_en"),
        ({"properties": {"vocabulary": "Nothing"}}, "form_vocabulary"),
        ({"properties": {"validator": "nothing"}}, "form_validator"),
        ({"hide": "nothing = 1"}, "feel"),
    ],
)
def test_fault_of_a_form_is_named(settings: dict[str, object], code: str) -> None:
    kind = "radio" if code == "form_vocabulary" else "textfield"
    form = data(component(kind, "b", **settings), key="plain")
    (finding,) = engine.check(bundle(PLAIN) | {"plain.form": form})
    assert (finding.code, finding.file, finding.element) == (code, "plain.form", "b")


def test_list_in_a_list_is_refused() -> None:
    inner = component("dynamiclist", "inner", components=[])
    form = data(component("dynamiclist", "outer", components=[inner]), key="plain")
    (finding,) = engine.check(bundle(PLAIN) | {"plain.form": form})
    assert (finding.code, finding.element) == ("form_nested_list", "outer.inner")


def test_form_that_cannot_be_read_is_one_finding() -> None:
    findings = engine.check(bundle(PLAIN) | {"plain.form": b"{"})
    assert [finding.code for finding in findings] == ["form_broken", "unknown_form"]


def test_files_of_a_drawing_are_picked_by_name() -> None:
    text = "start s\nuser a\nrule r table result\nend e\ns -> a -> r -> e"
    files = bundle(text) | {
        "table.dmn": dmn('hitPolicy="FIRST"', ['-; -; - -> "x"']),
        "other.dmn": dmn('hitPolicy="FIRST"', ['-; -; - -> "x"']).replace(b'"table"', b'"other"'),
        "broken.dmn": b"<x/>",
        "other.form": FORM,
    }
    picked = engine.pick(files, "sketch.bpmn")
    assert sorted(picked) == ["broken.dmn", "plain.form", "sketch.bpmn", "table.dmn"]


def test_outline_tells_what_is_drawn() -> None:
    text = """
        start s
        user a due=days(3)
        on late a timer:P5D soft
        end told
        sub p multi=members:member until=loopCounter>2
        start ps
        service x close kind="a"
        end pe
        ps -> x -> pe
        up
        xor g
        end e
        s -> a -> g
        late -> told
        g -> p : vote = "yes"
        g => e
        p -> e
    """
    told = engine.outline(
        engine.load(bundle(text, "members: list of string; vote: one of yes, no"))
    )
    assert "variable vote: string yes | no" in told
    assert "  boundaryEvent late late。 on=a event=timer P5D (not interrupting)" in told
    assert '    -> p if vote = "yes"\n    -> e otherwise' in told
    assert '      serviceTask x x。 verb=close kind="a"' in told
    assert "each=members together until=loopCounter>2" in told


def test_condition_on_an_only_flow_is_refused() -> None:
    assert ("condition_place", "g_e") in found("start s\nxor g\nend e\ns -> g\ng -> e : true")


def test_own_properties_of_a_service_task_are_no_arguments() -> None:
    text = "start s\nservice r close name_en=Close~it stage=closed\nend e\ns -> r -> e"
    assert found(text) == set()


def test_join_without_a_start_is_judged_too() -> None:
    assert ("one_start", "sketch") in found("user a\nuser b\nand j\nend e\na -> j\nb -> j\nj -> e")


def test_parts_of_a_group_are_judged() -> None:
    inner = component("textfield", "b", label="")
    group = {"type": "group", "label": "送达", "id": "g", "components": [inner]}
    (finding,) = engine.check(bundle(PLAIN) | {"plain.form": data(group, key="plain")})
    assert (finding.code, finding.element) == ("form_label", "b")


def test_condition_of_a_form_knows_no_time() -> None:
    form = data(component("textfield", "b", hide='today() > date("2010-01-01")'), key="plain")
    (finding,) = engine.check(bundle(PLAIN) | {"plain.form": form})
    assert "today" in finding.say("en")


def test_drawing_in_which_cases_get_stuck_is_refused() -> None:
    text = """
        start s
        user a
        or f
        user b
        and j
        end e
        s -> a -> f
        f -> b : x
        f => j
        b -> j
        j -> e
    """
    assert "walk" in {code for code, _ in found(text, "x: boolean")}


def test_drawing_in_which_no_case_ends_is_refused() -> None:
    text = "start s\nxor m\nuser a\nxor g\nend e\ns -> m -> a -> g\ng -> m : true\ng => e"
    assert found(text) == {("walk_on", "sketch")}


def test_drawing_that_nobody_could_read_is_refused_at_once() -> None:
    names = [f"a{number}" for number in range(1_600)]
    users = "\n".join(f"user {name}" for name in names)
    assert found(f"start s\n{users}\nend e\ns -> {' -> '.join(names)} -> e") == {
        ("drawing_size", "sketch")
    }
    arms = "\n".join(f"user {name}\nf -> {name} -> j" for name in names[:61])
    text = f"start s\nand f\nand j\nend e\ns -> f\nj -> e\n{arms}"
    assert found(text) == {("gate_wide", "f"), ("gate_wide", "j")}


def test_refused_element_is_one_finding_and_its_flows_are_none() -> None:
    text = "start s\nmanual x\nend e\ns -> x -> e"
    assert changed(b"manualTask", b"scriptTask", text) == {("unsupported", "x")}


def test_drawing_with_very_many_instances_is_walked_as_far_as_a_check_may_take() -> None:
    text = """
        start s
        xor m
        user a multi=many:x
        xor g
        end e
        s -> m -> a -> g
        g -> m : again
        g => e
    """
    files = bundle(text, "again: boolean; many: any")
    many = b'camunda:collection="for i in 1..400 return i"'
    drawing = files["sketch.bpmn"].replace(b'camunda:collection="many"', many)
    assert engine.check(files | {"sketch.bpmn": drawing}) == []
