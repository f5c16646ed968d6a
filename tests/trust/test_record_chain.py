"""The chain in memory: whatever byte is changed anywhere in it, the walk notices."""

import uuid
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from caseflow.models.record import RecordEvent
from caseflow.reads.record_chain import Keys, walk
from caseflow.record_format import canonical, leaf_hash, signed_text

_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
_KEYS = Keys((_KEY.public_key().public_bytes_raw().hex(),), ())
_STREAM = "case:7"
_LENGTH = 6
_START = datetime(2010, 1, 25, 1, tzinfo=UTC)


def _written() -> list[RecordEvent]:
    events: list[RecordEvent] = []
    prev = bytes(32)
    for seq in range(1, _LENGTH + 1):
        said = {
            "stream": _STREAM,
            "actor": f"user:{seq}",
            "action": "task.completed",
            "payload": canonical({"task": f"step_{seq}", "status": "in_progress", "note": "税"}),
        }
        idem = uuid.UUID(int=seq)
        at = _START + timedelta(seconds=seq)
        sig = _KEY.sign(signed_text(idem=idem, **said))
        event = RecordEvent(**said, id=seq, seq=seq, at=at, idem=idem, sig=sig, prev=prev)
        prev = event.hash = leaf_hash(event)
        events.append(event)
    return events


_SOUND = _written()


def _copies() -> list[RecordEvent]:
    return [
        RecordEvent(**{c.key: getattr(event, c.key) for c in RecordEvent.__table__.columns})
        for event in _SOUND
    ]


def _is_sound(events: list[RecordEvent]) -> bool:
    return not walk(_STREAM, events, _KEYS).problems


def test_what_was_written_is_sound() -> None:
    assert _is_sound(_copies())


@given(
    place=st.integers(0, _LENGTH - 1),
    column=st.sampled_from(["stream", "actor", "action", "payload"]),
    at=st.integers(0, 10_000),
    letter=st.characters(codec="utf-8"),
)
def test_any_changed_character_is_noticed(place: int, column: str, at: int, letter: str) -> None:
    events = _copies()
    before = getattr(events[place], column)
    at %= len(before)
    after = before[:at] + letter + before[at + 1 :]
    setattr(events[place], column, after)
    assert _is_sound(events) == (after == before)


@given(
    place=st.integers(0, _LENGTH - 1),
    column=st.sampled_from(["sig", "prev", "hash"]),
    bit=st.integers(0, 10_000),
)
def test_any_changed_bit_is_noticed(place: int, column: str, bit: int) -> None:
    events = _copies()
    content = bytearray(getattr(events[place], column))
    bit %= len(content) * 8
    content[bit // 8] ^= 1 << bit % 8
    setattr(events[place], column, bytes(content))
    assert not _is_sound(events)


@given(place=st.integers(0, _LENGTH - 1), microseconds=st.integers(-(10**12), 10**12))
def test_any_moved_time_is_noticed(place: int, microseconds: int) -> None:
    events = _copies()
    events[place].at += timedelta(microseconds=microseconds)
    assert _is_sound(events) == (microseconds == 0)


@given(st.permutations(range(_LENGTH)), st.integers(1, _LENGTH))
def test_any_other_order_or_choice_is_noticed(order: list[int], kept: int) -> None:
    copies = _copies()
    events = [copies[index] for index in order[:kept]]
    # A chain that only lost its end is sound in itself: the case's row misses it.
    assert _is_sound(events) == (order[:kept] == list(range(kept)))


@given(place=st.integers(0, _LENGTH - 1), text=st.text(max_size=20))
def test_hashes_made_anew_do_not_help_without_the_key(place: int, text: str) -> None:
    events = _copies()
    events[place].payload = canonical({"note": text})
    prev = bytes(32)
    for event in events:
        event.prev = prev
        prev = event.hash = leaf_hash(event)
    found = walk(_STREAM, events, _KEYS).problems
    assert [(problem.code.name, problem.seq) for problem in found] == [("SIGNATURE", place + 1)]
