"""One stream of the record, event by event: numbers, hashes, times, signatures."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.models.record import RecordEvent
from caseflow.reads.record_problems import Code, Problem
from caseflow.record_format import (
    BEGINNING,
    KEY_RECORDED,
    KEYS_STREAM,
    leaf_hash,
    signed_text,
)


@dataclass(frozen=True, slots=True)
class Keys:
    """The public keys whose signatures count, and what was found wrong with those on record."""

    public: tuple[str, ...]
    problems: tuple[Problem, ...]

    def signed(self, event: RecordEvent) -> bool:
        """Whether one of the keys signed what this event says."""
        return any(_signed_by(key, event) for key in self.public)


@dataclass(slots=True)
class Walk:
    """What a stream says once it has been walked: its facts beside its problems."""

    stream: str
    length: int = 0
    problems: list[Problem] = field(default_factory=list)
    # Number of the act -> hash of its canonical answers.
    answers: dict[int, str] = field(default_factory=dict)
    # Hash of a paper or file -> number of the act that names it.
    papers: dict[str, int] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)
    status: str | None = None
    outcome: str | None = None

    def find(self, code: Code, seq: int | None = None, **values: object) -> None:
        """Note a problem of this stream."""
        self.problems.append(Problem(code, self.stream, seq, values))


def keys(session: Session, trusted: Iterable[str] = ()) -> Keys:
    """The keys of the stream ``sys:keys``.

    Without ``trusted`` keys the first on record is taken on trust; every later one must come in
    an event that a key already known has signed.
    """
    known = list(dict.fromkeys(trusted))
    problems: list[Problem] = []
    for event in session.scalars(
        select(RecordEvent).where(RecordEvent.stream == KEYS_STREAM).order_by(RecordEvent.seq)
    ):
        public = str(payload_of(event).get("public", ""))
        if event.action != KEY_RECORDED or public in known:
            continue
        if not known or any(_signed_by(key, event) for key in known):
            known.append(public)
        else:
            problems.append(Problem(Code.FOREIGN_KEY, KEYS_STREAM, event.seq, {"key": public}))
    if not known:
        problems.append(Problem(Code.NO_KEY, KEYS_STREAM))
    return Keys(tuple(known), tuple(problems))


def walk(
    stream: str,
    events: Iterable[RecordEvent],
    writers: Keys,
    *,
    before: RecordEvent | None = None,
) -> Walk:
    """Go through the events of one stream in their order, from the one after ``before`` on.

    Each event is held against what is stored of the one before, so that one change is reported
    where it was made and not at every event that follows.
    """
    seen = Walk(stream)
    for event in events:
        _link(seen, before, event)
        if leaf_hash(event) != event.hash:
            seen.find(Code.HASH, event.seq)
        elif writers.public and not writers.signed(event):
            seen.find(Code.SIGNATURE, event.seq)
        _read(seen, event)
        seen.length = event.seq
        before = event
    return seen


def payload_of(event: RecordEvent) -> Mapping[str, Any]:
    """The payload; nothing of it when somebody has made it unreadable."""
    try:
        content = json.loads(event.payload)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _link(seen: Walk, before: RecordEvent | None, event: RecordEvent) -> None:
    wanted = 1 if before is None else before.seq + 1
    if event.seq != wanted:
        seen.find(Code.GAP, event.seq, wanted=wanted)
    if before is None:
        if event.prev != BEGINNING:
            seen.find(Code.FIRST, event.seq)
        return
    if event.prev != before.hash:
        seen.find(Code.PREV, event.seq)
    if event.at < before.at:
        seen.find(Code.TIME, event.seq)


def _read(seen: Walk, event: RecordEvent) -> None:
    content = payload_of(event)
    if not content and event.payload != "{}":
        seen.find(Code.PAYLOAD, event.seq)
    if isinstance(content.get("answers"), str):
        seen.answers[event.seq] = content["answers"]
    seen.status = content.get("status", seen.status)
    seen.outcome = content.get("outcome", seen.outcome)
    for told in _tellings(content):
        kept = seen.papers if "paper" in told else seen.files
        kept.setdefault(str(told["sha256"]), event.seq)


def _tellings(content: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The parts of a payload that name bytes by their hash: itself, or effects of the step."""
    parts = [content, *content.get("effects", [])]
    return (part for part in parts if isinstance(part, dict) and "sha256" in part)


def _signed_by(public: str, event: RecordEvent) -> bool:
    text = signed_text(
        stream=event.stream,
        actor=event.actor,
        action=event.action,
        idem=event.idem,
        payload=event.payload,
    )
    try:
        _key(public).verify(event.sig, text)
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=16)
def _key(public: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
