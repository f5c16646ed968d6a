"""The drill: a house under load, brought back to a second of its past, exact; and what is refused.

A writer appends to the record while the backup runs, before and after the second gone back to.
What was acknowledged before that second must be there, what began after it must not.
"""

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from caseflow import clock, db
from caseflow.cli.database import migrate
from caseflow.config import Config
from caseflow.embedded import archives, base_backups, postgres, services
from caseflow.embedded import places as at
from caseflow.embedded.base_backups import BackupFailed
from caseflow.embedded.processes import lock, stop
from caseflow.embedded.services import addressed
from caseflow.embedded.supervisor import POSTGRES_STOP
from caseflow.services import files, place, record
from caseflow.vocabulary import SYSTEM
from tests import cast, factories
from tests.support import house as houses
from tests.support.house import ROOT
from tests.trust.conftest import Figures
from tests.trust.counts import IS_LONG

pytestmark = pytest.mark.crash

# The stream of what is done after the backup that is restored as it is.
_AFTER = "sys:after"
_SECONDS = 20.0 if IS_LONG else 3.0


@dataclass
class Acknowledged:
    """When each act was begun and when the house said that it is done."""

    began: dict[int, datetime] = field(default_factory=dict)
    ended: dict[int, datetime] = field(default_factory=dict)


