"""Call activities, manual and send tasks, thrown messages, several instances of each."""

from decimal import Decimal

import pytest

from caseflow import engine
from tests.unit.engine.sketch import FORM, bpmn, bundle, moment
from tests.unit.engine.walk import Walk

HEARING = """
    start hs
    user notice
    xor g
    user talk
    end done
    end off
    hs -> notice -> g
    g -> talk : needed
    g => off
    talk -> done
"""
MAIN = """
    start s
    user a
    call hearing hearing WAYS
    user after
    end e
    s -> a -> hearing -> after -> e
"""


def named(sketch: str, key: str, variables: str = "") -> bytes:
    return bpmn(sketch, variables).replace(b'id="sketch"', f'id="{key}"'.encode())


def called(ways: str = "", main: str = MAIN) -> Walk:
    hearing = named(HEARING, "hearing", "needed: boolean")
    files = bundle(main.replace("WAYS", ways), "wish: boolean") | {"hearing.bpmn": hearing}
    assert [f.say("en") for f in engine.check(files)] == []
    return Walk.of(files)


def test_called_process_runs_inside_and_shares_the_variables() -> None:
    walk = called().do("a", needed=True)
    assert walk.open == ["hearing/notice"]
    assert walk.do("hearing/notice").open == ["hearing/talk"]
    assert walk.do("hearing/talk").open == ["after"]
    assert walk.step.variables["needed"] is True


def test_called_process_sees_what_goes_in_and_gives_what_comes_out() -> None:
    walk = called("in:wish>needed out:needed>wish").do("a", wish=False, needed=True)
    walk.do("hearing/notice")
    assert walk.open == ["after"]
    assert walk.step.variables == {"wish": False, "needed": True}
    walk = called("in:wish>needed out:needed>wish").do("a", wish=False)
    assert walk.do("hearing/notice", needed=True, inner=1).do("hearing/talk").open == ["after"]
    assert walk.step.variables == {"wish": True}


def test_all_variables_may_go_in_without_coming_out() -> None:
    walk = called("in:all").do("a", needed=True).do("hearing/notice", other=1)
    assert walk.open == ["hearing/talk"]
    assert walk.do("hearing/talk").step.variables == {"needed": True}


def test_processes_of_one_file_may_call_each_other() -> None:
    main = bpmn(MAIN.replace("WAYS", "")).decode()
    inner = named(HEARING, "hearing", "needed: boolean").decode()
    body = inner[inner.index("<process") : inner.index("</process>") + len("</process>")]
    both = main.replace("</process>", f"</process>{body}", 1).encode()
    walk = Walk.of(bundle("start s\nend e\ns -> e") | {"sketch.bpmn": both})
    assert walk.do("a").open == ["hearing/notice"]


def test_boundary_event_watches_a_call() -> None:
    main = MAIN.replace("WAYS", "") + "on late hearing timer:P3D\nuser late_review\nend f\n"
    walk = called(main=main + "late -> late_review -> f").do("a")
    assert walk.advance(3).open == ["late_review"]


def test_call_runs_once_for_each_item() -> None:
    main = MAIN.replace("WAYS", "multi=members:member")
    hearing = named(HEARING, "hearing", "needed: boolean")
    files = bundle(main, "members: list of string") | {"hearing.bpmn": hearing}
    walk = Walk.of(files, members=["x", "y"]).do("a")
    assert [(task.element, task.item) for task in walk.tasks()] == [
        ("hearing/notice", "x"),
        ("hearing/notice", "y"),
    ]
    walk.do("hearing/notice", item="x", needed=True)
    assert walk.open == ["hearing/notice", "hearing/talk"]
    assert walk.do("hearing/notice", item="y").do("hearing/talk").open == ["after"]


@pytest.mark.parametrize(
    ("hearing", "code"),
    [
        (None, "call_unknown"),
        ("start s\ncall again hearing\nend e\ns -> again -> e", "call_cycle"),
        ("start s\ncall again sketch\nend e\ns -> again -> e", "one_process"),
    ],
)
def test_call_that_leads_nowhere_or_in_a_circle_is_refused(hearing: str | None, code: str) -> None:
    files = bundle(MAIN.replace("WAYS", ""))
    if hearing is not None:
        files |= {"hearing.bpmn": named(hearing, "hearing")}
    assert code in {finding.code for finding in engine.check(files)}


