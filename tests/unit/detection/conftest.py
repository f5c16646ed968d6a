"""One random lake and its year-end run, shared by the tests that only look."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from caseflow.detection import screening
from caseflow.detection.catalogue import Catalogue
from caseflow.detection.runs import Run
from caseflow.lake import batches
from caseflow.lake.batches import Snapshot
from tests.support import lakes

TAXPAYERS = 90


@dataclass(frozen=True)
class Screened:
    """A screened lake."""

    root: Path
    catalogue: Catalogue
    snapshot: Snapshot
    run: Run


@pytest.fixture(scope="session")
def screened(tmp_path_factory: pytest.TempPathFactory) -> Screened:
    root = tmp_path_factory.mktemp("lake")
    lakes.write_random(root, taxpayers=TAXPAYERS, months=26, seed=9)
    snapshot = batches.snapshot(root)
    run = screening.screen(lakes.indicators(), snapshot, lakes.LAST, root=root)
    return Screened(root, lakes.indicators(), snapshot, run)
