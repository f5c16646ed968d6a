"""
A paper as a DOCX to work on 工作稿: text and tables, marked as no official paper, never read back.

Written by hand: paragraphs and tables are a few elements of WordprocessingML, and the same data
give the same bytes.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from xml.sax.saxutils import escape

from caseflow.documents.catalogue.kinds import Paper, PaperData
from caseflow.documents.labels import LABELS
from caseflow.documents.papers import PAPERS
from caseflow.documents.schema import plain
from caseflow.documents.words import day_in_words
from caseflow.vocabulary import PaperKind

MARK = "工作稿　非正式文书，以签发的文书为准"
INSIDE = "内部资料　注意保存"

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">\
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Default Extension="xml" ContentType="application/xml"/>\
<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument\
.wordprocessingml.document.main+xml"/><Override PartName="/word/header1.xml" ContentType=\
"application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"/></Types>"""
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OF_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_ROOT = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="{_OF_PACKAGE}"><Relationship Id="rId1" \
Type="{_RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>"""
_PARTS = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="{_OF_PACKAGE}"><Relationship Id="rId1" \
Type="{_RELATIONS}/header" Target="header1.xml"/></Relationships>"""
_NOTHING: tuple[object, ...] = ("", None, [], False)
# Where the fields of a paper stand; all others between them.
_FIRST = ("addressee", "office", "taxpayer", "opening")
_LAST = ("contact", "opinions", "signatures")
_CHINESE = ("", *"一二三四五六七八九十", *(f"十{n}" for n in "一二三四五六七八九"))
# Records with more values than that are read one below the other.
_MOST_COLUMNS = 6
_TEXT_SIZE = 24
_PEERS = "户数"
# Between the margins, in twentieths of a point.
_TEXT_WIDTH = 11906 - 1361 - 1474
_AMOUNT = re.compile(r"-?\d+\.\d{2}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}[+-]\d{2}:\d{2})?")
_DAY_ALONE = len("2009-12-18")
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_BORDER = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


def working_copy(kind: PaperKind, data: PaperData) -> bytes:
    """Write the working copy of a paper: DOCX, the same bytes for the same data."""
    paper = PAPERS[kind]
    told = plain(data)
    body = "".join(_body(paper, told if isinstance(told, dict) else {}))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in (
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", _ROOT),
            ("word/_rels/document.xml.rels", _PARTS),
            ("word/header1.xml", _header(paper)),
            ("word/document.xml", _document(body)),
        ):
            package.writestr(zipfile.ZipInfo(name, _LONG_AGO), text)
    return out.getvalue()


def _body(paper: Paper, told: Mapping[str, object]) -> Iterator[str]:
    head = told["head"]
    assert isinstance(head, dict)  # noqa: S101 -- every paper has a head
    yield _paragraph(str(head["agency"]), size=32, side="center", is_bold=True)
    yield _paragraph(paper.kind.zh, size=44, side="center", is_bold=True)
    if head["number"]:
        yield _paragraph(str(head["number"]), side="center")
    names = sorted((name for name in told if name != "head"), key=_place)
    yield from _lines({name: told[name] for name in names})
    if head["cancels"]:
        yield _paragraph(f"自本文书签发之日起，{head['cancels']}作废。")
    yield _paragraph(f"{head['agency']}　{_said(head['dated_on'])}", side="right")
    yield _paragraph(f"任务编号：{head['case_number']}", size=21)


def _place(name: str) -> int:
    """Where a field of a paper stands: whom it is for, what opens it, what closes it."""
    if name in _FIRST:
        return _FIRST.index(name) - len(_FIRST)
    return _LAST.index(name) + 1 if name in _LAST else 0


def _lines(told: Mapping[str, object]) -> Iterator[str]:
    for name, value in told.items():
        if value in _NOTHING:
            continue
        if name == "parts" and isinstance(value, list):
            yield from _parts(value)
        elif name in {"opening", "signatures"} and isinstance(value, list):
            yield from (_paragraph(str(line)) for line in value)
        elif isinstance(value, dict):
            yield _paragraph(LABELS[name], is_bold=True)
            yield _pairs(value)
        elif isinstance(value, list):
            yield _paragraph(LABELS[name], is_bold=True)
            yield from _list(value)
        else:
            yield _paragraph(f"{LABELS[name]}：{_said(value)}")


def _parts(parts: Sequence[Mapping[str, object]]) -> Iterator[str]:
    """The parts, those with a title numbered in order."""
    index = 0
    for part in parts:
        if part["title"]:
            index += 1
            yield _paragraph(f"{_CHINESE[index]}、{part['title']}", is_bold=True)
        yield from _part(part)


def _part(part: Mapping[str, object]) -> Iterator[str]:
    yield from (_paragraph(line) for line in _texts(part["lines"]))
    yield from (
        _paragraph(f"{index}. {line}") for index, line in enumerate(_texts(part["items"]), 1)
    )
    pairs = part["pairs"]
    if isinstance(pairs, list) and pairs:
        yield _paired([(str(pair["name"]), str(pair["value"])) for pair in pairs])
    table = part["table"]
    if isinstance(table, dict):
        sums = [table["sums"]] if table["sums"] else []
        widths = [float(width) for width in table["widths"]]
        yield _table([table["names"], *table["rows"], *sums], widths)
    answers = part["answers"]
    for each in answers if isinstance(answers, list) else ():
        yield _paragraph(f"问：{each['question']}")
        yield _paragraph(f"答：{each['answer']}")


def _list(values: Sequence[object]) -> Iterator[str]:
    if not all(isinstance(value, dict) for value in values):
        yield from (_paragraph(f"{n}. {_said(value)}") for n, value in enumerate(values, 1))
        return
    rows = [value for value in values if isinstance(value, dict)]
    names = [name for name in rows[0] if any(row[name] not in _NOTHING for row in rows)]
    if len(names) > _MOST_COLUMNS:
        yield from (_pairs(row) for row in rows)
        return
    head = [LABELS[name] for name in names]
    yield _table([head, *([_said(row[n]) for n in names] for row in rows)], [1.0] * len(names))


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def _pairs(values: Mapping[str, object]) -> str:
    return _paired(
        [(LABELS[name], _said(each)) for name, each in values.items() if each not in _NOTHING]
    )


def _joined(value: Mapping[str, object]) -> str:
    """A record in a cell, each of its values by name."""
    # The number of a group of peers is how many they are, and no name.
    labels = {**LABELS, "number": _PEERS} if "mean" in value else LABELS
    return "；".join(
        f"{labels[name]}：{_said(each)}" for name, each in value.items() if each not in _NOTHING
    )


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "；".join(_said(each) for each in value)
    if isinstance(value, dict):
        return _joined(value)
    return "" if value is None else _written(str(value))


def _written(text: str) -> str:
    """Days and times as papers write them, amounts with their thousands apart."""
    if _AMOUNT.fullmatch(text):
        return f"{Decimal(text):,.2f}".replace("-", "−")
    if not _DAY.fullmatch(text):
        return text
    at = datetime.fromisoformat(text)
    day = day_in_words(at)
    return day if len(text) == _DAY_ALONE else f"{day}{at.hour}时{at.minute:02d}分"


def _header(paper: Paper) -> str:
    marks = MARK if paper.is_outward else f"{INSIDE}　{MARK}"
    line = _paragraph(marks, size=21, side="center", is_bold=True, colour="C8161D")
    return f'{_DECLARED}<w:hdr xmlns:w="{_WORD}">{line}</w:hdr>'


def _document(body: str) -> str:
    page = (
        '<w:sectPr><w:headerReference xmlns:r="' + _RELATIONS + '" w:type="default" r:id="rId1"/>'
        '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1361" w:bottom="1440"'
        ' w:left="1474" w:header="720" w:footer="720" w:gutter="0"/></w:sectPr>'
    )
    return f'{_DECLARED}<w:document xmlns:w="{_WORD}"><w:body>{body}{page}</w:body></w:document>'


def _paragraph(
    text: str,
    *,
    size: int = _TEXT_SIZE,
    side: str = "both",
    is_bold: bool = False,
    colour: str = "",
) -> str:
    bold = "<w:b/>" if is_bold else ""
    # A heading stays with what it heads.
    kept = "<w:keepNext/>" if is_bold and size == _TEXT_SIZE else ""
    red = f'<w:color w:val="{colour}"/>' if colour else ""
    runs = "<w:br/>".join(
        f'<w:t xml:space="preserve">{escape(_clean(line))}</w:t>' for line in text.split("\n")
    )
    return (
        f'<w:p><w:pPr>{kept}<w:spacing w:after="80"/><w:jc w:val="{side}"/></w:pPr><w:r><w:rPr>'
        f'<w:rFonts w:ascii="FangSong" w:hAnsi="FangSong" w:eastAsia="FangSong"/>{bold}{red}'
        f'<w:sz w:val="{size}"/></w:rPr>{runs}</w:r></w:p>'
    )


def _paired(pairs: Sequence[tuple[str, str]]) -> str:
    """Names and values: no line of them is the head of a table."""
    return _drawn([list(pair) for pair in pairs], [1.0, 3.0], heads=0)


def _table(rows: Sequence[Sequence[str]], widths: Sequence[float]) -> str:
    """A table whose first line is its head, which stands on every page."""
    return _drawn(rows, widths, heads=1)


def _drawn(rows: Sequence[Sequence[str]], widths: Sequence[float], *, heads: int) -> str:
    whole = sum(widths)
    parts = [round(_TEXT_WIDTH * width / whole) for width in widths]
    lines = "".join(_row(row, parts, is_head=at < heads) for at, row in enumerate(rows))
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in parts)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(parts)}" w:type="dxa"/><w:tblBorders>{_BORDER}'
        f'</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>'
        f"{lines}</w:tbl>"
    ) + _paragraph("", size=12)


def _row(cells: Sequence[str], widths: Sequence[int], *, is_head: bool) -> str:
    head = "<w:tblHeader/>" if is_head else ""
    return (
        f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>"
        + "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
            f"{_paragraph(cell, size=21, side='left', is_bold=is_head)}</w:tc>"
            for cell, width in zip(cells, widths, strict=True)
        )
        + "</w:tr>"
    )


def _clean(text: str) -> str:
    """XML knows no control characters."""
    return "".join(each for each in text if each >= " ")
