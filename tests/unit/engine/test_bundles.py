"""Which of the files beside a drawing are its own."""

import pytest

from caseflow import engine
from tests.unit.engine.decisions.test_tables import dmn
from tests.unit.engine.sketch import bundle

ASKS = "start s\nrule r table result\nend e\ns -> r -> e"
OWN = dmn("", ['-; -; - -> "low"'])
OTHER = OWN.replace(b'id="table"', b'id="other"')


@pytest.mark.parametrize(
    "change",
    [
        (b"<text>-</text>", b"<text>&gt;&gt; 3</text>"),
        (b"<text>tax</text>", b"<text>tax +</text>"),
        (b'<inputExpression id="x1">', b'<inputExpression id="x1" typeRef="unheard_of">'),
        (b"<inputEntry><text>-</text></inputEntry>", b""),
    ],
)
def test_a_table_of_others_is_not_taken_for_what_is_wrong_in_its_cells(
    change: tuple[bytes, bytes],
) -> None:
    files = bundle(ASKS, table__dmn=OWN, other__dmn=OTHER.replace(*change))
    assert engine.pick(files, "sketch.bpmn").keys() == {"sketch.bpmn", "table.dmn"}


def test_a_file_that_may_hold_the_wanted_table_is_taken_along() -> None:
    files = bundle(ASKS, other__dmn=OTHER.replace(b"</definitions>", b""))
    assert engine.pick(files, "sketch.bpmn").keys() == {"sketch.bpmn", "other.dmn"}


def test_a_drawing_without_a_kind_is_a_part_of_others() -> None:
    part = bundle("start s\nend e\ns -> e")["sketch.bpmn"]
    said = b'<camunda:property name="kind" value="WV"/>'
    extension = b"<extensionElements><camunda:properties>" + said
    extension += b"</camunda:properties></extensionElements>"
    kind = part.replace(b'isExecutable="true">', b'isExecutable="true">' + extension)
    assert engine.kinds({"kind.bpmn": kind, "part.bpmn": part}) == ["kind.bpmn"]
