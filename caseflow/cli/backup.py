"""`caseflow backup`: the database, the files and the lake, checked as they are copied."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

from caseflow import clock, db
from caseflow import config as settings
from caseflow.cli.house import services_running
from caseflow.cli.speech import complain, say, sentence
from caseflow.config import BadSetting, Config
from caseflow.documents import HOUSE_FONTS
from caseflow.embedded import base_backups
from caseflow.embedded import places as at
from caseflow.services import backups, place


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--keys", type=click.Path(path_type=Path), help="Copy the keys there (密钥另存).")
def backup(folder: Path, keys: Path | None) -> None:
    """
    Copy database, files and lake into FOLDER, which must be new (备份).

    Example: caseflow backup /backup/2026-11-26
    """
    if folder.exists() and any(folder.iterdir()):
        raise BadSetting(_not_empty(folder))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with services_running() as config:
        _require_embedded()
        _back_up(config, folder)
    if keys is not None:
        _copy_keys(settings.load().var / "keys", keys)
    else:
        say(
            "密钥不在备份之内：请另行保管 keys 文件夹，没有它恢复后的留痕无法用原密钥续签。",
            "The keys are not in it: keep the folder `keys` elsewhere; without it a restored"
            " house signs with a new key.",
        )


def _back_up(config: Config, folder: Path) -> None:
    places = at.of(config.var)
    place.settle(place.under(config.var, fonts=HOUSE_FONTS))
    say("复制数据库……", "Copying the database…")
    base_backups.make(places, folder / backups.BASE)
    database = db.connect(str(config.database_url), pool_size=1)
    with database.reading() as session:
        head = backups.head(session)
    database.dispose()
    checked = base_backups.verify(folder / backups.BASE)
    say(f"数据库 {checked} 个文件，校验相符。", f"{checked} files of the database, verified.")
    hashes = {
        f"{backups.BASE}/{base_backups.MANIFEST}": base_backups.hash_of(
            folder / backups.BASE / base_backups.MANIFEST
        )
    }
    damaged: list[str] = []
    # After the database: every file that it names is on disk by now.
    for name in (backups.FILES, backups.LAKE):
        if not (config.var / name).exists():
            continue
        found, broken = backups.copy_store(config.var / name, folder / name)
        hashes |= {f"{name}/{path}": sha256 for path, sha256 in found.items()}
        damaged += [f"{name}/{path}" for path in broken]
        say(f"{name}：{len(found)} 个文件。", f"{name}: {len(found)} files.")
    listing = backups.Listing(
        format=backups.FORMAT,
        made_at=clock.wall().isoformat(),
        postgresql=base_backups.version_of(folder / backups.BASE),
        head=head,
        archive=str(config.archive) if config.archive else None,
        files=hashes,
        damaged=tuple(damaged),
    )
    backups.write_list(folder, listing)
    say(
        f"备份完成：{folder}，留痕 {head.events} 条。",
        f"Backup done: {folder}, {head.events} events on record.",
    )
    if damaged:
        for name in damaged:
            complain(f"✗ {name} 的内容与指纹不符", f"✗ {name} does not fit its hash")
        sys.exit(1)


def _require_embedded() -> None:
    """With a PostgreSQL of the bureau's own its administrator backs it up, by its own tools."""
    if settings.load().database_url is not None:
        raise BadSetting(
            "DATABASE_URL: 自备的 PostgreSQL 请用 pg_basebackup 备份，文件用 caseflow keep-files，"
            "见 docs/operations/backup.md。 Back up a PostgreSQL of your own with pg_basebackup"
        )


@click.command("keep-files")
@click.argument("archive", type=click.Path(path_type=Path))
@click.option(
    "--verify", "is_verified", is_flag=True, help="Read again what lies there already (逐个核对)."
)
def keep_files(archive: Path, *, is_verified: bool) -> None:
    """
    Copy the files that ARCHIVE lacks; to be run every few minutes (把新文件续存到归档).

    Example: caseflow keep-files /archive
    """
    source, target = settings.load().var / backups.FILES, archive / backups.FILES
    if is_verified:
        found, damaged = backups.copy_store(source, target)
        say(
            f"归档中的 {len(found)} 个文件已逐个核对。",
            f"{len(found)} files are in the archive, each was read.",
        )
    else:
        added, damaged = backups.add_to_store(source, target)
        say(f"归档续存了 {added} 个文件。", f"{added} files were added to the archive.")
    for name in damaged:
        complain(f"✗ {name} 的内容与指纹不符", f"✗ {name} does not fit its hash")
    sys.exit(1 if damaged else 0)


def _copy_keys(source: Path, target: Path) -> None:
    if target.exists() and any(target.iterdir()):
        raise BadSetting(_not_empty(target))
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in source.iterdir():
        shutil.copy2(path, target / path.name)
    complain(
        f"密钥已存到 {target}。谁得到它，谁就能冒充本系统签名：请离线保管，不要与备份放在一处。",
        f"The keys are in {target}. Whoever has them can sign as this house: keep them offline,"
        " away from the backup.",
    )


def _not_empty(folder: Path) -> str:
    return sentence(
        f"{folder} 里已有文件，请给出新的空文件夹",
        f"{folder} is not empty: give a new, empty folder",
    )
