"""The file store: whatever fails while a file is kept, no wrong bytes ever lie under a hash."""

import errno
import hashlib
import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from caseflow.services import file_types, files, place
from caseflow.vocabulary import Conflict, Invalid

_BYTES = b"%PDF-1.4 " + bytes(range(256)) * 600
_SHA256 = hashlib.sha256(_BYTES).hexdigest()


@pytest.fixture(autouse=True)
def _store(tmp_path: Path) -> Iterator[None]:
    before = place.here() if place._settled else None  # noqa: SLF001 - put back below
    place.settle(place.under(tmp_path, fonts=tmp_path))
    yield
    if before is not None:
        place.settle(before)


def _keep() -> tuple[str, int]:
    return files.keep([_BYTES[:1000], _BYTES[1000:]])


def _is_in_order(root: Path) -> bool:
    """Every file of the store is what its name says."""
    stored = [path for path in root.glob("files/sha256/*/*/*") if path.is_file()]
    return all(hashlib.sha256(path.read_bytes()).hexdigest() == path.name for path in stored)


def test_what_was_kept_is_read_again(tmp_path: Path) -> None:
    assert _keep() == (_SHA256, len(_BYTES))
    assert files.read(_SHA256) == _BYTES
    assert files.path_of(_SHA256).stat().st_mode & 0o777 == 0o400
    assert list((tmp_path / "files" / "tmp").iterdir()) == []


def test_the_same_bytes_are_kept_once_also_by_many_at_once() -> None:
    with ThreadPoolExecutor(8) as pool:
        results = set(pool.map(lambda _: _keep(), range(40)))
    assert results == {(_SHA256, len(_BYTES))}
    assert files.path_of(_SHA256).stat().st_nlink == 1


def test_damaged_bytes_are_not_handed_out() -> None:
    _keep()
    path = files.path_of(_SHA256)
    path.chmod(0o600)
    path.write_bytes(_BYTES[:-1] + b"x")
    with pytest.raises(Conflict, match="file_damaged"):
        files.read(_SHA256)


@pytest.mark.parametrize("call", ["open", "fsync", "link"])
@pytest.mark.parametrize("failure", [errno.ENOSPC, errno.EIO])
def test_a_failing_disk_is_told_and_leaves_nothing_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, failure: int
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(failure, os.strerror(failure))

    with monkeypatch.context() as broken:
        broken.setattr(os, call, fail)
        with pytest.raises(OSError, match=os.strerror(failure)):
            _keep()
    assert _is_in_order(tmp_path)
    assert list((tmp_path / "files" / "tmp").iterdir()) == []
    assert _keep() == (_SHA256, len(_BYTES))


def _killed_at(call: int) -> bool:
    """Keep in a child that dies before its n-th call to the disk; False when it came through."""
    child = os.fork()
    if child == 0:
        left = call

        def strike(event: str, _: object) -> None:
            nonlocal left
            if event in ("open", "os.mkdir", "os.link", "os.remove"):
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(strike)
        try:
            _keep()
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def test_killed_at_any_call_to_the_disk_no_wrong_bytes_lie_under_a_hash(tmp_path: Path) -> None:
    call = 1
    while _killed_at(call):
        assert _is_in_order(tmp_path)
        call += 1
    assert call > 4
    assert files.read(_SHA256) == _BYTES


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"MZ\x90\x00"),
        ("a.exe", b"MZ\x90\x00"),
        ("a.pdf.exe", b"%PDF-1.4"),
        ("a.png", b"<svg onload=alert(1)>"),
        ("a.svg", b"<svg/>"),
        ("a.html", b"<html>"),
        ("a.jpg", b"<?php system($_GET[0]);"),
        ("a.txt", b"text\x00with nul"),
        ("a.csv", b"\x80\x80\x80\x80\x80\x80"),
        ("a", b"%PDF-1.4"),
        ("a.docx", b"\xd0\xcf\x11\xe0"),
        ("a.pdf", "只是文字".encode()),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(Invalid):
        file_types.media_type(name, content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.PDF", b"%PDF-1.4"),
        ("a.csv", "户名,税额".encode("gb18030")),
        ("a.txt", "税".encode()),
        ("a.xlsx", b"PK\x03\x04\x14\x00[Content_Types].xml"),
    ],
)
def test_what_officers_hand_in_is_taken(name: str, content: bytes) -> None:
    assert file_types.media_type(name, content)


@pytest.mark.parametrize(
    ("chunks", "code"),
    [
        ([], "file_empty"),
        ([b""], "file_empty"),
        ([b"x" * files.LARGEST, b"x"], "file_too_large"),
    ],
)
def test_nothing_and_too_much_are_refused_while_reading(
    tmp_path: Path, chunks: list[bytes], code: str
) -> None:
    with pytest.raises(Invalid, match=code):
        files.keep(chunks)
    assert list((tmp_path / "files" / "tmp").iterdir()) == []
