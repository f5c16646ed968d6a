"""Tables that an operator hands over as a file: their lines, and what is wrong with them."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

import click

from caseflow.cli.speech import complain, sentence


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


class Fault(Protocol):
    """What is wrong with a line: a code, and the values that its sentence tells."""

    @property
    def line(self) -> int:
        """Where it stands, from 1."""

    @property
    def code(self) -> str:
        """Which sentence tells it."""

    @property
    def values(self) -> Mapping[str, object]:
        """What the sentence names."""


def end_at(
    file: Path,
    faults: Iterable[Fault],
    sentences: Mapping[str, tuple[str, str]],
    said: Callable[[object, int], str],
) -> None:
    """Tell every fault of a file, and end when there is one.

    ``said`` gives a value in words, in Chinese for 0 and in English for 1.
    """
    told = [_told(file, fault, sentences, said) for fault in faults]
    if not told:
        return
    for line in told:
        click.echo(line, err=True)
    complain(
        f"共 {len(told)} 处有误，没有登记任何内容。",
        f"{len(told)} faults; nothing was put on file.",
    )
    sys.exit(1)


def _told(
    file: Path,
    fault: Fault,
    sentences: Mapping[str, tuple[str, str]],
    said: Callable[[object, int], str],
) -> str:
    chinese, english = sentences[fault.code]
    text = sentence(
        chinese.format_map({name: said(value, 0) for name, value in fault.values.items()}),
        english.format_map({name: said(value, 1) for name, value in fault.values.items()}),
    )
    where = sentence(f"第 {fault.line} 行：", f"line {fault.line}:")
    return f"✗ {file.name} {where} {text}"
