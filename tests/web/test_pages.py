"""Every page opens for those it is for, and for nobody else."""

import pytest
from sqlalchemy import select

from caseflow.models import Case, Taxpayer
from tests.web.conftest import Bureau

PAGES = {
    "/inbox": ("leader", "chief", "officer", "partner", "info"),
    "/inbox?tab=overdue&preview=off": ("leader",),
    "/cases": ("leader", "chief", "officer", "director", "auditor", "analyst"),
    "/cases?state=open&grade=3&late=1": ("leader",),
    "/cases/2": ("leader", "chief", "officer", "partner", "auditor", "director"),
    "/cases/2/record": ("officer", "auditor"),
    "/cases/2/drawing.bpmn": ("officer", "auditor"),
    "/taxpayers": ("officer", "auditor"),
    "/taxpayers?text=样例": ("leader",),
    "/taxpayers/2": ("leader", "auditor"),
    "/warnings": ("leader", "analyst"),
    "/warnings?severity=1": ("analyst",),
    "/dashboard": ("director", "leader", "chief", "auditor"),
    "/indicators/VAT-001": ("officer", "sysadmin", "far_chief"),
    "/indicators/VAT-001?version=1": ("auditor",),
    "/runs": ("analyst", "auditor"),
    "/runs/1": ("analyst",),
    "/imports": ("analyst", "sysadmin"),
    "/jobs": ("officer", "sysadmin"),
    "/jobs?part=list": ("officer",),
    "/record": ("auditor",),
    "/reminders": ("officer", "chief", "leader"),
    "/processes": ("sysadmin", "officer"),
    "/processes/1": ("sysadmin",),
    "/search?q=样例": ("chief",),
    "/keys": ("officer",),
    "/reckon/surcharge": ("officer", "sysadmin", "auditor"),
    "/time-measures": ("officer", "sysadmin", "auditor"),
}
CLOSED = {
    "/cases/2": ("far_leader", "far_officer", "other_officer", "sysadmin"),
    "/cases/2/record": ("far_chief", "sysadmin"),
    "/cases/2/drawing.bpmn": ("far_chief", "sysadmin"),
    "/taxpayers/2": ("far_officer", "sysadmin"),
    "/dashboard": ("officer", "sysadmin"),
    "/runs": ("officer", "leader"),
    "/runs/1": ("chief",),
    "/imports": ("officer", "auditor"),
    "/record": ("officer", "director", "sysadmin"),
    "/cases/999": ("auditor",),
    "/indicators/NONE-1": ("officer",),
    "/indicators/VAT-001?version=9": ("officer",),
    "/nowhere": ("officer",),
}


@pytest.mark.parametrize(
    ("path", "login"), [(path, login) for path, logins in PAGES.items() for login in logins]
)
def test_page_opens(bureau: Bureau, path: str, login: str) -> None:
    visitor = bureau.visitor(login)
    answer = visitor.get(path)
    if login == "director" and answer.status_code == 303:
        visitor.get(answer.headers["Location"])
        said = {"reason": "核对本月预警的处理情况", "next": path}
        answer = visitor.get(visitor.post("/taxpayers/2/reason", said).headers["Location"])
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")


@pytest.mark.parametrize(
    ("path", "login"), [(path, login) for path, logins in CLOSED.items() for login in logins]
)
def test_page_stays_closed(bureau: Bureau, path: str, login: str) -> None:
    answer = bureau.visitor(login).get(path)
    assert answer.status_code in (403, 404)
    assert "样例" not in answer.text


@pytest.mark.parametrize("path", ["/inbox", "/cases/2", "/record", "/runs/1/accept"])
def test_stranger_is_led_to_the_door_and_back(bureau: Bureau, path: str) -> None:
    answer = bureau.app.test_client().get(path, base_url="https://localhost")
    expected = 405 if path.endswith("accept") else 303
    assert answer.status_code in (expected, 303)
    assert "/sign-in" in answer.headers.get("Location", "/sign-in")


@pytest.mark.parametrize("path", ["/cases?status=none", "/cases?before=x", "/inbox?tab=none"])
def test_nonsense_in_the_address_is_refused_with_a_sentence(bureau: Bureau, path: str) -> None:
    answer = bureau.visitor("leader").get(path)
    assert (answer.status_code, "筛选条件不正确" in answer.text) == (422, True)


def test_page_speaks_english_to_an_english_browser(bureau: Bureau) -> None:
    client = bureau.app.test_client()
    page = client.get(
        "/sign-in", base_url="https://localhost", headers={"Accept-Language": "en-GB,en"}
    )
    assert '<html lang="en"' in page.text
    assert "Sign in" in page.text


def test_full_width_digits_find_a_taxpayer(bureau: Bureau) -> None:
    with bureau.database.reading() as session:
        taxpayer = session.scalars(select(Taxpayer).order_by(Taxpayer.id)).first()
    assert taxpayer is not None
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in taxpayer.tin)
    answer = bureau.visitor("leader").get(f"/search?q={wide}")
    assert answer.headers.get("Location") == f"/taxpayers/{taxpayer.id}"


def test_cases_are_found_by_how_their_number_begins(bureau: Bureau) -> None:
    with bureau.database.reading() as session:
        numbers = session.scalars(select(Case.number).order_by(Case.number)).all()
    begins = numbers[0][:8]
    assert all(number.startswith(begins) for number in numbers)
    auditor = bureau.visitor("auditor")
    for path in ("/cases?text={}", "/record?text={}", "/record?part=acts&text={}", "/search?q={}"):
        for typed, found in ((begins.lower(), True), (numbers[0], True), ("99ZZ2010", False)):
            answer = auditor.get(path.format(typed))
            is_there = answer.status_code == 303 or numbers[0] in answer.text  # search opens it
            assert is_there is found, (path, typed)


def test_whoever_only_looks_after_the_system_is_told_that_cases_are_not_shown(
    bureau: Bureau,
) -> None:
    page = bureau.visitor("sysadmin").get("/cases").text
    assert "系统管理员看不到任务" in page
    assert "清除筛选" not in page
    assert "系统管理员看不到任务" not in bureau.visitor("far_chief").get("/cases").text
