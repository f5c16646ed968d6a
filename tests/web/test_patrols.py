"""The pages of logs and patrols: writing, signing, planning, a visit with its photograph."""

import io
import json

import pypdf
import pytest
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from caseflow import clock
from caseflow.models import (
    LogDay,
    LogEntry,
    PatrolLine,
    PatrolPhotograph,
    PatrolVisit,
    Taxpayer,
)
from caseflow.models.record import RecordEvent
from caseflow.services import record, responsibilities
from caseflow.services.responsibilities import Managed
from caseflow.vocabulary import SYSTEM, ResponsibilityBasis
from tests import factories
from tests.support.visitor import Visitor
from tests.web.conftest import Bureau

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


@pytest.fixture(scope="module", autouse=True)
def households(bureau: Bureau) -> None:
    """Three households that ``officer`` manages."""
    with bureau.database.transaction() as session:
        managed = [
            Managed(
                factories.taxpayer(session, serial=serial).id,
                bureau.people.officer.user_id or 0,
                session.scalars(select(Taxpayer.section_id).limit(1)).one(),
            )
            for serial in (51, 52, 53)
        ]
        responsibilities.put(session, SYSTEM, managed, basis=ResponsibilityBasis.FILE)
        record.append(session, SYSTEM, "sys:facts", action="facts.taken_in", payload={})


def day(bureau: Bureau) -> str:
    with bureau.database.reading():
        return clock.today().isoformat()


def household(bureau: Bureau, place: int) -> Taxpayer:
    own = Taxpayer.administrator_id == bureau.people.officer.user_id
    with bureau.database.reading() as session:
        return session.scalars(select(Taxpayer).where(own).order_by(Taxpayer.id.desc())).all()[
            place
        ]


def test_a_day_shows_acts_from_the_record_and_what_is_written(bureau: Bureau) -> None:
    partner = bureau.visitor("partner")
    partner.get("/worklog")
    payer = household(bureau, 0)
    today = day(bureau)
    wrong = partner.post("/worklog/entries", {"on": today, "at": "x", "content": "走访"})
    assert wrong.status_code == 422
    assert "请填写日期和时间" in wrong.text
    said = {"on": today, "at": "00:00", "content": "接待来人咨询"}
    assert partner.post("/worklog/entries", said).status_code == 303
    shown = partner.get("/worklog").text
    assert "接待来人咨询" in shown
    assert "协办接收" in shown  # what the record has of the day by itself
    with bureau.database.reading() as session:
        entry = session.scalars(select(LogEntry.id)).one()
    corrected = {**said, "content": "接待纳税人咨询"}
    assert partner.post(f"/worklog/entries/{entry}/correct", corrected).status_code == 303
    assert "已更正" in partner.get("/worklog").text
    assert partner.post("/worklog/sign", {"on": today}).status_code == 303
    signed = partner.get("/worklog").text
    assert "其中日志 1 条" in signed
    assert "签署当日日志" not in signed
    assert partner.post("/worklog/entries", said).status_code == 409
    with bureau.database.reading() as session:
        assert session.scalars(select(LogDay.acts)).one() > 0
    user_id = bureau.people.partner.user_id
    assert "接待纳税人咨询" in bureau.visitor("chief").get(f"/worklog?who={user_id}").text
    assert bureau.visitor("officer").get(f"/worklog?who={user_id}").status_code == 404
    assert bureau.people.partner.name in bureau.visitor("chief").get("/worklog").text
    assert payer.name not in signed
    chief = bureau.visitor("chief")
    paper = printed(chief, f"/worklog/paper?on={today}&who={user_id}")
    for each in ("税收管理员工作日志", "内部资料", "接待纳税人咨询", "协办接收", "签署日志"):
        assert each in paper
    assert "任务编号" not in paper
    with bureau.database.reading() as session:
        noted = select(RecordEvent.payload).where(RecordEvent.action == "log.printed")
        assert json.loads(session.scalars(noted).one()) == {"of": user_id, "on": today}
    assert bureau.visitor("officer").get(f"/worklog/paper?who={user_id}").status_code == 404


