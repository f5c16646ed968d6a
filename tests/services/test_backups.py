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
