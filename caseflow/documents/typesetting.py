"""From a paper's data to its pages: PDF/A for the file, PNG for the preview on screen."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime, time
from functools import cache
from pathlib import Path
from typing import Literal

import typst

from caseflow.clock import BUREAU_ZONE
from caseflow.documents.catalogue.kinds import Paper, PaperData
from caseflow.documents.glyphs import characters_of, fit
from caseflow.documents.internal import WarningFeedback
from caseflow.documents.outward import SelfCheckNotice
from caseflow.documents.papers import PAPERS
from caseflow.documents.parts import tax_to_make_up
from caseflow.documents.schema import plain, read
from caseflow.documents.sheets import Sheet
from caseflow.documents.words import amount_in_words
from caseflow.vocabulary import Invalid, PaperKind, Unavailable

HOUSE_FONTS = Path(__file__).parent / "fonts"
"""Where the front end's build puts the fonts that are used when the bureau has none of its own."""

_REGULAR = 400
_TEMPLATES = Path(__file__).parent / "templates"
_PDF_A: Literal["a-2a"] = "a-2a"
# The bureau's faces by the names under which they are sold, then the house's own.
_FACES: Mapping[str, tuple[str, ...]] = {
    "body": ("FangSong_GB2312", "FangSong", "仿宋_GB2312", "仿宋", "STFangsong", "Noto Serif SC"),
    "title": ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "方正小标宋简体", "Noto Serif SC"),
    "heading": ("SimHei", "黑体", "STHeiti", "Noto Sans SC"),
    "table": ("SimSun", "宋体", "STSong", "Noto Serif SC"),
}
# What screening knows must not leave the house with a paper.
_INTERNAL = re.compile(
    r"(?<![A-Za-z0-9])[A-Z]{3}-\d{3}(?!\d)|预警[值下上]|阈值|同行业|行业均值|四分位|风险[得评]?分|风险等级|评分"
)


def render(
    kind: PaperKind, data: PaperData | Mapping[str, object], *, fonts: Path | None = None
) -> bytes:
    """
    Set a paper for issue: PDF/A, the same bytes for the same data and fonts.

    `fonts` is the bureau's own font folder. Raises Invalid when the data do not fit the kind, when
    a number is missing, or when an outward paper holds what only insiders may know; Unavailable
    when no font for Chinese is found.
    """
    paper, checked = _checked(kind, data)
    if paper.is_numbered and not checked.head.number:
        raise Invalid("document.number_missing", kind=kind.value)
    midnight = datetime.combine(checked.head.dated_on, time(), BUREAU_ZONE)
    compiler = _compiler(paper, checked, fonts)
    output, _ = compiler.compile_with_warnings(
        format="pdf", pdf_standards=_PDF_A, timestamp=int(midnight.timestamp())
    )
    (pdf,) = _pages(output)
    return pdf


def render_draft(kind: PaperKind, data: Mapping[str, object], *, fonts: Path | None) -> bytes:
    """Set a paper before it is issued: each page is marked, number, seal and trace are missing.

    Raises as ``render``.
    """
    paper, checked = _checked(kind, data)
    blank = replace(checked.head, number="", seal="", trace="")
    inputs = {
        **_inputs(paper, replace(checked, head=blank), _press(fonts)),
        "is_draft": True,
        "code": "签发时生成",
    }
    told = inputs.pop("data")
    midnight = datetime.combine(checked.head.dated_on, time(), BUREAU_ZONE)
    return typeset(paper.layout, told, at=midnight, fonts=fonts, inputs=inputs)


def render_record(kind: PaperKind, data: Sheet, *, at: datetime, fonts: Path | None) -> bytes:
    """Set a paper that belongs to no case, for the shelf: its own number stands at the foot.

    Raises:
        Unavailable: no font for Chinese is found.
    """
    paper, checked = _checked(kind, data)
    inputs = {**_inputs(paper, checked, _press(fonts)), "reference": "记录编号"}
    told = inputs.pop("data")
    return typeset(paper.layout, told, at=at, fonts=fonts, inputs=inputs)


def preview(
    kind: PaperKind,
    data: PaperData | Mapping[str, object],
    *,
    fonts: Path | None = None,
    resolution: float = 110,
) -> list[bytes]:
    """Draw a paper's pages as PNG; without a number they are marked 草稿. Raises as `render`."""
    paper, checked = _checked(kind, data)
    compiler = _compiler(paper, checked, fonts)
    output, _ = compiler.compile_with_warnings(format="png", ppi=resolution)
    return _pages(output)


def render_form(
    template: str, title: str, data: Mapping[str, object], *, at: datetime, fonts: Path | None
) -> bytes:
    """Set a form in the manner of the papers kept inside, without a number of its own.

    Raises:
        Unavailable: no font for Chinese is found.
    """
    told = _fit(dict(data), _press(fonts).characters)
    inputs = {
        "paper": {"title": title, "years": 0},
        "totals": {},
        "code": _code(json.dumps(data, sort_keys=True, ensure_ascii=False)),
        "is_draft": False,
        "awaits_number": False,
    }
    return typeset(template, told, at=at, fonts=fonts, inputs=inputs)


