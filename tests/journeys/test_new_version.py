"""A business user changes a form and a limit; the chief approves; old cases go on, ten migrate."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from caseflow.jobs import worker
from caseflow.jobs.topics import EFFECTS
from caseflow.models import Case, Definition, DefinitionDraft
from tests import factories
from tests.journeys import source_files
from tests.journeys.conftest import Bureau
from tests.journeys.people import Company
from tests.journeys.test_main_path import accept_the_run

_TEN = 10
_TABLE = "wv_decided_by.dmn"
_FORM = "wv_review.form"


# What a hand needs, generously: to find and press a thing, to type a character.
_SECONDS_A_CLICK, _SECONDS_A_CHARACTER = 5, 1


@dataclass
class _Hand:
    """Somebody at a page, whose clicks and characters are counted."""

    page: Page
    clicks: int = 0
    characters: int = 0

    def click(self, place: Locator) -> None:
        place.click()
        self.clicks += 1

    def write(self, place: Locator, text: str) -> None:
        """Click into a field and type over what stands there."""
        self.click(place)
        place.fill(text)
        self.characters += len(text)


def _open_cases(bureau: Bureau, count: int) -> list[int]:
    with bureau.database.transaction() as session:
        return [
            factories.case(session, factories.taxpayer(session, serial=1 + n)).id
            for n in range(count)
        ]


def _screen_and_accept(bureau: Bureau, company: Company, folder: Path) -> list[int]:
    """New cases as the bureau gets them: screened facts, an accepted run, the worker."""
    with bureau.database.transaction() as session:
        run_id = source_files.screen(session, folder).id
    accept_the_run(company)
    worker.work_through(bureau.database, EFFECTS)
    with bureau.database.reading() as session:
        return list(session.scalars(select(Case.id).where(Case.run_id == run_id)))


def _versions(bureau: Bureau, cases: list[int]) -> list[int]:
    with bureau.database.reading() as session:
        return list(
            session.scalars(
                select(Definition.version)
                .join(Case, Case.definition_id == Definition.id)
                .where(Case.id.in_(cases))
                .order_by(Case.id)
            )
        )


def _shipped(name: str) -> str:
    return factories.bundle()[name].decode()


def _begin_draft(page: Page, address: str) -> str:
    page.goto(f"{address}/processes")
    page.get_by_role("button", name="起草新版本").click()
    return page.url


def _change_form_and_limit(page: Page, draft: str) -> None:
    page.goto(f"{draft}/forms/{_FORM}")
    label = page.locator("input[name$='label'][value='选择复核意见']")
    page.locator("details", has=label).first.evaluate("each => { each.open = true }")
    label.fill("复核结论")
    page.get_by_role("button", name="保存到草稿").click()
    page.goto(f"{draft}/tables/{_TABLE}")
    page.get_by_role("textbox", name="第 2 条，风险得分").fill(">= 20")
    page.get_by_role("button", name="保存到草稿").click()


@pytest.mark.browser
def test_a_new_version_from_the_first_edit_to_the_way_back(
    fresh_bureau: Bureau, fresh_company: Company, tmp_path: Path
) -> None:
    old = _open_cases(fresh_bureau, _TEN)
    analyst = fresh_company.analyst.page
    draft = _begin_draft(analyst, fresh_company.address)
    _change_form_and_limit(analyst, draft)

    # The draft says what it changes, and is handed in.
    analyst.goto(draft)
    changes = analyst.get_by_role("main")
    expect(changes).to_contain_text("复核结论")
    expect(changes).to_contain_text(">= 20")
    analyst.get_by_label("改了什么").fill("提高集体审议的风险分")
    analyst.get_by_label("理由").fill("年度工作会议决定，见纪要")
    analyst.get_by_role("button", name="提交审批").click()
    expect(analyst.get_by_role("heading", level=1)).to_contain_text("待审批")

    # The chief finds it and approves.
    chief = fresh_company.division.page
    chief.goto(f"{fresh_company.address}/processes")
    chief.get_by_role("link", name="提高集体审议的风险分").click()
    chief.get_by_role("button", name="批准并发布").click()
    expect(chief.get_by_role("heading", level=1)).to_contain_text("已批准")

    # New cases take the new version, old ones go on unchanged.
    new = _screen_and_accept(fresh_bureau, fresh_company, tmp_path)
    assert new
    assert _versions(fresh_bureau, [*old, *new]) == [1] * _TEN + [2] * len(new)

    # Ten are migrated by a plan of which the chief has seen the report, and go back.
    admin = fresh_company.sysadmin.page
    admin.goto(f"{fresh_company.address}/processes")
    admin.get_by_role("link", name="在办任务迁到最新版").click()
    admin.get_by_label("理由").fill("新的审议标准须立即适用")
    admin.get_by_role("button", name="试算并提交计划").click()
    expect(admin.get_by_role("region", name="逐件报告")).to_contain_text("可迁移")
    assert _versions(fresh_bureau, old) == [1] * _TEN
    chief.goto(admin.url)
    chief.get_by_role("button", name="批准迁移").click()
    worker.work_through(fresh_bureau.database, EFFECTS)
    assert _versions(fresh_bureau, old) == [2] * _TEN

    admin.reload()
    admin.get_by_label("理由").fill("标准须再议，先退回")
    admin.get_by_role("button", name="退回已迁移的任务").click()
    worker.work_through(fresh_bureau.database, EFFECTS)
    assert _versions(fresh_bureau, [*old, *new]) == [1] * _TEN + [2] * len(new)
    admin.reload()
    expect(admin.get_by_role("heading", level=1)).to_contain_text("已退回")


@pytest.mark.browser
def test_a_limit_alone_is_changed_in_less_than_two_minutes(
    fresh_bureau: Bureau, fresh_company: Company
) -> None:
    page = fresh_company.analyst.page
    page.goto(f"{fresh_company.address}/processes")
    hand = _Hand(page)
    hand.click(page.get_by_role("button", name="起草新版本"))
    hand.click(page.get_by_role("link", name="改决策表"))
    hand.write(page.get_by_role("textbox", name="第 2 条，风险得分"), ">= 20")
    hand.click(page.get_by_role("button", name="保存到草稿"))
    hand.click(page.get_by_role("link", name="提交审批"))
    hand.write(page.get_by_label("改了什么"), "提高集体审议的风险分")
    hand.write(page.get_by_label("理由"), "年度工作会议决定，见纪要")
    hand.click(page.get_by_role("button", name="提交审批"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("待审批")
    expect(page.get_by_role("main")).to_contain_text(">= 20")
    with fresh_bureau.database.reading() as session:
        draft = session.scalars(select(DefinitionDraft)).one()
    changed = [name for name, text in draft.files.items() if text != _shipped(name)]
    assert changed == [_TABLE]
    assert (hand.clicks, hand.characters) == (8, 27)
    assert hand.clicks * _SECONDS_A_CLICK + hand.characters * _SECONDS_A_CHARACTER < 120
