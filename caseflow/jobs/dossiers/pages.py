"""What a person reads in a dossier: the index as PDF, the answers as one page, the case as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path, PurePath

from caseflow import clock, documents
from caseflow.documents import PaperKind
from caseflow.engine.forms import FormSpec
from caseflow.jobs.dossiers import wording
from caseflow.models import Attachment
from caseflow.reads.cases import Paper
from caseflow.reads.dossiers import Contents
from caseflow.vocabulary import Outcome

_UNFIT = re.compile(r"[^\w.（）〔〕《》-]+")
_LONGEST = 60
_KINDS = {kind.value: kind.zh for kind in PaperKind}

_HTML = """\
<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>
<style>
body {{ font-family: serif; max-width: 52em; margin: 2em auto; padding: 0 1em; line-height: 1.6 }}
table {{ border-collapse: collapse; width: 100% }}
td, th {{ border: 1px solid #999; padding: .3em .6em; text-align: left; vertical-align: top }}
th {{ width: 14em; font-weight: normal; background: #f2f2f2 }}
small {{ color: #555; word-break: break-all }}
</style></head><body><h1>{title}</h1>
{body}
</body></html>
"""


@dataclass(frozen=True, slots=True)
class Held:
    """The files of a dossier: the name each of its papers, their receipts and evidence has."""

    papers: Mapping[int, str]
    receipts: Mapping[int, str]
    files: Mapping[int, str]


def names(contents: Contents) -> Held:
    """Names that every system can store, in the order of the case."""
    issued = [paper for paper in contents.page.papers if paper.sha256 is not None]
    return Held(
        papers={
            paper.id: f"papers/{place:02}-{_fit(_title(paper))}.pdf"
            for place, paper in enumerate(issued, 1)
        },
        receipts={
            paper.id: f"receipts/{place:02}-送达回证-{_fit(_title(paper))}.pdf"
            for place, paper in enumerate(issued, 1)
            if paper.id in contents.receipts
        },
        files={
            file.id: f"files/{place:02}-{_fit(PurePath(file.name).stem)}{_ending(file)}"
            for place, file in enumerate(contents.files, 1)
        },
    )


def index(contents: Contents, held: Held, *, fonts: Path, as_of: datetime) -> bytes:
    """The index 案卷目录 as PDF: the case, its papers and files, every act with its hash."""
    page = contents.page
    data = {
        "head": {
            "agency": page.district.name,
            "dated_on": clock.local_date(as_of).isoformat(),
            "case_number": page.case.number,
            "number": "",
        },
        "status": page.case.status.zh,
        "taxpayer": page.about,
        "tin": contents.tin,
        "section": page.section.name,
        "main_officer": page.main_officer.name if page.main_officer else "—",
        "second_officer": page.second_officer.name if page.second_officer else "—",
        "opened": _stamp(page.case.opened_at),
        "closed": _stamp(page.case.closed_at),
        "outcome": outcome(page.case.outcome),
        "process": f"{page.process} v{page.definition_version}",
        "as_of": _stamp(as_of),
        "papers": [_paper(paper, held) for paper in page.papers if paper.id in held.papers],
        "files": [_file(file, held, contents) for file in contents.files],
        "acts": [
            {
                "seq": event.seq,
                "at": _stamp(event.at),
                "who": wording.who(event),
                "post": wording.post(event),
                "what": wording.act(event, _steps(contents)),
                "hash": event.hash,
            }
            for event in contents.acts
        ],
    }
    return documents.render_form("dossier_index.typ", "案卷目录", data, at=as_of, fonts=fonts)


def answers(contents: Contents, forms: Mapping[str, FormSpec], offered: Mapping[str, str]) -> str:
    """What was handed in with each act, by the forms of the case's own version, as one page."""
    body = "\n".join(_answers(contents, forms, offered))
    title = f"{contents.page.case.number} 各步填报内容"
    return _HTML.format(title=escape(title), body=body)


def case(contents: Contents, held: Held) -> dict[str, object]:
    """The case as values, for machines: what its rows said when the dossier was made."""
    page, row = contents.page, contents.page.case
    return {
        "case": {
            "number": row.number,
            "kind": row.kind.value,
            "status": row.status.value,
            "outcome": row.outcome,
            "revision": row.revision,
            "score": str(row.score),
            "grade": row.grade,
            "period": row.period,
            "opened_at": row.opened_at.isoformat(),
            "closed_at": row.closed_at.isoformat() if row.closed_at else None,
            "process": page.process,
            "version": page.definition_version,
            "definition_sha256": contents.definition_sha256,
        },
        "taxpayer": {"name": page.about, "tin": contents.tin},
        "units": {"district": page.district.name, "section": page.section.name},
        "doubts": [
            {"indicator": each.indicator.code, "value": str(each.value)} for each in page.doubts
        ],
        "amounts": [
            {
                "tax": each.tax,
                "period": each.period,
                "declared": str(each.declared),
                "recomputed": str(each.recomputed),
                "surcharge": str(each.surcharge),
                "tax_paid": str(each.tax_paid),
            }
            for each in page.amounts
        ],
        "papers": [_paper(paper, held) for paper in page.papers if paper.id in held.papers],
        "files": [_file(file, held, contents) for file in contents.files],
        "people": {
            event.actor: {"name": wording.who(event), "post": wording.post(event)}
            for event in contents.acts
        },
    }


def outcome(name: str | None) -> str:
    """An outcome in words."""
    return "—" if name is None else next((term.zh for term in Outcome if term == name), name)


def _answers(
    contents: Contents, forms: Mapping[str, FormSpec], offered: Mapping[str, str]
) -> Iterator[str]:
    form_of = {step.id: step.form_key for step in contents.page.steps}
    shown = {**offered, **{str(file.id): file.name for file in contents.files}}
    acts = {event.seq: event for event in contents.acts}
    for answer in contents.answers:
        event = acts.get(answer.revision)
        spec = forms.get(form_of.get(answer.task_id or 0, ""))
        fields, covers = spec.fields if spec else (), contents.covers
        pairs = wording.answers(fields, answer.content, shown, covers=covers)
        told = wording.act(event, _steps(contents)) if event else answer.element
        by = f"{wording.who(event)} {wording.post(event)} {_stamp(event.at)}" if event else ""
        yield f"<h2>{answer.revision}. {escape(told)}</h2><p>{escape(by)}</p><table>"
        for label, value in pairs:
            yield f"<tr><th>{escape(label)}</th><td>{escape(value)}</td></tr>"
        source = f"answers/{answer.revision}.json · SHA-256 {answer.sha256}"
        yield f"</table><p><small>{source}</small></p>"


def tells_numbers(contents: Contents, forms: Mapping[str, FormSpec]) -> bool:
    """Whether any of the answers, which go out in full, holds a number of a person."""
    form_of = {step.id: step.form_key for step in contents.page.steps}
    specs = [(forms.get(form_of.get(each.task_id or 0, "")), each) for each in contents.answers]
    return any(spec and wording.tells_numbers(spec.fields, each.content) for spec, each in specs)


def _steps(contents: Contents) -> dict[str, str]:
    return {step.element: step.name for step in contents.page.steps}


def _paper(paper: Paper, held: Held) -> dict[str, object]:
    return {
        "name": _KINDS.get(paper.kind, paper.kind),
        "number": paper.number or "",
        "issued": _stamp(paper.issued_at),
        "served": paper.served_on.isoformat() if paper.served_on else "—",
        "file": held.papers[paper.id],
        "receipt": held.receipts.get(paper.id, ""),
        "sha256": paper.sha256,
    }


def _file(file: Attachment, held: Held, contents: Contents) -> dict[str, object]:
    custody = (file.collected_by, file.collected_on, file.collected_at, file.origin)
    return {
        "name": file.name,
        "size": file.size,
        "by": contents.people.get(file.uploaded_by, ""),
        "at": _stamp(file.uploaded_at),
        "custody": "，".join(str(each) for each in custody if each) or "—",
        "file": held.files[file.id],
        "sha256": file.sha256,
    }


def _title(paper: Paper) -> str:
    return f"{_KINDS.get(paper.kind, paper.kind)}{paper.number or ''}"


def _ending(file: Attachment) -> str:
    return _UNFIT.sub("", PurePath(file.name).suffix.lower())


def _fit(name: str) -> str:
    return _UNFIT.sub("_", name)[:_LONGEST].strip("._") or "file"


def _stamp(at: datetime | None) -> str:
    return "—" if at is None else f"{at.astimezone(clock.BUREAU_ZONE):%Y-%m-%d %H:%M}"
