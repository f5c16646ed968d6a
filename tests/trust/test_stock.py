"""Plain SpiffWorkflow beside the product: the faults that are known are found, and no others.

The product must agree with the interpreter at every step; where the plain package does not, one
of the known faults has to explain it. So the harness is seen to find what it was made to find.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from caseflow import engine
from tests.trust.counts import IS_LONG
from tests.trust.stock import ALIKE, Program, Stock
from tests.trust.stock.reasons import REASONS, Gap, reason
from tests.trust.walks import DRAWINGS, FORM, Different, Product, Walk, bundle, net

WALKS = 150 if IS_LONG else 8
REFUSED = Path(__file__).parent / "stock" / "refused"
# What a short run has to find too; the others are rarer.
OFTEN = {
    "call mapping ignored",
    "caught by all around",
    "handler begins at once",
    "handler in a sub-process is deaf",
    "handler never interrupts",
    "idle handler holds its scope",
    "join fires early",
    "no counters of instances",
    "no second round of instances",
}
# The library reads no business rule task of this kind.
UNREAD = {"multi_of_all_kinds", "tasks_of_all_kinds"}
# It cannot store a date.
APART = {"dates_from_outside"}


@dataclass
class Comparison:
    """What all walks together showed."""

    unread: set[str] = field(default_factory=set)
    walks: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    by_drawing: dict[str, Counter[str]] = field(default_factory=dict)
    unexplained: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def program() -> Iterator[Program]:
    running = Program()
    yield running
    running.close()


@pytest.fixture(scope="module")
def comparison(program: Program) -> Comparison:
    found = Comparison()
    for name in sorted({file.stem for file in DRAWINGS.glob("*.bpmn")} - APART):
        if program.load(name):
            found.unread.add(name)
            continue
        for number in range(WALKS):
            _walk(name, number, program, found)
    return found


def _walk(name: str, number: int, program: Program, found: Comparison) -> None:
    walk = Walk(net(name), Random(number), Product(bundle(name)), Stock(program), manner=ALIKE)
    found.walks += 1
    try:
        walk.run()
    except Different as different:
        why = reason(Gap(walk, different)) if different.engine == "Stock" else ""
        if why:
            found.faults[why] += 1
            found.by_drawing.setdefault(name, Counter())[why] += 1
        else:
            found.unexplained.append(f"{name} {number} {different}")


def test_every_difference_is_a_known_fault(
    comparison: Comparison, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [f"  {count:5} {name}" for name, count in comparison.faults.most_common()]
    with capsys.disabled():
        print(  # noqa: T201 -- the counts of a run
            f"\n{comparison.walks} walks with plain SpiffWorkflow; its faults:", *lines, sep="\n"
        )
    assert not comparison.unexplained


@pytest.mark.parametrize("fault", list(REASONS) if IS_LONG else sorted(OFTEN))
def test_known_fault_is_found(comparison: Comparison, fault: str) -> None:
    assert comparison.faults[fault] > 0


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("rework_three_reviews", "join fires early"),
        ("rework_nested", "join fires early"),
        ("inclusive_nested", "join fires early"),
        ("event_sub_withdrawal", "handler never interrupts"),
        ("multi_nested", "no second round of instances"),
    ],
)
def test_fault_is_found_where_it_is_known(comparison: Comparison, name: str, fault: str) -> None:
    assert comparison.by_drawing[name][fault] > 0


@pytest.mark.parametrize("name", ["subprocess_rework", "terminate_levels", "nested_lanes"])
def test_where_the_package_is_right_nothing_is_found(comparison: Comparison, name: str) -> None:
    assert name not in comparison.by_drawing


def test_library_reads_all_drawings_but_these(comparison: Comparison) -> None:
    assert comparison.unread == UNREAD


@pytest.mark.parametrize(
    ("name", "element", "seen"),
    [
        # Nothing is open and nothing ever will be: the token is gone.
        ("link_event", "jump", {"open": [], "ended": False}),
        ("send_without_message", "notify", {"open": ["approve"], "ended": False}),
        ("receive_without_message", "wait_for_reply", {"open": ["approve"], "ended": False}),
    ],
)
def test_what_the_package_drops_silently_is_refused_by_name(
    program: Program, name: str, element: str, seen: dict[str, object]
) -> None:
    data = (REFUSED / f"{name}.bpmn").read_bytes()
    program.ask(drawing=data.decode(), key=name)
    found = program.ask(kind="begin", now="2010-01-25T01:00:00+00:00", values={}, word="")
    findings = engine.check({f"{name}.bpmn": data, "plain.form": FORM})
    assert found == seen
    assert element in {finding.element for finding in findings if finding.level == "error"}
