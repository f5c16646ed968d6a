"""Every element that may be drawn, run with save and restore after each step."""

from datetime import timedelta
from decimal import Decimal

import pytest

from caseflow import engine, feel
from tests.unit.engine.decisions.test_tables import dmn
from tests.unit.engine.forms.sample import component, data
from tests.unit.engine.sketch import NOW, bpmn, bundle, moment
from tests.unit.engine.walk import Walk

PLAIN = "start s\nuser a\nend e\ns -> a -> e"

REVIEWS = """
    start s
    xor again
    and fork
    user finance_review
    user legal_review
    user risk_review
    and join
    user approval
    xor decided
    end closed
    s -> again -> fork
    fork -> finance_review -> join
    fork -> legal_review -> join
    fork -> risk_review -> join
    join -> approval -> decided
    decided -> again : back = true
    decided => closed
"""


def test_parallel_join_waits_for_each_arm_in_every_round() -> None:
    walk = Walk(REVIEWS, "back: boolean")
    for _ in range(5):
        walk.do("legal_review").do("risk_review")
        assert walk.open == ["finance_review"]
        walk.do("finance_review")
        assert walk.open == ["approval"]
        walk.do("approval", back=True)
    assert walk.open == ["finance_review", "legal_review", "risk_review"]


def test_exclusive_gateway_takes_first_true_flow_else_the_default() -> None:
    text = """
        start s
        user a
        xor g
        user high
        user low
        user none
        xor m
        end e
        s -> a -> g
        g -> high : amount >= 10000
        g -> low : amount >= 0
        g => none
        high -> m
        low -> m
        none -> m -> e
    """
    assert Walk(text, "amount: number").do("a", amount=Decimal("10000.00")).open == ["high"]
    assert Walk(text, "amount: number").do("a", amount=9999.99).open == ["low"]
    assert Walk(text, "amount: number").do("a").open == ["none"]


INCLUSIVE = """
    start s
    user a
    or split
    user x
    user y
    user z
    or join
    user after
    end e
    s -> a -> split
    split -> x : px
    split -> y : py
    split => z
    x -> join
    y -> join
    z -> join
    join -> after -> e
"""


@pytest.mark.parametrize(
    ("chosen", "opened"),
    [
        ({"px": True, "py": True}, ["x", "y"]),
        ({"px": True, "py": False}, ["x"]),
        ({"px": False}, ["z"]),
    ],
)
def test_inclusive_join_waits_for_the_chosen_arms_only(
    chosen: dict[str, bool], opened: list[str]
) -> None:
    walk = Walk(INCLUSIVE, "px: boolean; py: boolean").do("a", **chosen)
    assert walk.open == opened
    for element in opened:
        assert "after" not in walk.open
        walk.do(element)
    assert walk.open == ["after"]


def test_outer_inclusive_join_waits_for_a_branch_of_the_inner_one() -> None:
    text = """
        start s
        or o
        user a
        or i
        user b
        user c
        or ij
        or oj
        user after
        end e
        s -> o
        o -> a
        o -> i
        i -> b
        i -> c
        b -> ij
        c -> ij
        ij -> oj
        a -> oj
        oj -> after -> e
    """
    walk = Walk(text).do("a").do("b")
    assert walk.open == ["c"]
    assert walk.do("c").open == ["after"]


SUB = """
    start s
    sub p
    start ps
    user inner
    xor chosen
    end fine
    end failed error:lost
    ps -> inner -> chosen
    chosen -> failed : lost
    chosen => fine
    up
    on caught p error:lost
    on late p timer:P10D
    user after
    user repair
    user hurry
    xor m
    end e
    s -> p -> after -> m
    caught -> repair -> m
    late -> hurry -> m -> e
"""


def test_sub_process_goes_on_when_its_own_end_is_reached() -> None:
    walk = Walk(SUB, "lost: boolean")
    assert walk.open == ["inner"]
    assert walk.do("inner", lost=False).open == ["after"]


def test_error_ends_the_sub_process_and_goes_to_its_boundary() -> None:
    walk = Walk(SUB, "lost: boolean").do("inner", lost=True)
    assert walk.open == ["repair"]
    assert walk.step.wake_at is None


def test_interrupting_timer_cancels_what_is_inside() -> None:
    walk = Walk(SUB, "lost: boolean").advance(10)
    assert walk.open == ["hurry"]


