"""The event log of a process: each case as a trace of what was done on it, for process mining."""

from caseflow.reads.event_log.people import People, named, pseudonymous
from caseflow.reads.event_log.traces import Event, Trace, traces
from caseflow.reads.event_log.xes import written

__all__ = ["Event", "People", "Trace", "named", "pseudonymous", "traces", "written"]
