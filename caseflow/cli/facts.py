"""`caseflow import`: files of the source systems, checked row by row, laid down in the lake."""

import sys
from pathlib import Path

import click

from caseflow.cli import progress
from caseflow.cli.house import database
from caseflow.cli.speech import complain, say, sentence
from caseflow.db import Database
from caseflow.lake import fields
from caseflow.services import facts, place
from caseflow.vocabulary import SYSTEM, Invalid

_REGISTRY = Path(__file__).parents[2] / "indicators" / "fields.yaml"
# Why a file as a whole is none of ours, and what to do.
_REFUSALS = {
    "WRONG_COLUMNS": (
        "表头与“{kind}”不符：多出 {unknown}；缺少 {missing}；重复 {twice}（按 {encoding} 读取）",
        (
            "the header is not that of {kind}: unknown {unknown}; missing {missing}; twice {twice}"
            " (read as {encoding})"
        ),
    ),
    "WRONG_ENCODING": (
        "第 {line} 行既不是 UTF-8 也不是 GB18030 编码，请另存后再导入",
        "line {line} is neither UTF-8 nor GB18030; save the file again in one of them",
    ),
    "FILE_EMPTY": ("文件是空的", "the file is empty"),
    "FILE_TOO_LARGE": ("文件过大（{bytes} 字节）", "the file is too large ({bytes} bytes)"),
    "FILE_UNREADABLE": (
        "无法读取，应为 {expected}",
        "it cannot be read; wanted are {expected}",
    ),
}


@click.command(name="import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def import_files(files: tuple[Path, ...]) -> None:
    """Take in FILES of facts, CSV or XLSX as the source systems export them (导入数据).

    Rejected rows are kept in a file of their own, each with its reason. A file that was taken in
    before changes nothing. Ends with 1 when a file was refused as a whole.

    Example: caseflow import samples/*.csv
    """
    registry = fields.load(_REGISTRY)
    refused = 0
    with database() as house:
        for path in files:
            try:
                _take_in(house, path, registry)
            except Invalid as refusal:
                refused += 1
                _tell_refusal(path, refusal)
    sys.exit(bool(refused))


def _take_in(house: Database, path: Path, registry: fields.Registry) -> None:
    with progress.shown(path.name) as tell, house.transaction() as session:
        batch = facts.take_in(session, SYSTEM, path, registry=registry, progress=tell)
        rows, rejects, file = batch.row_count, batch.reject_count, batch.reject_file
    mark = "✗" if rejects and not rows else "✓"
    say(f"{mark} {path.name}：{rows} 行", f"{mark} {path.name}: {rows} rows")
    if rejects and file:
        where = place.here().lake / file
        complain(f"  退回 {rejects} 行，原因见 {where}", f"  {rejects} rows rejected, see {where}")


def _tell_refusal(path: Path, refusal: Invalid) -> None:
    chinese, english = _REFUSALS[refusal.code]
    values = {name: _plain(value) for name, value in refusal.values.items()}
    told = sentence(chinese.format_map(values), english.format_map(values))
    click.echo(f"✗ {path.name}: {told}", err=True)


def _plain(value: object) -> str:
    """A list as words, the empty one as a dash."""
    return ", ".join(map(str, value)) or "-" if isinstance(value, list) else str(value)
