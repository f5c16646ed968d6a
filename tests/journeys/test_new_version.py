"""A business user changes a form and a limit; the chief approves; old cases go on, ten migrate."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from caseflow.jobs import worker
from caseflow.jobs.topics import EFFECTS
from caseflow.models import Case, Definition
from tests import factories
from tests.journeys.conftest import Bureau
from tests.journeys.people import Company

_TEN = 10
_TABLE = "wv_decided_by.dmn"
_FORM = "wv_review.form"


def _open_cases(bureau: Bureau, first: int, count: int) -> list[int]:
    with bureau.database.transaction() as session:
        return [
            factories.case(session, factories.taxpayer(session, serial=first + n)).id
            for n in range(count)
        ]


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
    fresh_bureau: Bureau, fresh_company: Company
) -> None:
    old = _open_cases(fresh_bureau, 1, _TEN)
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
    new = _open_cases(fresh_bureau, 101, 1)
    assert _versions(fresh_bureau, [*old, *new]) == [1] * _TEN + [2]

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
    assert _versions(fresh_bureau, [*old, *new]) == [1] * _TEN + [2]
    admin.reload()
    expect(admin.get_by_role("heading", level=1)).to_contain_text("已退回")
