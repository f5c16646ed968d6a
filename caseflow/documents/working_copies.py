"""
A paper as a DOCX to work on 工作稿: text and tables, marked as no official paper, never read back.

Written by hand: paragraphs and tables are a few elements of WordprocessingML, and the same data
give the same bytes.
"""

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from xml.sax.saxutils import escape

from caseflow.documents.catalogue.kinds import Paper, PaperData
from caseflow.documents.labels import LABELS
from caseflow.documents.papers import PAPERS
from caseflow.documents.schema import plain
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
    yield _paragraph(str(head["agency"]), size=32, is_centred=True, is_bold=True)
    yield _paragraph(paper.kind.zh, size=44, is_centred=True, is_bold=True)
    if head["number"]:
        yield _paragraph(str(head["number"]), is_centred=True)
    yield from _lines({name: value for name, value in told.items() if name != "head"})
    if head["cancels"]:
        yield _paragraph(f"自本文书签发之日起，{head['cancels']}作废。")
    yield _paragraph(f"{head['agency']}　{head['dated_on']}", is_right=True)
    yield _paragraph(f"任务编号：{head['case_number']}", size=21)


def _lines(told: Mapping[str, object]) -> Iterator[str]:
    for name, value in told.items():
        if value in _NOTHING:
            continue
        if name == "parts" and isinstance(value, list):
            for part in value:
                yield from _part(part)
        elif name in {"opening", "signatures"} and isinstance(value, list):
            yield from (_paragraph(str(line)) for line in value)
        elif isinstance(value, dict):
            yield _paragraph(f"{LABELS[name]}：{_joined(value)}")
        elif isinstance(value, list):
            yield _paragraph(LABELS[name], is_bold=True)
            yield from _list(value)
        else:
            yield _paragraph(f"{LABELS[name]}：{_said(value)}")


def _part(part: Mapping[str, object]) -> Iterator[str]:
    if part["title"]:
        yield _paragraph(str(part["title"]), is_bold=True)
    yield from (_paragraph(line) for line in _texts(part["lines"]))
    yield from (
        _paragraph(f"{index}. {line}") for index, line in enumerate(_texts(part["items"]), 1)
    )
    pairs = part["pairs"]
    if isinstance(pairs, list) and pairs:
        yield _table([[str(pair["name"]), str(pair["value"])] for pair in pairs])
    table = part["table"]
    if isinstance(table, dict):
        sums = [table["sums"]] if table["sums"] else []
        yield _table([table["names"], *table["rows"], *sums])
    answers = part["answers"]
    for each in answers if isinstance(answers, list) else ():
        yield _paragraph(f"问：{each['question']}")
        yield _paragraph(f"答：{each['answer']}")


def _list(values: Sequence[object]) -> Iterator[str]:
    if not all(isinstance(value, dict) for value in values):
        yield from (_paragraph(f"{n}. {_said(value)}") for n, value in enumerate(values, 1))
        return
    rows = [value for value in values if isinstance(value, dict)]
    names = [
        name for name in rows[0] if any(row[name] not in ("", None, [], False) for row in rows)
    ]
    yield _table(
        [[LABELS[name] for name in names], *([_said(row[n]) for n in names] for row in rows)]
    )


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def _joined(value: Mapping[str, object]) -> str:
    return "，".join(_said(each) for each in value.values() if each not in ("", None, []))


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(_said(each) for each in value)
    if isinstance(value, dict):
        return _joined(value)
    return "" if value is None else str(value)


def _header(paper: Paper) -> str:
    marks = MARK if paper.is_outward else f"{INSIDE}　{MARK}"
    line = _paragraph(marks, size=21, is_centred=True, is_bold=True, colour="C8161D")
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
    size: int = 24,
    is_centred: bool = False,
    is_right: bool = False,
    is_bold: bool = False,
    colour: str = "",
) -> str:
    side = "center" if is_centred else "right" if is_right else "both"
    bold = "<w:b/>" if is_bold else ""
    red = f'<w:color w:val="{colour}"/>' if colour else ""
    runs = "<w:br/>".join(
        f'<w:t xml:space="preserve">{escape(_clean(line))}</w:t>' for line in text.split("\n")
    )
    return (
        f'<w:p><w:pPr><w:spacing w:after="80"/><w:jc w:val="{side}"/></w:pPr><w:r><w:rPr>'
        f'<w:rFonts w:ascii="FangSong" w:hAnsi="FangSong" w:eastAsia="FangSong"/>{bold}{red}'
        f'<w:sz w:val="{size}"/></w:rPr>{runs}</w:r></w:p>'
    )


def _table(rows: Sequence[Sequence[str]]) -> str:
    lines = "".join(
        "<w:tr>"
        + "".join(f"<w:tc><w:tcPr/>{_paragraph(cell, size=21)}</w:tc>" for cell in row)
        + "</w:tr>"
        for row in rows
    )
    columns = "<w:gridCol/>" * max(len(row) for row in rows)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>{_BORDER}</w:tblBorders>'
        f"</w:tblPr><w:tblGrid>{columns}</w:tblGrid>{lines}</w:tbl>"
    ) + _paragraph("", size=12)


def _clean(text: str) -> str:
    """XML knows no control characters."""
    return "".join(each for each in text if each >= " ")
