"""The door: passwords, one-click sign-ins, where it leads, and how it closes."""

import pytest
from sqlalchemy import update

from caseflow.models import User
from caseflow.services import passwords
from tests import factories
from tests.web.conftest import Bureau

BASE = "https://localhost"


def _sign_in(bureau: Bureau, password: str, wanted: str = "") -> tuple[int, str, str]:
    client = bureau.app.test_client()
    page = client.get("/sign-in", base_url=BASE).text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    answer = client.post(
        "/sign-in",
        data={"csrf_token": token, "login": "chief", "password": password, "next": wanted},
        base_url=BASE,
        headers={"Referer": f"{BASE}/"},
    )
    cookies = " ".join(answer.headers.getlist("Set-Cookie"))
    return answer.status_code, answer.headers.get("Location", ""), cookies


@pytest.fixture(autouse=True, scope="module")
def _password(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        secret = passwords.hashed("a-long-secret-1")
        session.execute(update(User).where(User.login == "chief").values(password_hash=secret))
        factories.tell(session, "sys:people")


def test_right_password_opens_with_a_guarded_cookie(bureau: Bureau) -> None:
    status, leads_to, cookies = _sign_in(bureau, "a-long-secret-1", "/cases?state=open")
    assert (status, leads_to) == (303, "/cases?state=open")
    for word in ("__Host-caseflow=", "Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert word in cookies


def test_wrong_password_does_not_open(bureau: Bureau) -> None:
    status, _, cookies = _sign_in(bureau, "something else")
    assert (status, "__Host-caseflow=" in cookies) == (422, False)


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_door_never_leads_to_another_host(bureau: Bureau, wanted: str) -> None:
    assert _sign_in(bureau, "a-long-secret-1", wanted)[1] == "/"


def test_signing_out_ends_the_session_and_clears_the_pages(bureau: Bureau) -> None:
    visitor = bureau.visitor("officer")
    visitor.get("/inbox")
    answer = visitor.post("/sign-out", {})
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert visitor.get("/inbox").status_code == 303


def test_one_click_opens_for_nobody_but_demo_people(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        session.execute(update(User).where(User.login == "third").values(is_demo=False))
        factories.tell(session, "sys:people")
    with pytest.raises(AssertionError):
        bureau.visitor("third")


def test_preferences_stay_with_the_person(bureau: Bureau) -> None:
    visitor = bureau.visitor("leader")
    visitor.get("/inbox")
    visitor.post("/preferences", {"theme": "dark", "locale": "en", "density": "compact"})
    page = bureau.visitor("leader").get("/inbox").text
    assert 'lang="en" data-theme="dark" data-density="compact"' in page
