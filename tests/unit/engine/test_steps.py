from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta
from decimal import Decimal
from itertools import islice
from random import Random

import pytest

from caseflow import engine, feel
from caseflow.engine import simulation
from tests.unit.engine.sketch import NOW, bundle, moment

FIVE = bundle(
    """
    start s
    xor merge
    user desk_check tax_administrator due=working_days(3)
    user conclusion tax_administrator
    on late conclusion timer:P5D
    xor decided
    user review section_chief
    user late_review section_chief
    xor done
    end closed
    s -> merge -> desk_check -> conclusion -> decided
    decided -> merge : decision = "back"
    decided => review
    review -> done
    late -> late_review -> done -> closed
    """,
    "decision: one of ok, back",
)

BROKEN = b'\x01[{},[["sketch:process",-1,5,0,{}]]]'


def test_case_is_walked_to_its_end_with_save_and_restore_at_each_step() -> None:
    process = engine.load(FIVE)
    step = engine.start(process, {"score": 5}, at=moment())
    for element in ("desk_check", "conclusion", "review"):
        (task,) = engine.open_tasks(process, step.state)
        assert task.element == element
        step = engine.complete(process, step.state, task.key, {"decision": "ok"}, at=moment())
    assert step.ended == "closed"
    assert step.wake_at is None
    assert engine.open_tasks(process, step.state) == ()


def test_key_of_a_task_stays_while_it_is_open() -> None:
    process = engine.load(FIVE)
    step = engine.start(process, {}, at=moment())
    assert step.opened == engine.open_tasks(process, step.state)
    again = engine.fire(process, step.state, at=moment())
    assert again.opened == ()
    assert engine.open_tasks(process, again.state) == step.opened


def test_step_says_what_was_passed() -> None:
    process = engine.load(FIVE)
    step = engine.start(process, {}, at=moment())
    assert step.passed == ("s", "s_merge", "merge", "merge_desk_check")


def test_due_date_is_counted_from_the_moment_of_the_step() -> None:
    step = engine.start(engine.load(FIVE), {}, at=moment(2))
    assert step.opened[0].due_at == NOW + timedelta(days=5)


def test_timer_fires_when_due_and_not_before() -> None:
    process = engine.load(FIVE)
    step = engine.start(process, {}, at=moment())
    step = engine.complete(process, step.state, step.opened[0].key, {}, at=moment())
    held = step.opened[0].key
    assert step.wake_at == NOW + timedelta(days=5)
    assert engine.fire(process, step.state, at=moment(4.9)).opened == ()
    late = engine.fire(process, step.state, at=moment(5))
    assert [task.element for task in late.opened] == ["late_review"]
    assert late.closed == (held,)


def test_moved_timer_fires_at_its_new_instant() -> None:
    process = engine.load(FIVE)
    step = engine.start(process, {}, at=moment())
    step = engine.complete(process, step.state, step.opened[0].key, {}, at=moment())
    moved = engine.move_timer(process, step.state, "late", NOW + timedelta(days=9))
    assert moved.wake_at == NOW + timedelta(days=9)
    assert engine.fire(process, moved.state, at=moment(8)).opened == ()
    with pytest.raises(engine.NotOpen):
        engine.move_timer(process, step.state, "nowhere", NOW)


def test_task_that_is_not_open_cannot_be_handed_in() -> None:
    process = engine.load(FIVE)
    step = engine.start(process, {}, at=moment())
    done = engine.complete(process, step.state, step.opened[0].key, {}, at=moment())
    with pytest.raises(engine.NotOpen):
        engine.complete(process, done.state, step.opened[0].key, {}, at=moment())


def test_state_stays_small_over_a_thousand_reworks() -> None:
    process = engine.load(FIVE)
    step = engine.start(process, {}, at=moment())
    sizes = []
    for _ in range(2_000):
        (task,) = engine.open_tasks(process, step.state)
        step = engine.complete(process, step.state, task.key, {"decision": "back"}, at=moment())
        sizes.append(len(step.state))
    assert max(sizes) < 500
    assert sizes[-2:] == sizes[:2]


def test_foreign_bytes_are_no_state() -> None:
    process = engine.load(FIVE)
    for state in (
        b"",
        b"\x02[]",
        b"\x01{}",
        b"\x01[{},[[1]]]",
        b'\x01[{},[["x",-1,8,0,{}]]]',
        BROKEN,
    ):
        with pytest.raises(engine.BadState):
            engine.fire(process, state, at=moment())


@pytest.mark.parametrize(
    "value", [object(), {1: 2}, float("nan") * 1j, 2**70, "\ud800", Decimal("NaN")]
)
def test_variable_that_cannot_be_stored_is_refused(value: object) -> None:
    with pytest.raises(engine.BadValue):
        engine.start(engine.load(FIVE), {"score": value}, at=moment())


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        "税",
        12,
        Decimal("12.50"),
        date(2010, 1, 25),
        NOW,
        ["a", Decimal(1), {"on": date(2010, 1, 25)}],
        {"$n": "x"},
        [{"$$d": {"$n": Decimal(1)}}, {"$": []}],
        time(9, 30),
        timedelta(days=1, microseconds=1),
        feel.YearsMonths(14),
    ],
)
def test_variable_comes_back_as_it_was(value: object) -> None:
    process = engine.load(FIVE)
    step = engine.start(process, {"score": value}, at=moment())
    assert engine.variables_of(process, step.state) == {"score": value}


def test_threads_may_share_a_process() -> None:
    process = engine.load(FIVE)

    def ends(seed: int) -> list[tuple[str, ...]]:
        return [step.passed for step in islice(simulation.case(process, Random(seed)), 40)]

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(ends, range(40)))
    assert together == [ends(seed) for seed in range(40)]