def typeset(
    template: str,
    data: object,
    *,
    at: datetime,
    fonts: Path | None,
    inputs: Mapping[str, object] | None = None,
) -> bytes:
    """Set a page that is no paper of a case: PDF/A, the same bytes for the same data and fonts.

    Raises:
        Unavailable: no font for Chinese is found.
    """
    press = _press(fonts)
    told = {"data": data, "faces": press.faces, **(inputs or {})}
    compiler = typst.Compiler(
        _TEMPLATES / template,
        root=_TEMPLATES,
        font_paths=press.fonts,
        sys_inputs={"inputs": json.dumps(told, ensure_ascii=False)},
    )
    output, _ = compiler.compile_with_warnings(
        format="pdf", pdf_standards=_PDF_A, timestamp=int(at.timestamp())
    )
    (pdf,) = _pages(output)
    return pdf


def check_code(kind: PaperKind, data: PaperData) -> str:
    """Give the code at the foot of a paper: twelve hex digits over kind, version and data."""
    version = PAPERS[kind].version
    told = json.loads(json.dumps(plain(data)))
    for later in ("trace", "seal", "cancels"):
        if not told["head"][later]:
            del told["head"][later]  # papers from before it was printed keep their code
    return _code(json.dumps([kind.value, version, told], sort_keys=True))


def _code(text: str) -> str:
    digits = hashlib.sha256(text.encode()).hexdigest()[:12].upper()
    return "-".join(digits[at : at + 4] for at in (0, 4, 8))


def _pages(output: bytes | list[bytes] | None) -> list[bytes]:
    """Even out what the compiler returns: one file as bytes, several pages as a list."""
    return output if isinstance(output, list) else [output or b""]


def _checked(kind: PaperKind, data: PaperData | Mapping[str, object]) -> tuple[Paper, PaperData]:
    paper = PAPERS[kind]
    checked = read(paper.data, data) if isinstance(data, Mapping) else data
    if type(checked) is not paper.data:
        raise Invalid("document.data", field="", problem=paper.data.__name__)
    if paper.is_outward:
        _refuse_internal_words(checked)
    return paper, checked


def _refuse_internal_words(data: PaperData) -> None:
    for field, text in _texts(data):
        found = _INTERNAL.search(text)
        if found:
            raise Invalid("document.internal_words", field=field, words=found.group())


def _texts(data: object, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(data, str):
        yield path, data
    elif isinstance(data, tuple):
        for each in data:
            yield from _texts(each, path)
    elif is_dataclass(data):
        for field in fields(data):
            yield from _texts(getattr(data, field.name), f"{path}.{field.name}".lstrip("."))


def _compiler(paper: Paper, data: PaperData, fonts: Path | None) -> typst.Compiler:
    press = _press(fonts)
    inputs = _inputs(paper, data, press)
    return typst.Compiler(
        _TEMPLATES / paper.layout,
        root=_TEMPLATES,
        font_paths=press.fonts,
        sys_inputs={"inputs": json.dumps(inputs, ensure_ascii=False)},
    )


def _inputs(paper: Paper, data: PaperData, press: "_Press") -> dict[str, object]:
    """What a template is told: what the paper says, and how it is to look."""
    return {
        "data": _fit(plain(data), press.characters),
        "paper": {
            "title": paper.kind.zh,
            "years": paper.retention_years or 0,
            "is_blank": paper.is_blank,
        },
        "faces": press.faces,
        "totals": _totals(data),
        "code": check_code(paper.kind, data),
        "is_draft": paper.is_numbered and not data.head.number,
        "awaits_number": paper.is_numbered and not data.head.number,
    }


def _fit(values: object, characters: frozenset[int]) -> object:
    if isinstance(values, str):
        return fit(values, characters)
    if isinstance(values, list):
        return [_fit(each, characters) for each in values]
    if isinstance(values, dict):
        return {name: _fit(each, characters) for name, each in values.items()}
    return values


@dataclass(frozen=True, slots=True)
class _Press:
    """The fonts of a folder: which face each use gets, and what all faces can show."""

    fonts: typst.Fonts
    faces: Mapping[str, tuple[str, ...]]
    characters: frozenset[int]


@cache
def _press(bureau: Path | None) -> _Press:
    folders = [folder for folder in (bureau, HOUSE_FONTS) if folder]
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=folders
    )
    families = set(fonts.families())
    faces = {use: tuple(name for name in _FACES[use] if name in families) for use in _FACES}
    if not all(faces.values()):
        missing = sorted(use for use, names in faces.items() if not names)
        raise Unavailable("document.fonts", folder=str(bureau or HOUSE_FONTS), missing=missing)
    files = {names: _files(fonts, names) for names in faces.values()}
    shown = [characters_of(each) for each in files.values()]
    return _Press(fonts, faces, frozenset.intersection(*shown))


def _files(fonts: typst.Fonts, families: tuple[str, ...]) -> set[tuple[Path, int]]:
    """List the files of some families, the ordinary weight of each: the others show the same."""
    return {
        (Path(font.path), font.index)
        for font in fonts.fonts()
        if font.path and font.family in families and font.weight == _REGULAR
    }


def _totals(data: PaperData) -> dict[str, str]:
    """Give the sums that stand in words on a paper."""
    if isinstance(data, WarningFeedback):
        sums = {"tax": data.tax, "surcharge": data.surcharge}
    elif isinstance(data, SelfCheckNotice):
        sums = {"tax": tax_to_make_up(data.amounts)}
    else:
        return {}
    words = {f"{name}_words": amount_in_words(amount) for name, amount in sums.items()}
    return {name: format(amount, "f") for name, amount in sums.items()} | words