def test_finding_in_a_called_process_names_its_file() -> None:
    hearing = named("start s\nuser a nobody\nend e\ns -> a -> e", "hearing")
    files = bundle(MAIN.replace("WAYS", "")) | {"hearing.bpmn": hearing}
    (finding,) = engine.check(files)
    assert (finding.file, finding.element) == ("hearing.bpmn", "hearing/a")


def test_files_of_a_called_process_are_picked() -> None:
    hearing = named("start s\nuser a form=talk\nend e\ns -> a -> e", "hearing")
    form = b'{"type": "default", "id": "talk", "components": []}'
    other = {"talk.form": form, "other.form": form, "other.bpmn": named(HEARING, "other")}
    files = bundle(MAIN.replace("WAYS", "")) | {"hearing.bpmn": hearing} | other
    picked = engine.pick(files, "sketch.bpmn")
    assert sorted(picked) == ["hearing.bpmn", "plain.form", "sketch.bpmn", "talk.form"]


def test_manual_task_waits_for_a_person_without_a_form() -> None:
    text = "start s\nmanual a tax_administrator\nend e\ns -> a -> e"
    assert engine.check(bundle(text)) == []
    walk = Walk(text)
    (task,) = walk.tasks()
    assert (task.element, task.form_key, task.groups) == ("a", "", ("tax_administrator",))
    assert walk.do("a").ended == "e"


def test_thrown_messages_leave_the_case_with_their_arguments() -> None:
    text = """
        start s
        user a
        send told message:hit amount=score
        throw more message:more
        end e message:over
        s -> a -> told -> more -> e
    """
    walk = Walk(text, "score: number").do("a", score=Decimal(5))
    assert [(m.name, m.element, m.arguments) for m in walk.step.sent] == [
        ("hit", "told", {"amount": Decimal(5)}),
        ("more", "more", {}),
        ("over", "e", {}),
    ]
    assert walk.ended == "e"


@pytest.mark.parametrize(
    "task", ["service a close who=member", "send a message:told who=member", "receive a message:r"]
)
def test_passing_tasks_may_have_several_instances(task: str) -> None:
    text = f"start s\nuser b\n{task} multi=members:member\nuser c\nend e\ns -> b -> a -> c -> e"
    walk = Walk(text, "members: list of string").do("b", members=["x", "y"])
    if task.startswith("receive"):
        walk.message("r")
    assert walk.open == ["c"]
    seen = [call.arguments["who"] for call in walk.step.calls]
    seen += [message.arguments["who"] for message in walk.step.sent]
    assert seen == ([] if task.startswith("receive") else ["x", "y"])


def test_inner_lane_has_the_last_word() -> None:
    lanes = (
        '<laneSet><lane id="section_chief" name="科长"><flowNodeRef>a</flowNodeRef>'
        "<flowNodeRef>b</flowNodeRef><childLaneSet>"
        '<lane id="tax_administrator" name="税收管理员"><flowNodeRef>b</flowNodeRef></lane>'
        "</childLaneSet></lane></laneSet>"
    )
    drawing = bpmn("start s\nuser a\nuser b\nend e\ns -> a -> b -> e").decode()
    drawing = drawing.replace(' camunda:candidateGroups="section_chief"', "")
    files = bundle("start s\nend e\ns -> e") | {
        "sketch.bpmn": drawing.replace("<startEvent", f"{lanes}<startEvent", 1).encode()
    }
    process = engine.load(files)
    step = engine.start(process, {}, at=moment())
    assert step.opened[0].groups == ("section_chief",)
    step = engine.complete(process, step.state, step.opened[0].key, {}, at=moment())
    assert step.opened[0].groups == ("tax_administrator",)


