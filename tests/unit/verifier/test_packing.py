import gc
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from caseflow.verifier import packing
from caseflow.vocabulary import Unavailable


def _refused(target: Path) -> None:
    with (
        suppress(Unavailable),
        packing.into(target, made_at=datetime(2010, 1, 25, tzinfo=UTC)) as package,
    ):
        package.add_text("README.txt", "begun")
        raise Unavailable("record_never_sealed")


def test_a_zip_of_which_the_content_is_refused_is_closed_and_never_appears(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", left.append)
    _refused(tmp_path / "record.zip")
    gc.collect()
    assert left == []
    assert list(tmp_path.iterdir()) == []
