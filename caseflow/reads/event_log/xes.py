"""The event log as XES, the format of process-mining tools (IEEE 1849-2016), written as it is read.

A log holds extensions, globals, classifiers and its own attributes, in this order, then its traces;
every trace and event has what the globals promise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from xml.sax.saxutils import quoteattr

from caseflow import clock
from caseflow.engine import safe_xml
from caseflow.reads.event_log.people import People
from caseflow.reads.event_log.traces import Event, Trace

Pick = Callable[[str, str], str]
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<global scope="trace">
<string key="concept:name" value="UNKNOWN"/>
</global>
<global scope="event">
<string key="concept:name" value="UNKNOWN"/>
<string key="lifecycle:transition" value="complete"/>
<date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>
<string key="element" value="UNKNOWN"/>
</global>
<classifier name="Activity" scope="event" keys="concept:name"/>
<classifier name="Activity and life cycle" scope="event" keys="concept:name lifecycle:transition"/>
<classifier name="Resource" scope="event" keys="org:resource"/>
"""


def written(traces: Iterable[Trace], *, name: str, people: People, pick: Pick) -> Iterator[str]:
    """
    Write a log piece by piece.

    Args:
        traces: the cases.
        name: what the log is called.
        people: how people are called.
        pick: chooses between the Chinese and the English name of a thing.

    """
    yield _HEAD
    yield _text("concept:name", name)
    yield _text("lifecycle:model", "standard")
    yield _date("extracted", clock.now())
    for trace in traces:
        yield "".join(_trace(trace, people, pick))
    yield "</log>\n"


def _trace(trace: Trace, people: People, pick: Pick) -> Iterator[str]:
    yield "<trace>\n"
    yield _text("concept:name", trace.number)
    yield f'<int key="version" value="{trace.version}"/>\n'
    yield _text("status", trace.status)
    yield _text("outcome", trace.outcome)
    yield _text("district", pick(trace.district, trace.district_en))
    yield _text("section", pick(trace.section, trace.section_en))
    for event in trace.events:
        yield from _event(event, people, pick)
    yield "</trace>\n"


def _event(event: Event, people: People, pick: Pick) -> Iterator[str]:
    yield "<event>\n"
    yield _text("concept:name", pick(event.name, event.name_en))
    yield _text("concept:instance", event.instance)
    yield _text("lifecycle:transition", event.transition)
    yield _date("time:timestamp", event.at)
    yield _text("element", event.element)
    yield _text("org:resource", event.system or _person(event.user_id, people))
    yield _text("org:role", event.role)
    yield _text("org:group", pick(event.unit, event.unit_en))
    if event.is_sent_back:
        yield '<boolean key="sent_back" value="true"/>\n'
    yield "</event>\n"


def _person(user_id: int | None, people: People) -> str:
    return "" if user_id is None else people(user_id)


def _text(key: str, value: str) -> str:
    """An attribute; what is empty is left out."""
    if not value:
        return ""
    return f'<string key="{key}" value={quoteattr(safe_xml.UNWRITABLE.sub("", value))}/>\n'


def _date(key: str, at: datetime) -> str:
    told = at.astimezone(clock.BUREAU_ZONE).isoformat(timespec="milliseconds")
    return f'<date key="{key}" value="{told}"/>\n'
