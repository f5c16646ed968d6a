"""
What is counted while the house runs, for Prometheus; the figures of the state are read on asking.

Processes of one host share their counts through the folder ``PROMETHEUS_MULTIPROC_DIR``, which
``caseflow up`` sets and empties; without it each process counts for itself.
"""

from __future__ import annotations

import os

from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0, 20.0)

REQUESTS = Counter(
    "caseflow_requests", "Requests answered, by page and status", ["route", "method", "status"]
)
SECONDS = Histogram(
    "caseflow_request_seconds", "Time until the answer began", ["route"], buckets=_BUCKETS
)
CROWDED = Counter("caseflow_crowded", "Requests answered 503: no room, or no database")
SIGN_IN_FAILURES = Counter("caseflow_sign_in_failures", "Sign-ins that were refused")
WORK = Counter("caseflow_work", "Pieces of later work, by topic and outcome", ["topic", "outcome"])
SWEEP_FAILURES = Counter("caseflow_sweep_failures", "Sweeps that failed", ["sweep"])


def counted() -> bytes:
    """What the processes of this host have counted, as Prometheus reads it."""
    if FOLDER not in os.environ:
        return generate_latest(REGISTRY)
    whole = CollectorRegistry()
    multiprocess.MultiProcessCollector(whole)  # type: ignore[no-untyped-call]  # shipped so
    return generate_latest(whole)
