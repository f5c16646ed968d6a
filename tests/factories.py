"""Rows for tests, made by plain functions."""

import uuid
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock, engine
from caseflow.models import (
    Case,
    IndicatorVersion,
    ReportFigure,
    ScreeningRun,
    Taxpayer,
    TaxWarning,
    Unit,
)
from caseflow.services import cases, definitions, record
from caseflow.vocabulary import SYSTEM, CaseKind, Rate, RunStatus, WarningStatus, kinds
from tests.unit.engine import sketch

ROOT = Path(__file__).parents[1]


def bundle(process: str = "warning_verification") -> dict[str, bytes]:
    """The shipped drawing of a process with its parts, tables and forms."""
    found = (ROOT.glob(each) for each in ("workflows/*.bpmn", "workflows/*.dmn", "forms/*.form"))
    files = {path.name: path.read_bytes() for paths in found for path in paths}
    return engine.pick(files, f"{process}.bpmn")


def payer_of(case: Case) -> int:
    """The household of a case that is about one."""
    assert case.taxpayer_id is not None
    return case.taxpayer_id


def taxpayer(session: Session, *, section: str = "0101", serial: int = 1) -> Taxpayer:
    """A household of a section."""
    unit = session.scalars(select(Unit).where(Unit.code == section)).one()
    row = Taxpayer(
        tin=f"21020200000{serial:04d}",
        name=f"大连样例{serial}商贸有限公司",
        name_key=f"da lian yang li {serial}",
        name_grams=["大连", "样例"],
        kind="enterprise",
        reg_status="normal",
        vat_class="general",
        industry_code="6311",
        industry_name="批发业",
        ownership_type="170",
        credit_grade="B",
        district_id=unit.parent_id or 0,
        section_id=unit.id,
        administrator_id=None,
        address="大连市中山区样例路1号",
        phone="0411-80000000",
        legal_rep="样例人",
        finance_head=None,
        registered_on=date(2003, 5, 6),
        is_key_source=False,
    )
    session.add(row)
    session.flush()
    return row


def warning(
    session: Session, payer: Taxpayer, *, code: str = "VAT-001", points: str = "2.0"
) -> TaxWarning:
    """A warning of the last run on a household."""
    run = session.scalar(select(ScreeningRun).limit(1)) or screening(session)
    version = session.scalar(
        select(IndicatorVersion).where(IndicatorVersion.code == code)
    ) or _indicator(session, code)
    row = TaxWarning(
        run_id=run.id,
        taxpayer_id=payer.id,
        indicator=code,
        indicator_version_id=version.id,
        kind="TA",
        period=200912,
        value=0.01,
        threshold=0.02,
        side="low",
        peers={"n": 52, "mean": 0.0165, "p25": 0.012, "p75": 0.021},
        inputs={},
        batches=[],
        severity=2,
        points=Decimal(points),
        estimated_tax=Decimal("12000.00"),
        fingerprint=uuid.uuid4().hex,
        status=WarningStatus.NEW,
        case_id=None,
        joined_at=None,
        recovered_at=None,
        finding=None,
        cause=None,
        verdict=None,
    )
    session.add(row)
    session.flush()
    return row


def figure(
    session: Session,
    rate: Rate,
    parts: tuple[int, int],
    *,
    section: str = "0101",
    period: int = 200912,
) -> ReportFigure:
    """A rate of a section as a run has kept it: its part and its whole."""
    unit = session.scalars(select(Unit).where(Unit.code == section)).one()
    run = session.scalar(select(ScreeningRun).limit(1)) or screening(session)
    row = ReportFigure(
        period=period,
        rate=rate,
        section_id=unit.id,
        part=parts[0],
        whole=parts[1],
        run_id=run.id,
        computed_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def tell(session: Session, *streams: str) -> None:
    """The events that the database wants beside what a test changes by no verb."""
    for stream in streams:
        record.append(session, SYSTEM, stream, action="case.noted", payload={})


def deploy(session: Session, process: str = "warning_verification") -> None:
    """Deploy the shipped drawing of a process."""
    definitions.deploy(session, SYSTEM, bundle(process))


def deploy_sketch(
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
    drawing: str,
    variables: str,
    **more: bytes,
) -> None:
    """Let new cases run on a small drawing; more files are named as in ``sketch.bundle``."""
    monkeypatch.setitem(kinds.PROCESSES, CaseKind.WV, "sketch")
    definitions.deploy(session, SYSTEM, sketch.bundle(drawing, variables, **more))


def case(session: Session, payer: Taxpayer, *, score: str = "6.0", is_ti: bool = False) -> Case:
    """An open warning verification of a household, on the shipped drawing."""
    deploy(session)
    return case_on(session, payer, score=score, is_ti=is_ti)


def deploy_evaluation(session: Session) -> None:
    """Deploy the shipped drawing of tax evaluation."""
    definitions.deploy(session, SYSTEM, bundle("tax_evaluation"))


def evaluation(
    session: Session,
    payer: Taxpayer,
    *,
    score: str = "6.0",
    hits: tuple[str, ...] = ("VAT-001",),
) -> Case:
    """An open tax evaluation of a household with one doubt for each hit, on the shipped drawing."""
    deploy_evaluation(session)
    return cases.open_case(
        session,
        SYSTEM,
        payer,
        kind=CaseKind.TA,
        warnings=[warning(session, payer, code=code) for code in hits],
        score=Decimal(score),
        grade=2,
        is_ti=False,
    )


def case_of(session: Session, kind: CaseKind, payer: Taxpayer, *codes: str) -> Case:
    """An open case of a kind on the drawing deployed for it, from hits of these indicators."""
    return cases.open_case(
        session,
        SYSTEM,
        payer,
        kind=kind,
        warnings=[warning(session, payer, code=code) for code in codes],
        score=Decimal("2.0"),
        grade=3,
        is_ti=False,
    )


def case_on(session: Session, payer: Taxpayer, *, score: str = "6.0", is_ti: bool = False) -> Case:
    """An open case of a household on the drawing that was deployed last."""
    return cases.open_case(
        session,
        SYSTEM,
        payer,
        kind=CaseKind.WV,
        warnings=[warning(session, payer)],
        score=Decimal(score),
        grade=2,
        is_ti=is_ti,
    )


def screening(session: Session) -> ScreeningRun:
    """An accepted run of today."""
    row = ScreeningRun(
        period=200912,
        status=RunStatus.ACCEPTED,
        engine="duckdb",
        catalogue_sha256="0" * 64,
        checksum=None,
        batches=[],
        figures={},
        warning_count=1,
        case_count=0,
        started_at=clock.now(),
        finished_at=clock.now(),
        reviewed_by=None,
        reviewed_at=None,
        reason=None,
    )
    session.add(row)
    session.flush()
    tell(session, "sys:screening")
    return row


def _indicator(session: Session, code: str) -> IndicatorVersion:
    content = {
        "zh": "增值税税负偏低",
        "en": "low VAT burden",
        "group": "VAT",
        "unit": "ratio",
        "threshold": "peer_sigma None None True low 1.5",
        "steps": ["V01"],
        "step_names": {"V01": "调阅一户式资料"},
    }
    row = IndicatorVersion(
        code=code, version=1, sha256=code, content=content, recorded_at=clock.now()
    )
    session.add(row)
    session.flush()
    return row
