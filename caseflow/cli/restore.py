"""`caseflow restore`: a backup and the log after it, brought to a second of the past."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import click

from caseflow import clock, db
from caseflow import config as settings
from caseflow.cli import restore_keys, restore_log
from caseflow.cli.house import make_ready
from caseflow.cli.speech import complain, say, sentence
from caseflow.config import BadSetting, Config
from caseflow.documents import HOUSE_FONTS
from caseflow.embedded import base_backups, recovery, services
from caseflow.embedded import places as at
from caseflow.reads import health, record_check
from caseflow.reads.record_problems import Code
from caseflow.services import backups, files, place
from caseflow.services import record as records

_POSTGRESQL = "18"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--to",
    "moment",
    help="A time, Beijing time unless said otherwise, or `latest`: all of the archive (时点)."
    " Without it: as the backup was complete.",
)
@click.option(
    "--archive", type=click.Path(path_type=Path), help="The archive of the log (日志归档)."
)
@click.option("--keys", type=click.Path(path_type=Path), help="The folder of the keys (密钥).")
def restore(folder: Path, moment: str | None, archive: Path | None, keys: Path | None) -> None:
    """
    Restore the backup FOLDER into CASEFLOW_VAR, which must be new (恢复).

    Example: CASEFLOW_VAR=/srv/again caseflow restore /backup/2026-11-26 --to '2026-11-26 10:41:07'
    """
    config = settings.load()
    _require_fresh(config)
    listing = backups.read_list(folder)
    _require_versions(folder, listing)
    log = restore_log.chosen(folder, listing, moment=moment, archive=archive)
    say("校验备份……", "Verifying the backup…")
    base_backups.verify(folder / backups.BASE)
    backups.check_files(folder, listing)
    _bring_back(config, folder, log.archive, keys)
    places = at.of(config.var)
    say("重放日志……", "Replaying the log…")
    recovery.lay_down(places, folder / backups.BASE, log.archive)
    log.replay(places)
    _tell(config, listing)


def _bring_back(config: Config, folder: Path, archive: Path | None, keys: Path | None) -> None:
    """Put files, lake and keys where they belong; what the archive holds of files as well."""
    sources = [(folder, backups.FILES), (folder, backups.LAKE)]
    if archive is not None:
        sources.append((archive, backups.FILES))
    for source, name in sources:
        if (source / name).exists():
            backups.copy_store(source / name, config.var / name)
    if keys is not None:
        shutil.copytree(keys, config.var / "keys")
        (config.var / "keys").chmod(0o700)


def _require_fresh(config: Config) -> None:
    places = at.of(config.var)
    if os.environ.get("DATABASE_URL"):
        raise BadSetting("DATABASE_URL: 只恢复内嵌的数据库  only the embedded database is restored")
    for path in (config.var / "keys", config.var / "files", config.var / "secrets", places.data):
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise BadSetting(
                f"CASEFLOW_VAR={config.var}: 已有数据，不覆盖，请换新文件夹  holds data already"
            )


def _require_versions(folder: Path, listing: backups.Listing) -> None:
    found = base_backups.version_of(folder / backups.BASE)
    if found != _POSTGRESQL:
        raise BadSetting(
            f"{folder}: PostgreSQL {found}，本版本用 {_POSTGRESQL}  this version has {_POSTGRESQL}"
        )
    if listing.head.schema not in health.schemas_known():
        raise BadSetting(
            f"{folder}: 数据库结构 {listing.head.schema} 比本版本新，请用新版恢复"
            "  is of a newer version"
        )


def _tell(config: Config, listing: backups.Listing) -> None:
    """Verify the record of the restored house and say how far it reaches."""
    with services.database(replace(config, archive=None)) as addressed:
        place.settle(place.under(config.var, fonts=HOUSE_FONTS))
        if listing.head.schema != health.schema_wanted():
            make_ready(addressed)
        opened = db.connect(str(addressed.database_url))
        with opened.reading() as session:
            head = backups.head(session)
            trusted = (listing.head.writer,) if listing.head.writer else ()
            report = record_check.verify(session, path_of=files.path_of, trusted=trusted)
            last = records.latest_at(session)
            restore_keys.tell_missing(session, config.var / "keys")
        opened.dispose()
    for problem in report.problems[:20]:
        click.echo(f"✗ {sentence(problem.say('zh'), problem.say('en'))}")
    if any(problem.code is Code.NO_BYTES for problem in report.problems):
        complain(
            "缺的文件是备份之后收到的：在原系统上运行 caseflow keep-files 存入归档，再恢复一次；"
            "原系统已毁的，按留痕中的指纹另寻副本。",
            "The missing files came in after the backup: run caseflow keep-files on the old house"
            " into the archive and restore again; if it is lost, look for copies by their hashes.",
        )
    until = f"{last.astimezone(clock.BUREAU_ZONE):%Y-%m-%d %H:%M:%S}" if last else "—"
    say(
        f"已恢复到 {config.var}：留痕 {head.events} 条，最后一条 {until}，已封存 {head.sealed} 条；"
        + ("校验完好。" if report.is_sound else f"{len(report.problems)} 处不符。"),
        f"Restored into {config.var}: {head.events} events, the last at {until}, {head.sealed}"
        " sealed; " + ("all sound." if report.is_sound else f"{len(report.problems)} problems."),
    )
    complain(
        f"请与留在外面的最近检查点核对：其大小若超过 {head.sealed}，恢复使留痕变短，须由督察内审和"
        "运行人员办理恢复确认（caseflow record restored），否则外部校验会报告截断。",
        f"Compare with the newest checkpoint kept outside: when its size is above {head.sealed},"
        " the restore has shortened the record, and auditor and operator must confirm that"
        " (caseflow record restored); else an outside verification says `truncated`.",
    )
    sys.exit(0 if report.is_sound else 1)