def test_timer_that_does_not_interrupt_fires_once_beside_the_task() -> None:
    text = """
        start s
        user reply
        on reminder reply timer:P5D soft
        user remind
        end reminded
        user after
        end e
        s -> reply -> after -> e
        reminder -> remind -> reminded
    """
    walk = Walk(text).advance(5)
    assert walk.open == ["remind", "reply"]
    assert walk.step.wake_at is None
    assert walk.advance(5).open == ["remind", "reply"]
    assert walk.do("reply").do("remind").open == ["after"]


def test_terminate_ends_its_own_process_and_no_more() -> None:
    text = """
        start s
        sub p
        start ps
        and fork
        user stop
        user other
        end stopped terminate
        end other_end
        ps -> fork
        fork -> stop -> stopped
        fork -> other -> other_end
        up
        user after
        end e
        s -> p -> after -> e
    """
    walk = Walk(text).do("stop")
    assert walk.open == ["after"]
    assert walk.do("after").ended == "e"


def test_message_wakes_the_event_that_waits_for_it() -> None:
    text = """
        start s
        user a
        catch paid message:payment
        user b
        end e
        s -> a -> paid -> b -> e
    """
    walk = Walk(text, "amount: number").do("a")
    assert walk.open == []
    with pytest.raises(engine.NotOpen):
        walk.message("refund")
    assert walk.message("payment", amount=5).open == ["b"]
    assert walk.step.variables["amount"] == 5


def test_message_that_does_not_interrupt_can_come_again() -> None:
    text = """
        start s
        user a
        on hit a message:hit soft
        user look
        end looked
        end e
        s -> a -> e
        hit -> look -> looked
    """
    walk = Walk(text).message("hit").message("hit")
    assert walk.open == ["a", "look", "look"]


def test_event_gateway_follows_the_first_event_and_drops_the_others() -> None:
    text = """
        start s
        gate g
        catch paid message:payment
        catch late timer:P3D
        receive withdrawn message:withdrawal
        user thank
        user dun
        user file
        xor m
        end e
        s -> g
        g -> paid -> thank -> m
        g -> late -> dun -> m
        g -> withdrawn -> file -> m
        m -> e
    """
    assert Walk(text).message("payment").open == ["thank"]
    assert Walk(text).message("withdrawal").open == ["file"]
    late = Walk(text).advance(3)
    assert late.open == ["dun"]
    assert late.step.passed == ("g", "g_late", "late", "late_dun")
    with pytest.raises(engine.NotOpen):
        late.message("payment")


def test_signal_is_heard_by_all_that_wait_in_the_case() -> None:
    text = """
        start s
        and fork
        user a
        throw call signal:stop
        end a_end
        user b
        on heard b signal:stop
        user c
        xor m
        end e
        s -> fork
        fork -> a -> call -> a_end
        fork -> b -> m
        heard -> c -> m -> e
    """
    assert Walk(text).do("a").open == ["c"]


def test_service_task_passes_at_once_and_names_its_verb() -> None:
    text = """
        start s
        user a
        service pause pause_clock clock="wv_total" until=today()~+~duration("P5D")
        user b
        end e
        s -> a -> pause -> b -> e
    """
    walk = Walk(text).do("a")
    assert walk.open == ["b"]
    until = NOW.date() + timedelta(days=5)
    assert walk.calls == [("pause_clock", {"clock": "wv_total", "until": until})]


MEMBERS = """
    start s
    user convene
    user vote multi=members:member {more}
    on late vote timer:P10D
    user minutes
    user remind
    xor m
    end e
    s -> convene -> vote -> minutes -> m
    late -> remind -> m -> e
"""
DECLARED = "members: list of string; agreed: boolean"


def test_parallel_instances_are_all_open_and_all_needed() -> None:
    walk = Walk(MEMBERS.format(more=""), DECLARED).do("convene", members=["a", "b", "c"])
    assert sorted(str(task.item) for task in walk.tasks()) == ["a", "b", "c"]
    walk.do("vote", "b").do("vote", "a")
    assert walk.open == ["vote"]
    assert walk.do("vote", "c").open == ["minutes"]


