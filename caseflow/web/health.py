"""What watchers of the house ask: is the process alive, can it work, how does it do in figures."""

from __future__ import annotations

import hmac
import ipaddress
import os
from collections.abc import Iterator
from http import HTTPStatus
from itertools import groupby

from flask import Blueprint, abort, jsonify, request
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from caseflow import metrics as counts
from caseflow.reads import health as reads
from caseflow.web.house import surveying

bp = Blueprint("health", __name__)

TOKEN = "CASEFLOW_METRICS_TOKEN"  # noqa: S105 -- the name of a setting
_OWN_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
_PASSED_ON = ("X-Forwarded-For", "Forwarded", "X-Real-IP")


@bp.get("/healthz")
def alive() -> tuple[Response, int]:
    """Whether this process answers; asks nobody else."""
    return jsonify(status="ok"), HTTPStatus.OK


@bp.get("/readyz")
def ready() -> tuple[Response, int]:
    """Whether requests should be sent here, and what is away."""
    try:
        with surveying() as session:
            health = reads.of(session)
    except SQLAlchemyError:
        answer = jsonify(status="away", parts={"database": "away"})
        answer.headers["Retry-After"] = "5"
        return answer, HTTPStatus.SERVICE_UNAVAILABLE
    parts = {
        "database": "ok",
        "schema": "ok" if health.schema == health.schema_wanted else "wrong",
        "sealer": "ok" if health.seal_lag < reads.LONGEST_LAG else "behind",
        "clockwork": "away" if "clockwork" in health.degraded else "ok",
        "worker": "away" if "worker" in health.degraded else "ok",
        "redis": {"here": "ok", "none": "not used"}.get(str(health.redis), "away"),
    }
    figures = {
        "schema": [health.schema, health.schema_wanted],
        "seal_lag_seconds": round(health.seal_lag.total_seconds(), 1),
        "seals_pending": health.pending,
    }
    if not health.is_ready:
        return jsonify(status="away", parts=parts, **figures), HTTPStatus.SERVICE_UNAVAILABLE
    status = "degraded" if health.degraded else "ready"
    return jsonify(status=status, parts=parts, **figures), HTTPStatus.OK


@bp.get("/metrics")
def metrics() -> Response:
    """Counts and figures for Prometheus: to this machine alone, else to who has the token."""
    if not _may_measure():
        abort(HTTPStatus.NOT_FOUND)
    text = counts.counted()
    try:
        with surveying() as session:
            text += "\n".join(_lines(reads.figures(session))).encode() + b"\n"
            text += b"caseflow_database_up 1\n"
    except SQLAlchemyError:
        text += b"caseflow_database_up 0\n"
    return Response(text, content_type=CONTENT_TYPE_LATEST)


def _lines(figures: Iterator[reads.Figure]) -> Iterator[str]:
    """Figures in the text format, each name explained once."""
    for name, group in groupby(figures, key=lambda figure: figure.name):
        for place, figure in enumerate(group):
            if place == 0:
                yield f"# HELP {name} {figure.help}"
                yield f"# TYPE {name} gauge"
            labels = ",".join(f'{key}="{value}"' for key, value in figure.labels)
            yield f"{name}{{{labels}}} {figure.value}" if labels else f"{name} {figure.value}"


def _may_measure() -> bool:
    """With a token set, who has it; else a request from this machine that nobody passed on."""
    wanted = os.environ.get(TOKEN)
    if wanted:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), wanted.encode())
    if any(name in request.headers for name in _PASSED_ON):
        return False
    if request.host.rpartition(":")[0] not in _OWN_NAMES and request.host not in _OWN_NAMES:
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
