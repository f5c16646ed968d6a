"""Random walks over drawings as a bureau makes them: the engine against the interpreter."""

from collections.abc import Callable
from random import Random

import pytest
from SpiffWorkflow.util.task import TaskState

from caseflow.engine.nodes import (
    CatchNode,
    GuardNode,
    InclusiveNode,
    ListenNode,
    MultiNode,
    ParallelNode,
    Way,
)
from caseflow.engine.runs import Run, Token
from tests.trust.counts import IS_LONG
from tests.trust.walks import DRAWINGS, Different, Product, Walk, bundle, net

NAMES = (*sorted(file.stem for file in DRAWINGS.glob("*.bpmn")), "warning_verification")
# Together more than ten thousand walks when they are long, two hundred when not.
WALKS = 10_000 // len(NAMES) + 1 if IS_LONG else 5


@pytest.mark.parametrize("name", NAMES)
def test_engine_agrees_with_the_interpreter(name: str) -> None:
    _walk(name, WALKS)


def test_there_are_enough_drawings() -> None:
    assert len(NAMES) >= 30


def _early_parallel(join: ParallelNode, token: Token) -> bool:
    token._set_state(TaskState.WAITING)  # noqa: SLF001 - the node's own protocol
    join.fire(join.arrivals(token.parent))
    return False


def _early_inclusive(join: InclusiveNode, scope: Token) -> bool:
    join.fire(join.arrivals(scope))
    return True


def _never_interrupts(
    run: Run, scope: Token, listener: ListenNode, token: Token | None = None
) -> None:
    if token is not None:
        run.take_away(token)
    run.put(scope, listener.inner)


def _never_again(_catch: CatchNode, _token: Token) -> None:
    """An event comes once and no more."""


def _end_of_all(_guard: GuardNode, scope: Token, token: Token, ways: list[Way]) -> None:
    run, outer = scope.workflow, scope.parent
    run.take_away(token)
    run.drop_children(scope)
    outer.task_spec.child_done(outer, scope, ways)


def _one_variable_for_all(multi: MultiNode, scope: Token, index: int, _item: object) -> None:
    scope.workflow.put(scope, multi.inner, local={"loopCounter": index}, item=None)


@pytest.mark.parametrize(
    ("owner", "method", "fault", "name"),
    [
        (ParallelNode, "arrive", _early_parallel, "rework_three_reviews"),
        (InclusiveNode, "fire_if_complete", _early_inclusive, "inclusive_nested"),
        (Run, "interrupt", _never_interrupts, "event_sub_withdrawal"),
        (CatchNode, "again", _never_again, "boundary_timers"),
        (GuardNode, "child_done", _end_of_all, "boundary_messages"),
        (MultiNode, "_begin", _one_variable_for_all, "multi_nested"),
    ],
    ids=["parallel", "inclusive", "interrupt", "cycle", "boundary", "instances"],
)
def test_a_fault_put_in_on_purpose_is_found(
    monkeypatch: pytest.MonkeyPatch,
    owner: type,
    method: str,
    fault: Callable[..., object],
    name: str,
) -> None:
    monkeypatch.setattr(owner, method, fault)
    with pytest.raises(Different):
        _walk(name, 40)


def _walk(name: str, walks: int) -> None:
    for number in range(walks):
        Walk(net(name), Random(f"{name} {number}"), Product(bundle(name))).run()
