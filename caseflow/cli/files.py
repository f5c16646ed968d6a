"""`caseflow files`: the store of evidence files and papers, read again, scanned, cleared."""

from __future__ import annotations

import sys

import click
from sqlalchemy import func, select

from caseflow import clock
from caseflow.cli.house import database
from caseflow.cli.speech import complain, say, sentence
from caseflow.models import Blob
from caseflow.services import blobs, place, scans


@click.group()
def files() -> None:
    """Look after evidence files and papers (材料与文书库)."""


@files.command()
def scrub() -> None:
    """
    Read every stored file again and hold it against its hash (全库复核).

    Ends with 1 when one is damaged or missing. Example: caseflow files scrub
    """
    faults: list[str] = []
    with database() as opened:
        began = clock.wall()
        with opened.reading() as session:
            length = session.scalar(select(func.count()).select_from(Blob)) or 0
        with click.progressbar(
            length=length, label=sentence("复核文件", "Reading files"), file=sys.stderr
        ) as bar:
            while True:
                with opened.transaction() as session:
                    portion = blobs.scrub(session, before=began)
                if not portion.looked:
                    break
                faults += portion.faults
                bar.update(portion.looked)
    for sha256 in faults:
        complain(f"已损坏或缺失：{sha256}", f"Damaged or missing: {sha256}")
    say(
        f"{length} 个文件，{len(faults)} 个有问题。",
        f"{length} files, {len(faults)} of them damaged or missing.",
    )
    sys.exit(1 if faults else 0)


@files.command()
def collect() -> None:
    """
    Remove bytes that no case names, left by processes that died (清理孤立文件).

    Example: caseflow files collect
    """
    with database() as opened, opened.transaction() as session:
        removed = blobs.collect(session)
    say(f"清理 {removed} 个文件。", f"{removed} files removed.")


@files.command()
def scan() -> None:
    """
    Send to the virus scanner what came in while there was none (补扫描).

    Example: caseflow files scan
    """
    with database() as opened:
        if place.here().scanner is None:
            complain(
                "没有扫描服务：请用 CASEFLOW_SCANNER 指明 clamd 的地址。",
                "There is no scanner: CASEFLOW_SCANNER must give the address of clamd.",
            )
            sys.exit(1)
        with opened.transaction() as session:
            waiting = scans.scan_all(session)
    say(f"{waiting} 个文件等待扫描。", f"{waiting} files wait for the scanner.")
