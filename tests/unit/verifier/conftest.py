"""A log of three hundred events and the verdict of the verifier on what was made of it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from caseflow.verifier import verify
from tests.support import exports
from tests.support.exports import Log

Verdict = tuple[int, list[tuple[str, str]]]
Judge = Callable[..., Verdict]


@pytest.fixture
def log() -> Log:
    return Log().fill(120, every=25)


@pytest.fixture
def judge(log: Log, tmp_path: Path) -> Judge:
    """Write a log, verify it with the key from outside: exit code, and (where, what) found."""

    def verdict(*more: str, of: Log | None = None) -> Verdict:
        folder = tmp_path / "export"
        if not folder.exists():
            exports.write(of or log, folder)
        options = verify.options_of([str(folder), "--key", str(log.key), *more])
        status, found = verify.run(options)
        return status, [(problem.where, problem.code) for problem in found.problems]

    return verdict
