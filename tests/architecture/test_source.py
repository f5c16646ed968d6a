"""What must hold for every file of the repository, whoever writes it."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path
    for room in ("caseflow", "migrations", "tests", "benchmarks")
    for path in (ROOT / room).rglob("*.py")
)
NAMES = [str(path.relative_to(ROOT)) for path in SOURCES]


def _lines(pattern: str, *, under: str = "") -> list[str]:
    found = re.compile(pattern)
    return [
        f"{name}:{number}"
        for name, path in zip(NAMES, SOURCES, strict=True)
        if name.startswith(under) and path != Path(__file__)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if found.search(line)
    ]


def test_the_product_commits_in_one_place() -> None:
    assert {hit.split(":")[0] for hit in _lines(r"\.commit\(", under="caseflow")} <= {
        "caseflow/db.py"
    }
    assert len(_lines(r"\.commit\(", under="caseflow")) <= 1


def test_every_suppression_gives_its_reason() -> None:
    assert not _lines(r"# noqa(?!: [A-Z0-9, ]+ --? \S)")
    assert not _lines(r"# type: ignore(?!\[[a-z-]+\]  # \S)")


def test_nothing_is_left_to_do() -> None:
    assert not _lines(r"\b(TODO|FIXME|XXX|HACK)\b")


def test_no_pickle_and_no_shell() -> None:
    assert not _lines(r"\bimport pickle\b|shell=True|\bos\.system\(", under="caseflow")


@pytest.mark.parametrize("name", NAMES)
def test_every_module_says_what_belongs_in_it(name: str) -> None:
    text = (ROOT / name).read_text().lstrip()
    assert not name.startswith("caseflow/") or not text or text.startswith(('"""', 'r"""'))


def test_no_address_of_a_registry_is_committed() -> None:
    pinned = [path.read_text() for path in ROOT.glob("requirements/*")]
    locks = [path.read_text() for path in ROOT.glob("**/package-lock.json")]
    assert pinned
    assert not [text for text in pinned if "://" in text or "index-url" in text]
    assert not [text for text in locks if '"resolved"' in text]


def test_the_helper_scripts_are_executable() -> None:
    modes = subprocess.run(
        ["git", "ls-files", "-s", ".ci"],  # noqa: S607 -- git is on PATH wherever the tests run
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert all(line.startswith("100755") for line in modes)


def test_no_migration_after_the_first_grants_everything_of_a_kind() -> None:
    wide = _lines(r"GRANT .* ON ALL (TABLES|SEQUENCES)", under="migrations")
    assert {hit.split(":")[0] for hit in wide} == {"migrations/versions/0002_guard_the_record.py"}
