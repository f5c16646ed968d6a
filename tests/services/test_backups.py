"""Stores of immutable files copied: what is rotten in one place is taken from the other."""

import hashlib
from pathlib import Path

import pytest

from caseflow.services import backups

_BYTES = b"%PDF-1.7 evidence"
_NAME = hashlib.sha256(_BYTES).hexdigest()


def _store(folder: Path, content: bytes) -> Path:
    path = folder / "sha256" / _NAME[:2] / _NAME[2:4] / _NAME
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("here", "there", "damaged"),
    [
        (_BYTES, b"rotten", False),
        (b"rotten", _BYTES, False),
        (b"rotten", b"rotten too", True),
    ],
)
def test_the_sound_copy_of_two_is_kept(
    tmp_path: Path, here: bytes, there: bytes, *, damaged: bool
) -> None:
    _store(tmp_path / "source", here)
    copied = _store(tmp_path / "target", there)
    copied.chmod(0o400)
    hashes, found = backups.copy_store(tmp_path / "source", tmp_path / "target")
    assert (len(hashes), bool(found)) == (1, damaged)
    assert (copied.read_bytes() == _BYTES) is not damaged


def test_what_lies_in_the_archive_is_read_only_when_it_is_verified(tmp_path: Path) -> None:
    _store(tmp_path / "source", _BYTES)
    assert backups.add_to_store(tmp_path / "source", tmp_path / "target") == (1, [])
    copied = tmp_path / "target" / "sha256" / _NAME[:2] / _NAME[2:4] / _NAME
    assert copied.read_bytes() == _BYTES
    copied.chmod(0o600)
    copied.write_bytes(b"x" * len(_BYTES))
    assert backups.add_to_store(tmp_path / "source", tmp_path / "target") == (0, [])
    assert backups.copy_store(tmp_path / "source", tmp_path / "target")[1] == []
    assert copied.read_bytes() == _BYTES


@pytest.mark.parametrize("there", [b"", _BYTES[:-1]])
def test_copy_that_was_broken_off_is_made_again(tmp_path: Path, there: bytes) -> None:
    _store(tmp_path / "source", _BYTES)
    copied = _store(tmp_path / "target", there)
    assert backups.add_to_store(tmp_path / "source", tmp_path / "target") == (1, [])
    assert copied.read_bytes() == _BYTES


def test_file_that_rotted_before_it_was_archived_is_named(tmp_path: Path) -> None:
    path = _store(tmp_path / "source", b"rotten")
    name = str(path.relative_to(tmp_path / "source"))
    assert backups.add_to_store(tmp_path / "source", tmp_path / "target") == (1, [name])