@dataclass(frozen=True)
class Site:
    """A house of its own with an archive, and where its backups go."""

    config: Config
    archive: Path
    folder: Path
    database: db.Database

    def caseflow(self, *words: str, var: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command of an operator on this house or on another folder."""
        environment = {
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "CASEFLOW_VAR": str(var or self.config.var),
            "CASEFLOW_ARCHIVE": "" if var else str(self.archive),
            "CASEFLOW_LANG": "en",
        }
        return subprocess.run(  # noqa: S603 -- our own interpreter and module
            [sys.executable, "-m", "caseflow", *words],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="caseflow-restore-"))
    made.chmod(0o711)  # as root the server runs as nobody, who must be able to pass
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[Site]:
    """A house with one case, whose log is archived from the first act on."""
    var, archive = folder / "var", folder / "archive"
    var.mkdir(mode=0o711)
    places = at.of(var)
    at.prepare(places)
    with lock(places.lock):
        postgres.prepare(places)
        server = postgres.start(places, archive=archive)
        try:
            postgres.wait(places, server)
            postgres.create_roles(places)
            config = addressed(houses.settings(var), places)
            migrate(str(config.owner_url))
            database = db.connect(str(config.database_url))
            yield Site(config, archive, folder, database)
            database.dispose()
        finally:
            stop(server, POSTGRES_STOP, seconds=20)


@pytest.fixture
def drilled(site: Site) -> Site:
    """The bureau in that house, and its files where the test stores them."""
    place.settle(place.under(site.config.var, fonts=site.folder))
    with site.database.transaction() as session:
        record.introduce(session)
        cast.enter(session)
        factories.case(session, factories.taxpayer(session))
    return site


def _append(database: db.Database, told: Acknowledged, over: threading.Event) -> None:
    """One act after the other, each with its times on the clock of this machine."""
    number = 0
    while not over.is_set():
        told.began[number] = clock.wall()
        with database.transaction() as session:
            payload = {"number": number}
            record.append(session, SYSTEM, "sys:drill", action="drill.noted", payload=payload)
        told.ended[number] = clock.wall()
        number += 1


def _forward_log(site: Site) -> None:
    """Let the segment at hand go to the archive, as time would within five seconds."""
    with postgres.as_superuser(at.of(site.config.var)) as connection:
        row = connection.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()
        assert row is not None
        wanted = archives.folder_of(site.archive) / f"{row[0]}.gz"
        deadline = time.monotonic() + 60
        while not wanted.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert wanted.exists()


def _cut_the_record(site: Site) -> None:
    """The accident: who owns the tables switches the guards off and deletes acts."""
    owner = db.connect(str(site.config.owner_url))
    with owner.transaction() as session:
        session.execute(text("ALTER TABLE record_events DISABLE TRIGGER USER"))
        session.execute(text("DELETE FROM record_events WHERE stream = 'sys:drill'"))
    owner.dispose()


def _numbers(var: Path, stream: str = "sys:drill") -> set[int]:
    """The acts of a stream that a restored house holds."""
    with services.database(houses.settings(var)) as config:
        opened = db.connect(str(config.database_url))
        with opened.reading() as session:
            rows = session.scalars(
                text("SELECT payload FROM record_events WHERE stream = :stream"),
                {"stream": stream},
            )
            found = {json.loads(row)["number"] for row in rows}
        opened.dispose()
    return found


def test_house_goes_back_to_a_second_of_its_past_exactly(drilled: Site, figures: Figures) -> None:
    site, told, over = drilled, Acknowledged(), threading.Event()
    early, _ = files.keep([b"%PDF-1.7 handed in before the backup"])
    writer = threading.Thread(target=_append, args=(site.database, told, over))
    writer.start()
    made = site.caseflow("backup", str(site.folder / "backup"))
    late, _ = files.keep([b"%PDF-1.7 handed in after the backup"])
    kept = site.caseflow("keep-files", str(site.archive))
    time.sleep(_SECONDS)
    moment = clock.wall()
    time.sleep(_SECONDS)
    over.set()
    writer.join()
    assert (made.returncode, kept.returncode) == (0, 0), made.stderr + kept.stderr
    _cut_the_record(site)
    _forward_log(site)
    began = time.monotonic()
    again = site.folder / "again"
    words = ("restore", str(site.folder / "backup"), "--to", moment.isoformat())
    further = ("--archive", str(site.archive), "--keys", str(site.config.var / "keys"))
    restored = site.caseflow(*words, *further, var=again)
    took = time.monotonic() - began
    assert restored.returncode == 0, restored.stdout + restored.stderr
    assert "all sound" in restored.stdout
    found = _numbers(again)
    before = {number for number, at_end in told.ended.items() if at_end < moment}
    after = {number for number, at_begin in told.began.items() if at_begin > moment}
    assert before
    assert after
    assert before <= found
    assert not found & after
    for sha256 in (early, late):
        assert (again / "files" / "sha256" / sha256[:2] / sha256[2:4] / sha256).exists()
    figures(
        "restore",
        acts_before=len(before),
        missing=len(before - found),
        acts_after=len(after),
        present=len(found & after),
        seconds=round(took, 1),
    )


def _spoil(folder: Path, name: str) -> None:
    path = folder / name
    path.chmod(0o600)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _introduce(site: Site) -> None:
    """Let acts of this process be signed with the key of the house."""
    place.settle(place.under(site.config.var, fonts=site.folder))
    with site.database.transaction() as session:
        record.introduce(session)


@pytest.fixture(scope="module")
def whole(site: Site) -> Path:
    """A backup that nobody has touched."""
    target = site.folder / "whole"
    _introduce(site)
    made = site.caseflow("backup", str(target))
    assert made.returncode == 0, made.stderr
    return target


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda copy: _spoil(copy, "base/global/pg_control"), "pg_control: changed"),
        (lambda copy: _spoil(copy, "base/backup_manifest"), "backup_manifest"),
        (lambda copy: (copy / "base/backup_label").unlink(), "backup_label: missing"),
        (lambda copy: (copy / "base/extra").write_text("x"), "extra: not in the manifest"),
        (lambda copy: (copy / "MANIFEST.json").unlink(), "no MANIFEST.json"),
        (lambda copy: (copy / "MANIFEST.json").write_text("{"), "cannot be read"),
        (lambda copy: (copy / "base/PG_VERSION").write_text("17\n"), "PostgreSQL 17"),
    ],
)
def test_backup_that_was_touched_is_refused_by_name(
    site: Site, whole: Path, spoil: Callable[[Path], object], said: str, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(whole, copy)
    spoil(copy)
    answer = site.caseflow("restore", str(copy), var=tmp_path / "again")
    assert answer.returncode != 0
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr
    assert not (tmp_path / "again" / "postgres" / "PG_VERSION").exists()


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("yesterday", "--to"),
        ("2020-01-01 00:00:00", "outside what this backup can be brought to"),
        ("2999-01-01 00:00:00", "outside what this backup can be brought to"),
    ],
)
def test_time_that_no_log_reaches_is_refused(
    site: Site, whole: Path, moment: str, said: str, tmp_path: Path
) -> None:
    words = ("restore", str(whole), "--to", moment, "--archive", str(site.archive))
    answer = site.caseflow(*words, var=tmp_path / "again")
    assert answer.returncode != 0
    assert said in answer.stderr


def test_house_that_holds_data_is_never_overwritten(site: Site, whole: Path) -> None:
    answer = site.caseflow("restore", str(whole), var=site.config.var)
    assert answer.returncode != 0
    assert "holds data already" in answer.stderr


@pytest.fixture(scope="module")
def followed(site: Site, whole: Path) -> tuple[Path, frozenset[int]]:
    """That backup, and acts in the archive after it, in more segments than one."""
    numbers = frozenset(range(3))
    _introduce(site)
    for number in numbers:
        with site.database.transaction() as session:
            payload = {"number": number}
            record.append(session, SYSTEM, _AFTER, action="drill.noted", payload=payload)
        _forward_log(site)
    return whole, numbers


def test_without_a_time_a_backup_from_elsewhere_needs_no_archive(
    site: Site, followed: tuple[Path, frozenset[int]], tmp_path: Path
) -> None:
    backup, later = followed
    copy, again = tmp_path / "copy", site.folder / "elsewhere"
    shutil.copytree(backup, copy)
    listing = json.loads((copy / "MANIFEST.json").read_text())
    (copy / "MANIFEST.json").write_text(json.dumps({**listing, "archive": "/nowhere"}))
    restored = site.caseflow("restore", str(copy), var=again)
    assert restored.returncode == 0, restored.stdout + restored.stderr
    assert "all sound" in restored.stdout
    assert not later & _numbers(again, _AFTER)
    for name in ("writer", "sealer", "web"):
        assert f"✗ {name}: " in restored.stderr
    assert "factors" not in restored.stderr  # nobody has a device


def test_to_latest_a_house_goes_to_the_end_of_the_archive(
    site: Site, followed: tuple[Path, frozenset[int]]
) -> None:
    backup, later = followed
    again, keys = site.folder / "newest", str(site.config.var / "keys")
    words = ("restore", str(backup), "--to", "latest", "--archive", str(site.archive))
    restored = site.caseflow(*words, "--keys", keys, var=again)
    assert restored.returncode == 0, restored.stdout + restored.stderr
    assert later <= _numbers(again, _AFTER)
    assert "✗ writer" not in restored.stderr


def _without_its_middle(archive: Path, first: str) -> None:
    """A gap: a segment after the first that the backup needs."""
    names = archives.segments(archives.folder_of(archive), first)
    (archives.folder_of(archive) / f"{names[-2]}.gz").unlink()


def _of_another_house(archive: Path, first: str) -> None:
    """Segments that bear the number of another server."""
    for name in archives.segments(archives.folder_of(archive), first):
        path = archives.folder_of(archive) / f"{name}.gz"
        content = bytearray(gzip.decompress(path.read_bytes()))
        content[24] ^= 1
        path.chmod(0o600)
        path.write_bytes(gzip.compress(bytes(content), 1))


def _cut_off(archive: Path, first: str) -> None:
    """A segment that a full disk left half written, as other tools would."""
    path = archives.folder_of(archive) / f"{first}.gz"
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:20])


def _empty(archive: Path, _first: str) -> None:
    """The archive of a house that keeps none any more."""
    for path in archives.folder_of(archive).iterdir():
        path.unlink()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_without_its_middle, "has a gap"),
        (_of_another_house, "is of another database"),
        (_cut_off, "cannot be read"),
        (_empty, "holds no log after this backup"),
        (lambda archive, _: shutil.rmtree(archive), "the archive is missing"),
    ],
)
def test_archive_that_does_not_follow_the_backup_is_refused_before_anything_is_laid_down(
    site: Site,
    followed: tuple[Path, frozenset[int]],
    spoil: Callable[[Path, str], object],
    said: str,
    tmp_path: Path,
) -> None:
    backup, _ = followed
    archive = tmp_path / "archive"
    shutil.copytree(site.archive, archive)
    spoil(archive, base_backups.first_segment(backup / "base"))
    words = ("restore", str(backup), "--to", "latest", "--archive", str(archive))
    answer = site.caseflow(*words, var=tmp_path / "again")
    assert answer.returncode == 2
    assert said in answer.stderr
    assert not (tmp_path / "again" / "files").exists()


def test_archive_without_a_time_is_a_question(site: Site, whole: Path, tmp_path: Path) -> None:
    words = ("restore", str(whole), "--archive", str(site.archive))
    answer = site.caseflow(*words, var=tmp_path / "again")
    assert answer.returncode == 2
    assert "--to latest" in answer.stderr


def _archive(*words: str | Path) -> int:
    argv = ["/bin/sh", str(archives.SCRIPT), *map(str, words)]
    return subprocess.run(argv, check=False).returncode  # noqa: S603 -- our own script


def test_archive_never_overwrites_a_segment_with_other_bytes(tmp_path: Path) -> None:
    segment, folder = tmp_path / "000000010000000000000001", tmp_path / "wal of a house"
    folder.mkdir()
    segment.write_bytes(b"first" * 1000)
    assert _archive("keep", segment, folder) == 0
    assert _archive("keep", segment, folder) == 0  # the server may ask once more
    segment.write_bytes(b"other" * 1000)
    assert _archive("keep", segment, folder) == 1
    assert [path.name for path in folder.iterdir()] == [f"{segment.name}.gz"]
    assert _archive("fetch", segment.name, tmp_path / "back", folder) == 0
    assert (tmp_path / "back").read_bytes() == b"first" * 1000
    assert _archive("fetch", "000000010000000000000002", tmp_path / "none", folder) == 1


def test_manifest_that_leads_out_of_the_backup_is_refused(whole: Path, tmp_path: Path) -> None:
    copy = tmp_path / "base"
    shutil.copytree(whole / "base", copy)
    told = (copy / "backup_manifest").read_bytes().replace(b"PG_VERSION", b"/PG_VERSIO", 1)
    end = told.rindex(b'"Manifest-Checksum"')
    digest = hashlib.sha256(told[:end]).hexdigest().encode()
    told = told[:end] + b'"Manifest-Checksum": "' + digest + b'"}\n'
    (copy / "backup_manifest").write_bytes(told)
    with pytest.raises(BackupFailed, match="leads out"):
        base_backups.verify(copy)