def test_sequential_instances_come_one_after_the_other() -> None:
    walk = Walk(MEMBERS.format(more="seq"), DECLARED).do("convene", members=["a", "b"])
    assert [task.item for task in walk.tasks()] == ["a"]
    assert [task.item for task in walk.do("vote").tasks()] == ["b"]
    assert walk.do("vote").open == ["minutes"]


def test_completion_condition_ends_the_other_instances() -> None:
    text = MEMBERS.format(more="until=nrOfCompletedInstances>=2~or~not(agreed)")
    walk = Walk(text, DECLARED).do("convene", members=["a", "b", "c"])
    assert walk.do("vote", "a", agreed=True).open == ["vote", "vote"]
    assert walk.do("vote", "b", agreed=True).open == ["minutes"]
    again = Walk(text, DECLARED).do("convene", members=["a", "b", "c"])
    assert again.do("vote", "a", agreed=False).open == ["minutes"]


def test_activity_over_an_empty_list_is_passed() -> None:
    walk = Walk(MEMBERS.format(more=""), DECLARED).do("convene", members=[])
    assert walk.open == ["minutes"]


def test_timer_on_an_activity_with_instances_ends_them_all() -> None:
    walk = Walk(MEMBERS.format(more=""), DECLARED).do("convene", members=["a", "b"])
    assert walk.do("vote", "a").advance(10).open == ["remind"]


def test_instances_of_a_sub_process_keep_their_variables_apart() -> None:
    text = """
        start s
        sub p multi=doubts:doubt
        start ps
        user check
        user confirm
        xor g
        user again
        xor m
        end pe
        ps -> check -> confirm -> g
        g -> again : result = "unclear"
        g => m
        again -> m -> pe
        up
        user after
        end e
        s -> p -> after -> e
    """
    declared = "doubts: list of string; result: string"
    walk = Walk(text, declared, doubts=["d1", "d2"])
    walk.do("check", "d1", result="unclear").do("check", "d2", result="explained")
    walk.do("confirm", "d1").do("confirm", "d2")
    assert [(task.element, task.item) for task in walk.tasks()] == [("again", "d1")]
    assert walk.do("again").open == ["after"]


def test_activity_with_instances_can_be_entered_again() -> None:
    text = """
        start s
        xor again
        user vote multi=members:member
        user minutes
        xor g
        end e
        s -> again -> vote -> minutes -> g
        g -> again : agreed = false
        g => e
    """
    walk = Walk(text, DECLARED, members=["a", "b"])
    for _ in range(3):
        walk.do("vote", "a").do("vote", "b").do("minutes", agreed=False)
    assert walk.open == ["vote", "vote"]


def test_two_ends_close_the_case_with_the_last_of_them() -> None:
    text = """
        start s
        and fork
        user a
        user b
        end ea
        end eb
        s -> fork
        fork -> a -> ea
        fork -> b -> eb
    """
    walk = Walk(text).do("b")
    assert walk.ended is None
    assert walk.do("a").ended == "ea"


def test_drawing_that_runs_in_a_circle_is_stopped() -> None:
    text = """
        start s
        xor m
        xor g
        user a
        end e
        s -> m -> g
        g -> m : true
        g => a
        a -> e
    """
    with pytest.raises(engine.Stuck):
        Walk(text)


def test_number_of_instances_may_be_counted() -> None:
    text = "start s\nuser a multi=count:member\nend e\ns -> a -> e"
    drawing = bpmn(text, "count: number").replace(
        b' camunda:collection="count" camunda:elementVariable="member"></multi',
        b"><loopCardinality>count</loopCardinality></multi",
    )
    process = engine.load(bundle(text) | {"sketch.bpmn": drawing})
    step = engine.start(process, {"count": 3}, at=moment())
    assert [task.item for task in step.opened] == [1, 2, 3]
    for count in (1.5, -1, 1_001, None):
        with pytest.raises(engine.BadValue):
            engine.start(process, {"count": count}, at=moment())


def test_collection_that_is_no_list_is_refused() -> None:
    text = "start s\nuser a multi=x:item\nend e\ns -> a -> e"
    assert Walk(text, "x: any").ended == "e"
    with pytest.raises(engine.BadValue):
        Walk(text, "x: any", x={"a": 1})


def test_end_event_may_throw_a_signal() -> None:
    text = """
        start s
        and fork
        user a
        end told signal:stop
        user b
        on heard b signal:stop
        xor m
        end e
        s -> fork
        fork -> a -> told
        fork -> b -> m
        heard -> m -> e
    """
    assert Walk(text).do("a").ended == "e"


