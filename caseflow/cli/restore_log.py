"""How far a restore goes, and whether the archive holds the log to go there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from caseflow import clock
from caseflow.cli.speech import sentence
from caseflow.config import BadSetting
from caseflow.embedded import archives, base_backups, recovery
from caseflow.embedded.places import Places
from caseflow.embedded.recovery import End, NotReached, Target
from caseflow.services import backups

LATEST = "latest"


@dataclass(frozen=True, slots=True)
class Log:
    """The log that is replayed after a copy: to where, from which archive, and its segments."""

    to: Target
    archive: Path | None = None
    segments: tuple[str, ...] = ()

    def replay(self, places: Places) -> None:
        """
        Replay it, and hold that the end that was asked for is the one that was reached.

        Raises:
            NotReached: it is not; the text says how far the archive goes, and what to do.
        """
        try:
            reached = recovery.recover(places, self.to)
        except NotReached as error:
            raise NotReached(f"{error} — {self._advice(places)}") from error
        if self.to is End.LATEST and reached < archives.place_of(self.segments[-1]):
            raise NotReached(
                sentence(
                    f"归档中有读不出来的日志段，只重放到 {reached:X}。",
                    f"a segment of the archive cannot be read, the replay ended at {reached:X}. ",
                )
                + self._advice(places)
            )

    def _advice(self, places: Places) -> str:
        gap = archives.gap_after(self.segments)
        if gap is not None:
            return sentence(
                f"归档在 {gap} 之后缺段：找回缺的段，或恢复到缺段之前的时点；先清空 {places.var}。",
                f"the archive has a gap after {gap}: find what is missing, or go to a time before"
                f" it; empty {places.var} first.",
            )
        return sentence(
            f"先清空 {places.var}，再用 --to latest 恢复到归档的尽头，"
            "或不带 --to 恢复到备份完成之时。",
            f"empty {places.var}, then use --to latest for the end of the archive, or no --to for"
            " the end of the backup.",
        )


def chosen(
    folder: Path, listing: backups.Listing, *, moment: str | None, archive: Path | None
) -> Log:
    """
    What is asked for, after a look at whether the archive can give it.

    Raises:
        BadSetting: the time is no time or out of reach; the archive is missing, is of another
            house, or lacks what is needed. The text says what to do.
    """
    if moment is None:
        if archive is not None:
            raise BadSetting(
                "--archive: 请用 --to 说明恢复到哪个时点，或 --to latest"
                "  say with --to how far to go, or --to latest"
            )
        return Log(End.COPY)
    to = End.LATEST if moment == LATEST else _time(moment, listing)
    archive = archive or (Path(listing.archive) if listing.archive else None)
    if archive is None or not archives.folder_of(archive).is_dir():
        where = archive or "—"
        raise BadSetting(
            f"--to {moment}: 日志归档不在（{where}）：用 --archive 指明，"
            "或不带 --to 恢复到备份完成之时"
            "  the archive is missing: give --archive, or leave --to out"
        )
    return Log(to, archive, _segments(folder, archive, to))


def _segments(folder: Path, archive: Path, to: Target) -> tuple[str, ...]:
    """The segments that follow the copy; those that came with it fill in."""
    base = folder / backups.BASE
    first = base_backups.first_segment(base)
    kept = archives.segments(archives.folder_of(archive), first)
    odd = archives.stranger(archive, kept, base_backups.system_of(base))
    if odd is not None:
        raise BadSetting(
            f"--archive {archive}: {odd} 不是这份备份所属数据库的日志，或读不出来：指明它自己的归档"
            "  is of another database or cannot be read: give the backup's own archive"
        )
    if not kept:
        raise BadSetting(
            f"--archive {archive}: 没有这份备份（{first}）之后的日志：指明它自己的归档，"
            "或不带 --to 恢复到备份完成之时  holds no log after this backup"
        )
    names = tuple(sorted({*kept, *archives.segments(base / "pg_wal", first)}))
    gap = archives.gap_after(names) if names[0] == first else first
    if to is End.LATEST and gap is not None:
        raise BadSetting(
            f"--archive {archive}: {gap} 之后缺段：找回缺的段，或用 --to 恢复到缺段之前的时点"
            "  has a gap: find what is missing, or give a time before it"
        )
    return names


def _time(text: str, listing: backups.Listing) -> datetime:
    """The time to go to: not before the backup was complete, not after now."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadSetting(
            f"--to {text!r}: 写成 '2026-11-26 10:41:07' 或 {LATEST}  write it like this"
        ) from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=clock.BUREAU_ZONE)
    if not backups.made_at(listing) <= moment <= clock.wall():
        first = backups.made_at(listing).astimezone(clock.BUREAU_ZONE)
        raise BadSetting(
            f"--to {text}: 只能恢复到 {first:%Y-%m-%d %H:%M:%S} 至现在之间"
            "  outside what this backup can be brought to"
        )
    return moment
