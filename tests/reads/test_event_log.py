"""The event log read back by the rules of IEEE 1849-2016, and against what was done."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy.orm import Session

from caseflow.models import Case, Task
from caseflow.reads import event_log
from caseflow.reads.cases import Course
from caseflow.reads.event_log import Event, Trace
from caseflow.reads.insight import Wish
from caseflow.vocabulary import Actor
from tests import cast, desk, factories
from tests.cast import Cast

_NAMESPACE = "{http://www.xes-standard.org/}"
# The kinds of attributes and what their values are written as.
_KINDS: dict[str, Callable[[str], object]] = {
    "string": str,
    "date": datetime.fromisoformat,
    "int": int,
    "float": float,
    "boolean": {"true": True, "false": False}.__getitem__,
    "id": str,
}
# The standard extensions by prefix: what the parts of a log may bear of each.
_EXTENSIONS = {
    "concept": ("Concept", {"log": {"name"}, "trace": {"name"}, "event": {"name", "instance"}}),
    "lifecycle": ("Lifecycle", {"log": {"model"}, "event": {"transition", "state"}}),
    "org": ("Organizational", {"event": {"resource", "role", "group"}}),
    "time": ("Time", {"event": {"timestamp"}}),
}
# The transactional model that ``lifecycle:model`` names "standard".
_TRANSITIONS = {
    *("schedule", "assign", "withdraw", "reassign", "start", "suspend", "resume", "pi_abort"),
    *("ate_abort", "complete", "autoskip", "manualskip", "unknown"),
}
_ORDER = ("extension", "global", "classifier", "attribute", "trace")
_KEY = re.compile(r"[A-Za-z_:][\w:.-]*\Z")


@pytest.fixture
def people(session: Session) -> Cast:
    people = cast.enter(session)
    closed = factories.case(session, factories.taxpayer(session))
    desk.to_desk_check(session, people, closed)
    desk.check(session, people, closed)
    desk.do(session, people.officer, closed, "conclusion", desk.conclusion(session, closed))
    agreed = {"review_decision": "agree", "opinion": "同意"}
    desk.do(session, people.chief, closed, "review", agreed)
    desk.do(session, people.officer, closed, "closing_check", {"sign_off": True})
    factories.case(session, factories.taxpayer(session, section="0201", serial=2))
    session.flush()  # the log is read by queries
    return people


def _log(session: Session, actor: Actor, *, is_named: bool = True) -> ET.Element:
    called = event_log.named(session) if is_named else event_log.pseudonymous()
    traces = event_log.traces(session, actor, Wish(Course()))
    pieces = event_log.written(traces, name="预警核查", people=called, pick=lambda zh, _en: zh)
    return ET.fromstring("".join(pieces))  # noqa: S314 - written by ourselves


def _kind(part: ET.Element) -> str:
    assert part.tag.startswith(_NAMESPACE)
    return part.tag.removeprefix(_NAMESPACE)


def _attributes(part: ET.Element) -> dict[str, object]:
    """The attributes of a part; keys are names, told once, and values fit their kind."""
    found: dict[str, object] = {}
    for each in part:
        if (kind := _kind(each)) in _KINDS:
            assert set(each.attrib) == {"key", "value"}
            key = each.attrib["key"]
            assert _KEY.match(key)
            assert key not in found
            found[key] = _KINDS[kind](each.attrib["value"])
    return found


def _parts(log: ET.Element, kind: str) -> Iterator[ET.Element]:
    return (part for part in log if _kind(part) == kind)


def test_log_is_built_as_the_schema_wants_it(session: Session, people: Cast) -> None:
    log = _log(session, people.director)
    assert _kind(log) == "log"
    assert Decimal(log.attrib["xes.version"]) == Decimal("1849.2016")
    kinds = ["attribute" if _kind(part) in _KINDS else _kind(part) for part in log]
    assert set(kinds) == set(_ORDER)
    assert kinds == sorted(kinds, key=_ORDER.index)
    declared = {part.attrib["prefix"]: part.attrib for part in _parts(log, "extension")}
    assert {prefix: each["name"] for prefix, each in declared.items()} == {
        prefix: name for prefix, (name, _) in _EXTENSIONS.items()
    }
    for prefix, each in declared.items():
        assert each["uri"] == f"http://www.xes-standard.org/{prefix}.xesext"
    for trace in _parts(log, "trace"):
        assert {_kind(part) for part in trace} <= {*_KINDS, "event"}
        order = [_kind(part) == "event" for part in trace]
        assert order == sorted(order)


def test_extensions_are_used_where_they_may_be(session: Session, people: Cast) -> None:
    log = _log(session, people.director)
    levels = [("log", log), *(("trace", trace) for trace in _parts(log, "trace"))]
    levels += [("event", event) for _, trace in levels[1:] for event in _parts(trace, "event")]
    for level, part in levels:
        for key in _attributes(part):
            prefix, colon, name = key.rpartition(":")
            if colon:
                assert name in _EXTENSIONS[prefix][1][level], (level, key)
    transitions = {_attributes(part)["lifecycle:transition"] for name, part in levels[3:]}
    assert transitions <= _TRANSITIONS


def test_every_trace_and_event_has_what_the_globals_promise(session: Session, people: Cast) -> None:
    log = _log(session, people.director)
    promised = {part.attrib["scope"]: set(_attributes(part)) for part in _parts(log, "global")}
    assert set(promised) == {"trace", "event"}
    known = set(promised["event"])
    for trace in _parts(log, "trace"):
        assert promised["trace"] <= set(_attributes(trace))
        for event in _parts(trace, "event"):
            assert promised["event"] <= set(_attributes(event))
            known |= set(_attributes(event))
    for classifier in _parts(log, "classifier"):
        assert set(classifier.attrib["keys"].split()) <= known


def test_log_tells_what_was_done_and_by_whom(session: Session, people: Cast) -> None:
    traces = list(_parts(_log(session, people.director), "trace"))
    numbers = {case.number for case in session.query(Case)}
    assert {_attributes(trace)["concept:name"] for trace in traces} == numbers
    told = [_attributes(event) for event in _parts(traces[0], "event")]
    times = [str(each["time:timestamp"]) for each in told]
    assert times == sorted(times)
    done = [
        (each["element"], each["org:resource"])
        for each in told
        if each["lifecycle:transition"] == "complete" and "concept:instance" in each
    ]
    who = {name: getattr(people, name).name for name in ("leader", "chief", "officer", "partner")}
    assert done == [
        ("dispatching/dispatch", who["leader"]),
        ("dispatching/assign", who["chief"]),
        ("dispatching/accept_main", who["officer"]),
        ("dispatching/accept_second", who["partner"]),
        ("desk_check", who["officer"]),
        ("conclusion", who["officer"]),
        ("deciding/review", who["chief"]),
        ("closing_check", who["officer"]),
    ]
    assert told[0]["concept:name"] == "case.opened"
    steps = (
        session.query(Task).join(Case).filter(Case.number == _attributes(traces[0])["concept:name"])
    )
    scheduled = [each for each in told if each["lifecycle:transition"] == "schedule"]
    assert len(scheduled) == steps.count()


def test_log_holds_no_case_out_of_reach_and_no_taxpayer(session: Session, people: Cast) -> None:
    log = _log(session, people.leader)
    assert len(list(_parts(log, "trace"))) == 1
    text = ET.tostring(log, encoding="unicode")
    assert "商贸有限公司" not in text
    assert "2102020" not in text


def test_signs_stand_for_the_same_person_in_one_log_alone(session: Session, people: Cast) -> None:
    names = _resources(_log(session, people.director))
    first, second = (_resources(_log(session, people.director, is_named=False)) for _ in range(2))
    assert {people.officer.name, "caseflow"} <= set(names)
    assert not set(names) & set(first) - {"caseflow"}
    assert set(first) & set(second) == {"caseflow"}
    for own, sign in zip(names, first, strict=True):
        assert names.count(own) == first.count(sign)


def _resources(log: ET.Element) -> list[str]:
    return [
        str(resource)
        for trace in _parts(log, "trace")
        for event in _parts(trace, "event")
        if (resource := _attributes(event).get("org:resource"))
    ]


def test_names_of_any_characters_leave_the_log_well_formed(session: Session) -> None:
    name = "<甲>&\"乙'\x00\x1b\ud800\ufffe]]>"
    at = datetime.fromisoformat("2010-01-25T09:00:00.123+08:00")
    event = Event(at, name, name, "complete", name, "", user_id=1, unit=name, unit_en=name)
    trace = Trace(name, 1, "open", "", name, name, name, name, (event,))
    pieces = event_log.written([trace], name=name, people=str, pick=lambda zh, _en: zh)
    log = ET.fromstring("".join(pieces).encode())  # noqa: S314 - written by ourselves
    (read,) = _parts(next(_parts(log, "trace")), "event")
    assert _attributes(read)["concept:name"] == "<甲>&\"乙']]>"
    assert _attributes(read)["time:timestamp"] == at
    del session