def test_catch_event_hears_a_signal() -> None:
    text = """
        start s
        and fork
        user a
        throw call signal:go
        catch wait signal:go
        and join
        end e
        s -> fork
        fork -> a -> call -> join
        fork -> wait -> join -> e
    """
    assert Walk(text).do("a").ended == "e"


def test_error_without_name_at_the_boundary_catches_all() -> None:
    text = SUB.replace("on caught p error:lost", "on caught p error:")
    drawing = bpmn(text, "lost: boolean").replace(b' errorRef="error_"', b"")
    process = engine.load(bundle(text) | {"sketch.bpmn": drawing})
    step = engine.start(process, {}, at=moment())
    step = engine.complete(process, step.state, step.opened[0].key, {"lost": True}, at=moment())
    assert [task.element for task in step.opened] == ["repair"]


def test_error_passes_a_sub_process_that_does_not_catch_it() -> None:
    text = """
        start s
        sub outer
        start os
        sub inner
        start is
        user a
        end failed error:lost
        end fine
        xor g
        is -> a -> g
        g -> failed : lost
        g => fine
        up
        end oe
        os -> inner -> oe
        up
        on caught outer error:lost
        user repair
        xor m
        end e
        s -> outer -> m
        caught -> repair -> m -> e
    """
    assert Walk(text, "lost: boolean").do("a", lost=True).open == ["repair"]
    assert Walk(text, "lost: boolean").do("a", lost=False).ended == "e"


def test_join_that_can_never_fire_is_told() -> None:
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
    walk = Walk(text, "x: boolean")
    with pytest.raises(engine.Stuck) as raised:
        walk.do("a", x=False)
    assert raised.value.values["places"] == ["j", "sketch"]
    assert engine.walk(walk.process, walks=5).findings


def test_messages_that_are_awaited_are_known() -> None:
    text = """
        start s
        user a
        on hit a message:hit soft
        catch paid message:payment
        end looked
        end e
        s -> a -> paid -> e
        hit -> looked
    """
    walk = Walk(text)
    assert engine.awaited(walk.process, walk.step.state) == ("message:hit",)
    walk.do("a")
    assert engine.awaited(walk.process, walk.step.state) == ("message:payment",)
    walked = engine.walk(walk.process, walks=20)
    assert walked.findings == []
    assert walked.ends["e"] == 20


def test_walk_that_never_ends_is_counted() -> None:
    text = "start s\nxor m\nuser a\nxor g\nend e\ns -> m -> a -> g\ng -> m : true\ng => e"
    assert engine.walk(Walk(text).process, walks=2, longest=5).unfinished == 2


def test_timer_that_starts_itself_anew_without_end_is_stopped() -> None:
    text = (
        "start s\nxor m\ncatch c timer:now()\nxor g\nend e\ns -> m -> c -> g\ng -> m : true\ng => e"
    )
    walk = Walk(text)
    with pytest.raises(engine.Stuck):
        walk.advance(1)


def test_variables_too_large_for_a_state_are_refused() -> None:
    with pytest.raises(engine.BadValue):
        Walk("start s\nuser a\nend e\ns -> a -> e", "x: string", x="税" * 90_000)


def test_what_a_form_routes_becomes_a_variable() -> None:
    form = data(
        component("radio", "decision", properties={"vocabulary": "ReviewDecision"}),
        component("number", "tax", decimalDigits=2, properties={"routing": "true"}),
        component("checkbox", "late"),
        component("textarea", "opinion"),
        key="review",
    )
    text = "start s\nuser a form=review routes=decision,late\nend e\ns -> a -> e"
    process = engine.load(bundle(text) | {"review.form": form})
    answers = {"decision": "agree", "tax": "12.50", "opinion": "同意"}
    routed = engine.routing(process, "a", answers)
    assert routed == {"decision": "agree", "tax": Decimal("12.50"), "late": None}
    assert process.variables.keys() == {"decision", "tax", "late"}
    assert engine.routing(process, "s", {}) == {}