def part(sketch: str, key: str, **said: str) -> bytes:
    """A called process with properties of its own."""
    properties = "".join(
        f'<camunda:property name="{name}" value="{value}"/>' for name, value in said.items()
    )
    text = named(sketch, key).decode()
    extension = f"<extensionElements><camunda:properties>{properties}</camunda:properties>"
    return text.replace(
        'isExecutable="true">', f'isExecutable="true">{extension}</extensionElements>', 1
    ).encode()


def test_separation_in_a_called_process_names_the_nearest_step_outward() -> None:
    vote = part("start s\nuser ballot separation=a,check\nend e\ns -> ballot -> e", "vote")
    talk = named("start s\nuser check\ncall vote vote\nend e\ns -> check -> vote -> e", "hearing")
    files = bundle(MAIN.replace("WAYS", "")) | {"hearing.bpmn": talk, "vote.bpmn": vote}
    process = engine.load(files)
    said = process.elements["hearing/vote/ballot"].properties["separation"]
    assert said == "a,hearing/check"
    assert [finding.say("en") for finding in engine.check(files)] == []


def test_step_expected_of_the_caller_may_be_missing_there() -> None:
    sketch = "start s\nuser talk separation=other,main_officer\nend e\ns -> talk -> e"
    alone = {"hearing.bpmn": part(sketch, "hearing", caller_steps="other"), "plain.form": FORM}
    assert [finding.say("en") for finding in engine.check(alone)] == []
    files = bundle(MAIN.replace("WAYS", "")) | alone
    process = engine.load(files)
    assert process.elements["hearing/talk"].properties["separation"] == "main_officer"
    assert [finding.code for finding in engine.check(files)] == []
    files |= {"hearing.bpmn": part(sketch, "hearing")}
    assert [finding.code for finding in engine.check(files)] == ["separation_word"]


TIMED = """
    start s
    service clock pause_clock clock="wv_total" until=working_days("wv_reply")
    user talk due=working_days("wv_reply") clock=wv_total signs=inquiry_letter
    on late talk timer:working_days("wv_reply")
    end e
    s -> clock -> talk -> e
    late -> e
"""


def test_call_names_other_limits_and_papers_than_the_called_process() -> None:
    main = MAIN.replace(
        "WAYS", "instead=wv_total:~none;wv_reply:~ta_interview;inquiry_letter:~risk_notice"
    )
    files = bundle(main) | {"hearing.bpmn": named(TIMED, "hearing")}
    assert [finding.say("en") for finding in engine.check(files)] == []
    elements = engine.load(files).elements
    talk = elements["hearing/talk"]
    assert (talk.due, elements["hearing/late"].timer) == ('working_days("ta_interview")',) * 2
    assert (talk.properties["clock"], talk.properties["signs"]) == ("", "risk_notice")
    assert talk.instead["wv_reply"] == "ta_interview"
    assert elements["hearing/clock"].properties["clock"] == '""'


def test_what_a_call_names_instead_is_passed_on_to_calls_inside() -> None:
    around = named("start s\ncall inner timed\nend e\ns -> inner -> e", "hearing")
    main = MAIN.replace("WAYS", "instead=wv_reply:~ta_interview")
    files = bundle(main) | {"hearing.bpmn": around, "timed.bpmn": named(TIMED, "timed")}
    elements = engine.load(files).elements
    assert elements["hearing/inner/talk"].due == 'working_days("ta_interview")'
    assert elements["hearing/inner/talk"].properties["clock"] == "wv_total"


@pytest.mark.parametrize("instead", ["wv_reply:~risk_notice", "wv_repl:~wv_total", "wv_reply"])
def test_call_that_names_nothing_known_instead_is_refused(instead: str) -> None:
    files = bundle(MAIN.replace("WAYS", f"instead={instead}"))
    files |= {"hearing.bpmn": named(TIMED, "hearing")}
    assert "property_value" in {finding.code for finding in engine.check(files)}


def test_what_a_called_process_declares_gives_way_to_a_table_of_its_caller() -> None:
    hearing = named(HEARING, "hearing", "needed: boolean; wish: string")
    files = bundle(MAIN.replace("WAYS", ""), "wish: one of a, b") | {"hearing.bpmn": hearing}
    assert engine.load(files).variables["wish"].choices == ("a", "b")