def printed(visitor: Visitor, address: str) -> str:
    """What stands on a paper, without its blanks."""
    answer = visitor.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    pages = pypdf.PdfReader(io.BytesIO(answer.data)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def test_a_plan_is_made_visited_with_a_photograph_and_confirmed(bureau: Bureau) -> None:
    chief, officer = bureau.visitor("chief"), bureau.visitor("officer")
    payer = household(bureau, 1)
    page = chief.get("/patrols").text
    assert f'value="{payer.id}" checked' in page
    assert chief.post("/patrols/plan", {"chosen": str(payer.id)}).status_code == 303
    assert chief.post("/patrols/plan", {"chosen": str(payer.id)}).status_code == 422
    assert chief.post("/patrols/plan", {"tin": household(bureau, 2).tin}).status_code == 303
    with bureau.database.reading() as session:
        other = session.scalars(select(PatrolLine.id).order_by(PatrolLine.id.desc())).first()
    assert chief.post(f"/patrols/lines/{other}/drop", {"reason": "停业"}).status_code == 303
    assert f"/patrols/visits/new?household={payer.id}" in officer.get("/patrols").text
    said = {
        "on": day(bureau),
        "at": "00:00",
        "second": str(bureau.people.third.user_id),
        "finding": "details",
        "content": "经营地址已变更",
    }
    form = f"/patrols/visits/new?household={payer.id}"
    assert bureau.visitor("third").get(form).status_code == 404
    refused = officer.post(form, {**said, "second": ""})
    assert refused.status_code == 422
    assert "巡查须两人进行" in refused.text
    assert "经营地址已变更" in refused.text
    answer = officer.post(form, said)
    assert answer.status_code == 303
    address = answer.headers["Location"]
    sends_photographs(bureau, address)
    third = bureau.visitor("third")
    assert "确认属实" in third.get(address).text
    assert third.post(f"{address}/confirm", {}).status_code == 303
    assert "已确认" in chief.get(address).text
    for login, status in (("other_chief", 404), ("partner", 404), ("auditor", 200)):
        assert bureau.visitor(login).get(address).status_code == status, login
    assert picture_to(officer, address, "晚了.png").status_code == 409
    with bureau.database.reading() as session:
        kept = session.scalars(select(PatrolPhotograph)).one()
        assert session.scalars(select(PatrolVisit.line_id)).one() is not None
    paper = printed(third, f"{address}/paper")
    for each in (
        "巡查记录",
        "内部资料",
        payer.name,
        "经营地址已变更",
        "登记信息与实际不符",
        "协同人员确认",
    ):
        assert each in paper
    assert bureau.visitor("partner").get(f"{address}/paper").status_code == 404
    picture = third.get(f"/patrols/photographs/{kept.id}")
    assert (picture.mimetype, picture.data) == ("image/png", PNG)


def picture_to(visitor: Visitor, address: str, name: str) -> TestResponse:
    """Send one photograph, as a page without scripts does."""
    sent = {"file": (io.BytesIO(PNG), name)}
    return visitor.post(f"{address}/photographs", sent)  # type: ignore[arg-type]  # werkzeug takes a file so


def script_sends(visitor: Visitor, address: str, name: str) -> TestResponse:
    boundary, body = encode_multipart({"file": FileStorage(io.BytesIO(PNG), name)})
    kind = f"multipart/form-data; boundary={boundary}"
    return visitor.send(f"{address}/photographs", body, {}, content_type=kind)


def sends_photographs(bureau: Bureau, address: str) -> None:
    """A script is told the row, twice the same one; a page without scripts comes back."""
    officer = bureau.visitor("officer")
    assert "data-upload" in officer.get(address).text
    rows = {script_sends(officer, address, "门头.png").get_json()["row"] for _again in range(2)}
    assert len(rows) == 1
    assert "门头.png" in rows.pop()
    wrong = script_sends(officer, address, "门头.txt")
    assert wrong.status_code == 422
    assert "门头.txt" in wrong.get_json()["problem"]
    assert picture_to(officer, address, "门头.png").status_code == 303
    assert "门头.pdf" in picture_to(officer, address, "门头.pdf").text
    partner = bureau.visitor("partner")
    partner.get("/worklog")  # its forms' token
    assert picture_to(partner, address, "门头.png").status_code == 404
    assert "data-upload" not in bureau.visitor("chief").get(address).text