def test_rule_task_keeps_what_the_table_says() -> None:
    text = "start s\nrule r table outcome\nxor g\nuser a\nxor m\nend e\n"
    text += 's -> r -> g\ng -> a : outcome = "high"\ng => m\na -> m -> e'
    tables = dmn('hitPolicy="FIRST"', ['> 10; -; - -> "high"', '-; -; - -> "low"'])
    declared = "tax: number; signs: boolean; kind: string"
    process = engine.load(bundle(text, declared) | {"t.dmn": tables})
    high = engine.start(process, {"tax": 11}, at=moment())
    assert (high.variables["outcome"], high.opened[0].element) == ("high", "a")
    assert engine.start(process, {"tax": 10}, at=moment()).ended == "e"
    assert engine.walk(process, walks=10).findings == []


def test_first_of_two_signals_heard_takes_the_activity_away() -> None:
    text = """
        start s
        and fork
        user a
        throw call signal:stop
        end told
        user b
        on first b signal:stop
        on second b signal:stop
        user x
        user y
        xor m
        end e
        s -> fork
        fork -> a -> call -> told
        fork -> b -> m
        first -> x -> m
        second -> y -> m -> e
    """
    assert Walk(text).do("a").open == ["x"]


def test_task_in_a_sub_process_may_belong_to_another_lane() -> None:
    text = (
        "start s\nsub p\nstart t\nuser a\nuser b lane=section_chief\nend f\nt -> a -> b -> f\nup\n"
    )
    drawing = bpmn(text + "end e\ns -> p -> e").replace(
        b' camunda:candidateGroups="section_chief"', b""
    )
    lanes = b'<laneSet><lane id="%b"><flowNodeRef>%b</flowNodeRef></lane></laneSet>'
    outer, inner = lanes % (b"tax_administrator", b"p"), lanes % (b"district_leader", b"t")
    drawing = drawing.replace(b'<startEvent id="s"', outer + b'<startEvent id="s"')
    drawing = drawing.replace(b'<startEvent id="t"', inner + b'<startEvent id="t"')
    process = engine.load(bundle(PLAIN) | {"sketch.bpmn": drawing})
    step = engine.start(process, {}, at=moment())
    assert step.opened[0].groups == ("tax_administrator",)
    step = engine.complete(process, step.state, step.opened[0].key, {}, at=moment())
    assert step.opened[0].groups == ("section_chief",)


def test_variable_of_two_closed_lists_holds_the_words_of_both() -> None:
    forms = {
        f"{key}.form": data(
            component("radio", "x", properties={"vocabulary": name, "routing": "true"}), key=key
        )
        for key, name in (("one", "YesNo"), ("two", "ReviewDecision"))
    }
    text = "start s\nuser a form=one\nuser b form=two\nend e\ns -> a -> b -> e"
    process = engine.load(bundle(text) | forms)
    assert process.variables["x"].choices == ("yes", "no", "agree", "send_back")


def test_variable_of_two_kinds_may_hold_anything() -> None:
    forms = {
        f"{kind}.form": data(component(kind, "x", properties={"routing": "true"}), key=kind)
        for kind in ("number", "textfield")
    }
    text = "start s\nuser a form=number\nuser b form=textfield\nend e\ns -> a -> b -> e"
    assert engine.load(bundle(text) | forms).variables["x"] == feel.ANY


def test_item_of_a_computed_list_may_hold_anything() -> None:
    text = "start s\nuser a multi=[1,2]:x due=days(x)\nend e\ns -> a -> e"
    days = [task.due_at for task in Walk(text).tasks()]
    assert days == [NOW + timedelta(days=1), NOW + timedelta(days=2)]


def test_walks_choose_values_of_every_type() -> None:
    declared = "n: number; d: date; t: date_time; l: list of string; w: any; o: one of a, b"
    text = "start s\nuser a due=days(3)\ncatch c timer:P1D\nend e\ns -> a -> c -> e"
    walked = engine.walk(Walk(text, declared).process, walks=30)
    assert walked.ends["e"] == 30


def test_timer_may_come_from_iso_text_in_a_variable() -> None:
    text = "start s\nuser a\ncatch c timer:wait\nuser b\nend e\ns -> a -> c -> b -> e"
    walk = Walk(text, "wait: any").do("a", wait="PT36H")
    assert walk.step.wake_at == NOW + timedelta(hours=36)
    with pytest.raises(engine.BadValue):
        Walk(text, "wait: any").do("a", wait="soon")
