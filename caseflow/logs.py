"""
Structured logs: one JSON object a line, for operators and for whoever ships them off the host.

A line names what happened by English words, ids, codes and hashes, never by what somebody typed:
values are stripped of Chinese text (names of people and taxpayers) and of tax numbers, and errors
are told by their kind and place without what they say. Code logs ``event=word key=value …``; what
is the same for all lines of a request or a job is said once, with ``about``.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

_PAIR = re.compile(r"(\w+)=(\S*)")
_OURS = "event="
# What a line must not hold: Han text, and runs that may be a tax, bank, identity or mobile number.
# An identity number may end in a small x; other small letters are of hashes, which stay.
_HAN = re.compile("[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_LONG_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9]{6}[0-9A-Z]{7,14}|[0-9]{17}[Xx]|1[3-9][0-9]{9})(?![0-9A-Za-z])"
)
_LONGEST, _FRAMES = 300, 12
_RECEIPTS_A_LINE, _RECEIPTS_A_REQUEST = 50, 5

_about: ContextVar[Mapping[str, object]] = ContextVar("caseflow_log", default=MappingProxyType({}))
# Receipts of the request or job under way.
_given: ContextVar[list[str] | None] = ContextVar("caseflow_receipts", default=None)
_log = logging.getLogger("caseflow.record")


class Lines(logging.Formatter):
    """Each log record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        told: dict[str, object] = {"at": at, "level": record.levelname.lower()}
        message = record.getMessage()
        if message.startswith(_OURS):
            told.update(_PAIR.findall(message))
        else:
            told |= {"event": "message", "text": cleaned(message)[:_LONGEST]}
        told |= {"logger": record.name, "pid": record.process, **_about.get()}
        told |= getattr(record, "said", {})
        if record.exc_info and record.exc_info[1] is not None:
            told["error"] = _error(record.exc_info[1])
        return json.dumps(_clean(told), ensure_ascii=True, separators=(",", ":"))


class Folder(logging.Handler):
    """Appends each line to today's file of the folder; many processes may share it."""

    def __init__(self, folder: Path, name: str) -> None:
        """Write to ``folder/name-YYYY-MM-DD.jsonl`` from now on, a new file each day (UTC)."""
        super().__init__()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder, self._name = folder, name
        self._day, self._file = "", -1

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line with one call, so that lines of processes never mix."""
        try:
            line = self.format(record).encode() + b"\n"
            day = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%d")
            if day != self._day:
                self._turn_to(day)
            os.write(self._file, line)
        except OSError:
            self.handleError(record)

    def _turn_to(self, day: str) -> None:
        if self._file >= 0:
            os.close(self._file)
        path = self._folder / f"{self._name}-{day}.jsonl"
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self._day = day


def settle(var: Path, name: str) -> None:
    """Send the logs of this process to the files of ``var/logs``, and warnings to its output."""
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    for old in root.handlers[:]:
        root.removeHandler(old)
    shipped, shown = Folder(var / "logs", name), logging.StreamHandler(sys.stderr)
    shown.setLevel(logging.WARNING)
    for handler in (shipped, shown):
        handler.setFormatter(Lines())
        root.addHandler(handler)
    for noisy in ("rq", "alembic", "werkzeug"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


@contextmanager
def watched(**values: object) -> Iterator[None]:
    """As ``about``, for one request or job: what it commits is known at its end."""
    token = _given.set([])
    try:
        with about(**values):
            yield
    finally:
        _given.reset(token)


@contextmanager
def about(**values: object) -> Iterator[None]:
    """Say something of every line that is logged inside."""
    token = _about.set({**_about.get(), **values})
    try:
        yield
    finally:
        _about.reset(token)


def say(log: logging.Logger, event: str, **values: object) -> None:
    """Log an event with values that are more than words: numbers, lists."""
    log.info("event=%s", event, extra={"said": values})


def give_receipts(receipts: Sequence[str]) -> None:
    """Log the receipts of acts that were just committed: evidence that leaves the house at once.

    Each is ``stream#number:hash``. Whoever cuts the record's end after this is found out by them.
    """
    for first in range(0, len(receipts), _RECEIPTS_A_LINE):
        share = list(receipts[first : first + _RECEIPTS_A_LINE])
        say(_log, "recorded", receipts=share)
    given = _given.get()
    if given is not None:
        given.extend(receipts)


def receipts_given() -> list[str]:
    """The first receipts of what was committed since ``watched`` began."""
    return list(_given.get() or ())[:_RECEIPTS_A_REQUEST]


def case_of_receipts() -> int | None:
    """The case that the first receipt of a case belongs to."""
    for receipt in _given.get() or ():
        kind, _, rest = receipt.partition(":")
        if kind == "case":
            return int(rest.partition("#")[0])
    return None


def cleaned(text: str) -> str:
    """A text without Chinese and without long numbers.

    >>> cleaned("no room for 大连甲公司 210202123456789 in case 17")
    'no room for … # in case 17'
    """
    return _LONG_NUMBER.sub("#", _HAN.sub("…", text))[: 2 * _LONGEST]


def _clean(value: object) -> object:
    match value:
        case None | bool() | int() | float():
            return value
        case Mapping():
            return {str(name): _clean(each) for name, each in value.items()}
        case list() | tuple():
            return [_clean(each) for each in value]
    return cleaned(str(value))


def _error(error: BaseException) -> dict[str, object]:
    """The kind of an error and where it arose; what it says may be somebody's data."""
    told: dict[str, object] = {"kind": type(error).__name__}
    for name in ("code", "sqlstate"):
        value = getattr(error, name, None) or getattr(getattr(error, "orig", None), name, None)
        if isinstance(value, str):
            told[name] = value
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    told["at"] = [f"{_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
    if error.__cause__ is not None:
        told["cause"] = type(error.__cause__).__name__
    return told


def _place(path: str) -> str:
    """The file from its package on."""
    parts = Path(path).parts
    return "/".join(parts[-3:])
