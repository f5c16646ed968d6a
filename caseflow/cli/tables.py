"""Small tables that an operator hands over as a file: its lines, cell by cell."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from caseflow.cli.speech import complain


def lines(file: Path) -> Iterator[tuple[int, list[str]]]:
    """The lines that hold anything, with their numbers; ends the command if it is not UTF-8."""
    try:
        text = file.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        complain(
            f"{file.name} 不是 UTF-8 编码：请另存为 UTF-8",
            f"{file.name} is not UTF-8: save it as UTF-8",
        )
        sys.exit(2)
    for number, cells in enumerate(csv.reader(text), 1):
        if any(cell.strip() for cell in cells):
            yield number, [cell.strip() for cell in cells]
