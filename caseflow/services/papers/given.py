"""The parts of papers that the case itself fills: taxpayer, amounts, doubts, officers, its way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from sqlalchemy import select

from caseflow import added_doubts, amounts, clock, documents
from caseflow.documents import PAPERS, DoubtOutcome, Pair, PaperKind, SheetPart, Tabled
from caseflow.documents.catalogue.shapes import Source
from caseflow.masking import masked
from caseflow.models import Answer, AssessedAmount, Document
from caseflow.models.base import Json
from caseflow.services.papers import course, doubts, execution
from caseflow.services.papers.households import taxpayer_facts
from caseflow.services.papers.outward import period, period_as_typed
from caseflow.services.papers.subject import Subject
from caseflow.vocabulary import DocumentStatus
from caseflow.vocabulary.choices import Finding, Tax


def part(subject: Subject, source: Source, title: str) -> SheetPart:
    """A part by its source; empty when the case knows nothing of it."""
    return _PARTS[source](subject, title)


def table(
    names: tuple[str, ...],
    rows: tuple[tuple[str, ...], ...],
    *,
    widths: tuple[float, ...],
    figures: tuple[bool, ...],
    sums: tuple[str, ...] = (),
) -> Tabled | None:
    """A table without the columns in which nothing stands; None without rows."""
    shown = [at for at in range(len(names)) if any(row[at] for row in rows)]
    if not shown:
        return None

    def of(cells: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(cells[at] for at in shown)

    return Tabled(
        names=of(names),
        widths=tuple(str(widths[at]) for at in shown),
        are_figures=tuple(figures[at] for at in shown),
        rows=tuple(of(row) for row in rows),
        sums=of(sums) if sums else (),
    )


def total(rows: list[AssessedAmount]) -> Decimal:
    """What is to be made up: within a tax periods offset each other, taxes do not."""
    return amounts.assessed_tax((row.tax, row.recomputed - row.declared) for row in rows)


def _taxpayer(subject: Subject, title: str) -> SheetPart:
    if subject.taxpayer is None:
        return SheetPart(title=title)
    it = taxpayer_facts(subject)
    return SheetPart(
        title=title,
        pairs=(
            Pair.of("纳税人名称", it.name),
            Pair.of("纳税人识别号", it.tin),
            Pair.of("地址", it.address),
            Pair.of("行业", it.industry),
            Pair.of("法定代表人", it.legal_rep),
            Pair.of("纳税信用等级", it.credit_grade),
            Pair.of("管理科（所）", it.section),
            Pair.of("税收管理员", it.administrator),
        ),
    )


def _amounts(subject: Subject, title: str) -> SheetPart:
    rows = execution.amounts(subject)
    if not rows:
        return SheetPart(title=title)
    tax = total(rows)
    return SheetPart(
        title=title,
        lines=(_in_all("合计应补税款", tax) + "。",),
        table=table(
            ("税种", "税款所属期", "申报税额（元）", "核实税额（元）", "差额（元）"),
            tuple(
                (
                    Tax(row.tax).zh,
                    period(row.period),
                    _yuan(row.declared),
                    _yuan(row.recomputed),
                    _yuan(row.recomputed - row.declared),
                )
                for row in rows
            ),
            widths=(1, 1.2, 1.2, 1.2, 1.2),
            figures=(False, False, True, True, True),
        ),
    )


def _sums(subject: Subject, title: str) -> SheetPart:
    rows = execution.amounts(subject)
    if not rows:
        return SheetPart(title=title)
    tax, surcharge = total(rows), sum((row.surcharge for row in rows), Decimal(0))
    lines = tuple(
        (
            Tax(row.tax).zh,
            period(row.period),
            _yuan(row.declared),
            _yuan(row.recomputed),
            _yuan(row.recomputed - row.declared),
            row.due_on.isoformat() if row.due_on else "",
            _yuan(row.surcharge) if row.surcharge else "",
            _yuan(row.income_adjusted) if row.income_adjusted else "",
            _yuan(row.loss_offset) if row.loss_offset else "",
        )
        for row in rows
    )
    return SheetPart(
        title=title,
        lines=(_told_of(rows, tax, surcharge) + "。",),
        table=table(
            (
                "税种",
                "所属期",
                "申报（元）",
                "核实（元）",
                "差额（元）",
                "缴款期限",
                "滞纳金（元）",
                "调整所得（元）",
                "弥补亏损（元）",
            ),
            lines,
            widths=(1, 1, 1.2, 1.2, 1.2, 1.1, 1, 1.2, 1.2),
            figures=(False, False, True, True, True, False, True, True, True),
        ),
    )


def _told_of(rows: list[AssessedAmount], tax: Decimal, surcharge: Decimal) -> str:
    """The sums in words; where no tax is due, what is adjusted instead."""
    if tax or surcharge:
        return _in_all("应补税款", tax) + "，" + _in_all("滞纳金", surcharge)
    adjusted = sum((row.income_adjusted for row in rows), Decimal(0))
    offset = sum((row.loss_offset for row in rows), Decimal(0))
    told = [
        _in_all(name, amount)
        for name, amount in (("调整应纳税所得额", adjusted), ("弥补亏损", offset))
        if amount
    ]
    return "，".join(["没有应补税款", *told])


def _doubts(subject: Subject, title: str) -> SheetPart:
    told = doubts.outcomes(subject, _concluded(subject))
    return SheetPart(
        title=title,
        table=table(
            ("指标", "疑点", "所属期", "指标值", "预警值", "结论", "理由", "预警估算（元）"),
            tuple(
                (
                    it.indicator,
                    it.name,
                    it.period,
                    it.value,
                    it.threshold,
                    "" if it.finding == doubts.NOTHING else it.finding,
                    it.reasons,
                    _yuan(it.estimated_tax) if it.estimated_tax else "",
                )
                for it in told
            )
            + tuple(_added(subject)),
            widths=(1, 1.6, 1, 1, 1.1, 0.8, 3.4, 1.1),
            figures=(False, False, False, False, False, False, False, True),
        ),
    )


def _added(subject: Subject) -> Iterator[tuple[str, ...]]:
    """The doubts that officers added, as rows of the same table: no indicator found them."""
    said = {line["row"]: line for line in _concluded(subject).get("added_doubts") or []}
    for doubt in added_doubts.of_case(subject.work.session, subject.work.case):
        line = said.get(doubt.row, {})
        yield (
            doubts.NOTHING,
            f"{Tax(doubt.tax).zh}：{doubt.text}",
            period_as_typed(doubt.period),
            doubts.NOTHING,
            doubts.NOTHING,
            Finding(line["finding"]).zh if line.get("finding") else "",
            line.get("reasons", ""),
            _yuan(doubt.estimate),
        )


def _checked(subject: Subject, title: str) -> SheetPart:
    told = doubts.checked(subject)
    index = _index(told)
    return SheetPart(
        title=title,
        table=table(
            (
                "指标",
                "疑点",
                "所属期",
                "指标值",
                "预警值",
                "结果",
                "核查过程和依据",
                "证据",
                "估算税额（元）",
            ),
            tuple(
                (
                    it.indicator,
                    it.name,
                    it.period,
                    it.value,
                    it.threshold,
                    it.finding,
                    it.reasons,
                    "、".join(str(index[name]) for name in it.evidence),
                    _yuan(it.estimated_tax) if it.estimated_tax else "",
                )
                for it in told
            ),
            widths=(0.9, 1.3, 0.9, 0.9, 1, 0.8, 3.6, 0.7, 1.1),
            figures=(False, False, False, False, False, False, False, False, True),
        ),
    )


def _steps(subject: Subject, title: str) -> SheetPart:
    return SheetPart(
        title=title,
        table=table(
            ("疑点", "所属期", "步骤及完成情况"),
            tuple(
                (name, "、".join(periods), "；".join(steps))
                for (name, steps), periods in _alike(doubts.checked(subject)).items()
            ),
            widths=(1.4, 1.1, 4),
            figures=(False, False, False),
        ),
    )


def _alike(told: tuple[DoubtOutcome, ...]) -> Mapping[tuple[str, tuple[str, ...]], list[str]]:
    """The periods of doubts of one name whose steps were left alike."""
    found: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for it in told:
        if it.steps:
            found.setdefault((it.name, it.steps), []).append(it.period)
    return found


def _index(told: tuple[DoubtOutcome, ...]) -> Mapping[str, int]:
    """The pieces of evidence, numbered as they are first named."""
    names = dict.fromkeys(name for it in told for name in it.evidence)
    return {name: at for at, name in enumerate(names, 1)}


def _evidence(subject: Subject, title: str) -> SheetPart:
    told = doubts.checked(subject)
    return SheetPart(
        title=title,
        table=table(
            ("序号", "证据名称", "所证疑点"),
            tuple(
                (
                    str(at),
                    name,
                    "；".join(f"{it.name}（{it.period}）" for it in told if name in it.evidence),
                )
                for name, at in _index(told).items()
            ),
            widths=(0.5, 2, 4),
            figures=(False, False, False),
        ),
    )


def _concluded(subject: Subject) -> Json:
    """The newest answers that conclude the doubts of the case."""
    task, answers = subject.work.task, subject.work.answers or {}
    rows = subject.work.session.scalars(
        select(Answer.content)
        .where(Answer.case_id == subject.work.case.id, Answer.content.has_key("doubts"))
        .order_by(Answer.id.desc())
    )
    for content in (answers, *rows) if task is not None else rows:
        told = [*content.get("doubts", []), *(content.get("added_doubts") or [])]
        if any("finding" in each for each in told if isinstance(each, dict)):
            return content
    return {}


def _officers(subject: Subject, title: str) -> SheetPart:
    named = zip(("主办人员", "协办人员"), (subject.main, subject.second), strict=True)
    return SheetPart(
        title=title,
        pairs=tuple(Pair.of(label, user.name) for label, user in named if user is not None),
    )


def _papers(subject: Subject, title: str) -> SheetPart:
    rows = subject.work.session.scalars(
        select(Document)
        .where(Document.case_id == subject.work.case.id, Document.issued_at.is_not(None))
        .order_by(Document.id)
    )
    return SheetPart(
        title=title,
        table=table(
            ("文书名称", "文号", "签发日期", "送达日期"),
            tuple(
                (
                    PAPERS[PaperKind(row.kind)].kind.zh,
                    row.number or "—",
                    f"{clock.local_date(row.issued_at)}" if row.issued_at else "",
                    f"{row.served_on}" if row.served_on else "",
                )
                for row in rows
            ),
            widths=(2, 2, 1, 1),
            figures=(False, False, False, False),
        ),
    )


def _unserved(subject: Subject, title: str) -> SheetPart:
    payer = subject.taxpayer
    rows = subject.work.session.scalars(
        select(Document)
        .where(Document.case_id == subject.work.case.id, Document.status == DocumentStatus.ISSUED)
        .order_by(Document.id)
    ).all()
    # Records that both sides sign are not served.
    papers = [row for row in rows if row.number and PAPERS[PaperKind(row.kind)].is_outward]
    if payer is None or not papers:
        return SheetPart(title=title)
    # An announcement is read by everybody: the number of an individual is that of a person.
    tin = masked(payer.tin) if payer.kind == "individual" else payer.tin
    return SheetPart(
        title=title,
        table=table(
            ("纳税人名称", "纳税人识别号", "文书名称", "文书文号"),
            tuple((payer.name, tin, PaperKind(row.kind).zh, row.number or "—") for row in papers),
            widths=(2, 1.4, 1.6, 1.6),
            figures=(False, False, False, False),
        ),
    )


def _course(subject: Subject, title: str) -> SheetPart:
    return SheetPart(
        title=title,
        table=table(
            ("日期", "步骤", "经办人", "结果"),
            tuple(
                (step.on.isoformat(), step.step, step.person, step.result)
                for step in course.steps(subject)
            ),
            widths=(1, 1.3, 0.8, 3.4),
            figures=(False, False, False, False),
        ),
    )


def _in_all(what: str, amount: Decimal) -> str:
    return f"{what}人民币{documents.amount_in_words(amount)}（{_yuan(amount)}元）"


def _yuan(amount: Decimal) -> str:
    return f"{amount:,.2f}".replace("-", "−")


_PARTS: Mapping[Source, Callable[[Subject, str], SheetPart]] = {
    Source.TAXPAYER: _taxpayer,
    Source.AMOUNTS: _amounts,
    Source.SUMS: _sums,
    Source.DOUBTS: _doubts,
    Source.CHECKED: _checked,
    Source.STEPS: _steps,
    Source.EVIDENCE: _evidence,
    Source.OFFICERS: _officers,
    Source.PAPERS: _papers,
    Source.UNSERVED: _unserved,
    Source.COURSE: _course,
}
