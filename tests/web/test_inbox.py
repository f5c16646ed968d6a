"""The inbox: its order, the views that people keep of it, what they have not opened yet."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from decimal import Decimal

import pytest
from sqlalchemy import select

from caseflow.models import Case, TaxWarning
from caseflow.services import saved_views
from caseflow.vocabulary import Conflict, Forbidden, NotFound
from tests import desk, factories
from tests.web.conftest import Bureau


@pytest.fixture(scope="module")
def scores(bureau: Bureau) -> dict[str, int]:
    """Sixty cases to dispatch beside the first, each with its score and its amount."""
    with bureau.database.transaction() as session:
        for number in range(60):
            payer = factories.taxpayer(session, serial=100 + number)
            case = factories.case(session, payer, score=f"{number / 10:.1f}")
            warning = session.scalars(select(TaxWarning).where(TaxWarning.case_id == case.id)).one()
            warning.estimated_tax = Decimal(number * 1000) if number else None
        return {"first": 59, "last": 0}


def _taxpayers(page: str) -> list[str]:
    return re.findall(r'title="大连样例(\d+)商贸', page)


def _pages(bureau: Bureau, address: str) -> Iterator[str]:
    leader = bureau.visitor("leader")
    following: str | None = address
    while following:
        page = leader.get(following).text
        yield page
        found = re.search(r'href="([^"]+)" rel="next"', page)
        following = found[1].replace("&amp;", "&") if found else None


@pytest.mark.parametrize("sort", ["due", "-due", "score", "-score", "amount", "-amount"])
def test_every_order_shows_every_step_once_over_its_pages(
    bureau: Bureau, scores: dict[str, int], sort: str
) -> None:
    del scores
    found = [
        name
        for page in _pages(bureau, f"/inbox?preview=off&sort={sort}")
        for name in _taxpayers(page)
    ]
    assert len(found) == len(set(found)) == 61


def test_the_highest_amount_comes_first_and_the_head_says_so(
    bureau: Bureau, scores: dict[str, int]
) -> None:
    page = bureau.visitor("leader").get("/inbox?preview=off&sort=-amount").text
    assert _taxpayers(page)[0] == str(100 + scores["first"])
    assert re.search(
        r'aria-sort="descending"><a href="/inbox\?preview=off&amp;sort=amount">估算税额', page
    )


def test_an_order_that_no_page_offers_is_refused(bureau: Bureau) -> None:
    leader = bureau.visitor("leader")
    for address in ("?sort=name", "?sort=score&after=NaN~1", "?sort=score&after=x~1", "?grade=x"):
        assert leader.get(f"/inbox{address}").status_code == 422


def test_a_view_is_kept_as_a_tab_with_its_count_until_it_is_taken_away(bureau: Bureau) -> None:
    chief = bureau.visitor("chief")
    chief.get("/inbox")
    kept = chief.post("/inbox/views", {"name": "高分在前", "grade": "2", "sort": "-score"})
    page = chief.get(kept.headers["Location"]).text
    tab = page[page.index("cf-seg") : page.index("</nav>", page.index("cf-seg"))]
    assert re.search(r'aria-current="true">.*高分在前<span class="cf-count">\d+</span>', tab)
    removal = re.search(r"/inbox/views/\d+/remove", page)
    assert removal
    chief.post(removal[0], {})
    assert "高分在前" not in chief.get("/inbox").text.replace("已删除视图“高分在前”", "")


def test_two_views_of_one_name_and_a_view_without_a_name_are_refused(bureau: Bureau) -> None:
    chief = bureau.visitor("chief")
    chief.get("/inbox")
    form = {"name": "本周", "tab": "week"}
    assert chief.post("/inbox/views", form).status_code == 303
    assert chief.post("/inbox/views", form).status_code == 409
    assert chief.post("/inbox/views", form | {"name": " "}).status_code == 422
    assert chief.post("/inbox/views", form | {"name": "坏", "tab": "x"}).status_code == 422


def test_a_view_belongs_to_its_person_alone(bureau: Bureau) -> None:
    people = bureau.people
    with bureau.database.transaction() as session:
        view = saved_views.keep(session, people.officer, "我的", {"tab": "today"})
        with pytest.raises(NotFound):
            saved_views.remove(session, people.chief, view.id)
        with pytest.raises(Forbidden):
            saved_views.keep(session, people.auditor, "审计", {})
    assert "我的</" not in bureau.visitor("chief").get("/inbox").text


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ({"stage": "x" * 200_000}, "没有这个阶段"),
        ({"stage": "nope"}, "没有这个阶段"),
        ({"grade": "7"}, "风险等级只有一级、二级、三级"),
    ],
)
def test_a_view_of_a_stage_or_grade_that_does_not_exist_is_not_kept(
    bureau: Bureau, setting: dict[str, str], told: str
) -> None:
    chief = bureau.visitor("chief")
    chief.get("/inbox")
    answer = chief.post("/inbox/views", {"name": "没有", **setting})
    assert (answer.status_code, told in answer.text) == (422, True)


def test_a_view_that_can_no_longer_be_read_leaves_the_desk_usable(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        saved_views.keep(session, bureau.people.deputy, "旧阶段", {"stage": "gone"})
        saved_views.keep(session, bureau.people.deputy, "在本周", {"tab": "week"})
    page = bureau.visitor("deputy").get("/inbox")
    assert (page.status_code, "在本周" in page.text, "旧阶段" in page.text) == (200, True, False)


def test_no_view_is_kept_beyond_the_most_by_two_at_once(bureau: Bureau) -> None:
    def keep(name: str) -> None:
        with bureau.database.transaction() as session:
            saved_views.keep(session, bureau.people.partner, name, {"tab": "week"})

    for number in range(saved_views.MOST - 1):
        keep(f"视图{number}")
    with ThreadPoolExecutor(1) as pool:
        with bureau.database.transaction() as session:
            saved_views.keep(session, bureau.people.partner, "最后", {})
            second = pool.submit(keep, "多余")
            wait([second], timeout=0.5)
        with pytest.raises(Conflict, match="too_many_views"):
            second.result()


def test_a_name_in_use_is_refused_before_anything_is_kept(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        saved_views.keep(session, bureau.people.officer, "同名", {})
        with pytest.raises(Conflict, match="view_name_taken"):
            saved_views.keep(session, bureau.people.officer, "同名", {"tab": "week"})


def test_a_step_is_marked_until_its_case_has_been_opened(bureau: Bureau) -> None:
    officer = bureau.visitor("officer")
    assert "未打开过" in officer.get("/inbox").text
    with bureau.database.reading() as session:
        case_id = session.scalars(select(Case.id).order_by(Case.id)).all()[1]
    officer.get(f"/cases/{case_id}")
    assert "未打开过" not in officer.get("/inbox").text
    with bureau.database.transaction() as session:
        desk.check(session, bureau.people, session.get_one(Case, case_id))
    assert "未打开过" in officer.get("/inbox").text  # the next step came on the same day
    officer.get(f"/cases/{case_id}")
    assert "未打开过" not in officer.get("/inbox").text
