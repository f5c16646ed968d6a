"""A business person changes a process in a real Chromium."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from caseflow.engine import differences
from caseflow.models import DefinitionDraft
from caseflow.services import definitions, drafts
from tests.pages.conftest import Bureau, Screen

pytestmark = pytest.mark.browser

PROCESS = "warning_verification"
DRAWING = f"{PROCESS}.bpmn"
TABLE = "wv_decided_by.dmn"


@pytest.fixture
def draft_id(bureau: Bureau) -> Iterator[int]:
    """A draft that is nobody else's."""
    with bureau.database.transaction() as session:
        found = drafts.begin(session, bureau.people.sysadmin, PROCESS).id
    yield found
    with bureau.database.transaction() as session:
        drafts.withdraw(session, bureau.people.sysadmin, found)


def _drawn(bureau: Bureau, draft_id: int, screen: Callable[..., Screen]) -> Page:
    """The modeller with the drawing on it."""
    page: Page = screen("sysadmin").page
    page.goto(f"{bureau.address}/processes/drafts/{draft_id}/drawing")
    expect(page.locator("[data-island=designer][data-ready]")).to_be_visible()
    return page


def _changes(bureau: Bureau, draft_id: int) -> list[tuple[str, str, list[str]]]:
    """What the draft differs in from its base: kind, element, attributes."""
    with bureau.database.reading() as session:
        draft = session.get_one(DefinitionDraft, draft_id)
        base = definitions.latest(session, PROCESS)
        old = {name: str(text).encode() for name, text in base.files.items()}
        found = differences.compare(old, drafts.files_of(draft))
    return [(c.kind, c.id, [d.attribute for d in c.details]) for c in found.changes]


def test_a_form_and_a_limit_are_set_in_the_panel_and_nothing_else_changes(
    bureau: Bureau, screen: Callable[..., Screen], draft_id: int
) -> None:
    page = _drawn(bureau, draft_id, screen)
    count, findings = page.locator("[data-findings-count]"), page.locator("[data-findings]")
    expect(count).to_have_text("检查通过")
    page.locator("[data-element-id=conclusion] .djs-hit").first.click()
    form = page.get_by_label("表单", exact=True)
    form.select_option("")
    expect(findings).to_contain_text("没有表单")
    expect(page.locator("[data-element-id=conclusion].cf-mark--error")).to_be_attached()
    form.select_option("wv_conclusion")
    expect(count).to_have_text("检查通过")
    page.locator("[data-element-id=desk_check] .djs-hit").first.click()
    page.get_by_role("combobox", name="办理期限").first.select_option("working_days")
    page.get_by_role("textbox", name="办理期限").fill("3")
    page.get_by_label("名称", exact=True).fill("案头审核")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-save-state]")).to_contain_text("已保存")
    assert _changes(bureau, draft_id) == [("changed", "desk_check", ["name", "due"])]


def test_a_step_of_a_part_is_changed_in_the_drawing_of_the_part(
    bureau: Bureau, screen: Callable[..., Screen], draft_id: int
) -> None:
    page = _drawn(bureau, draft_id, screen)
    page.get_by_role("link", name="复核审批").click()
    expect(page.locator("[data-island=designer][data-ready]")).to_be_visible()
    count, findings = page.locator("[data-findings-count]"), page.locator("[data-findings]")
    page.locator("[data-element-id=third_return] .djs-hit").first.click()
    form = page.get_by_label("表单", exact=True)
    form.select_option("")
    expect(findings).to_contain_text("没有表单")
    expect(page.locator("[data-element-id=third_return].cf-mark--error")).to_be_attached()
    form.select_option("wv_third_return")
    expect(count).to_have_text("检查通过")
    page.get_by_label("名称", exact=True).fill("第三次退回审批")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-save-state]")).to_contain_text("已保存")
    assert _changes(bureau, draft_id) == [("changed", "third_return", ["name"])]


def test_what_is_no_limit_is_told_at_its_field_until_it_is_mended(
    bureau: Bureau, screen: Callable[..., Screen], draft_id: int
) -> None:
    page = _drawn(bureau, draft_id, screen)
    state, findings = page.locator("[data-save-state]"), page.locator("[data-findings]")
    page.locator("[data-element-id=desk_check] .djs-hit").first.click()
    page.get_by_role("combobox", name="办理期限").first.select_option("working_days")
    days = page.get_by_role("textbox", name="办理期限")
    for typed in ("abc", "-3", "3.5", "5 天", "999999999999", ""):
        days.fill(typed)
        page.keyboard.press("Control+s")
        expect(page.locator(".cf-panel .cf-field__error")).to_contain_text("整数")
        expect(state).to_contain_text("没有保存")
    days.fill("abc")
    page.get_by_label("名称", exact=True).fill("案头审核")
    with page.expect_response("**/save"):
        page.keyboard.press("Control+s")
    page.locator("[data-element-id=dispatching] .djs-hit").first.click()
    expect(state).to_contain_text("没有保存")
    expect(findings).to_contain_text("没有保存：请填")
    assert _changes(bureau, draft_id) == [("changed", "desk_check", ["name"])]
    page.locator("[data-element-id=desk_check] .djs-hit").first.click()
    expect(days).to_have_value("abc")
    days.fill("３")
    page.keyboard.press("Control+s")
    expect(state).to_contain_text("已保存")
    expect(findings).not_to_contain_text("没有保存")
    assert _changes(bureau, draft_id) == [("changed", "desk_check", ["name", "due"])]


def test_the_variables_are_those_of_the_process_in_the_pool(
    bureau: Bureau, screen: Callable[..., Screen], draft_id: int
) -> None:
    page = _drawn(bureau, draft_id, screen)
    variables = page.get_by_label("流转变量")
    declared = variables.input_value()
    assert declared.startswith("score: number; ")
    for more in ("; returned: boolean", "; returned: number"):
        variables.fill(declared + more)
        with page.expect_response("**/save"):
            page.keyboard.press("Control+s")
    expect(page.locator("[data-save-state]")).to_contain_text("已保存")
    assert _changes(bureau, draft_id) == [("changed", PROCESS, ["properties.variables"])]
    page.locator("[data-tool=undo]").click()
    expect(variables).to_have_value(f"{declared}; returned: boolean")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_of_a_draft_hold_no_barrier_and_fit_the_screen(
    bureau: Bureau, screen: Callable[..., Screen], draft_id: int, theme: str
) -> None:
    window = screen("sysadmin", color_scheme=theme, bypass_csp=True)
    for path in ("drawing", "tables/wv_decided_by.dmn", "forms/wv_assign.form", "upload", "trial"):
        window.page.goto(
            f"{bureau.address}/processes/drafts/{draft_id}/{path}", wait_until="networkidle"
        )
        found = Axe().run(window.page).response["violations"]
        assert [(path, each["id"], each["nodes"][0]["html"]) for each in found] == []
        assert window.page.evaluate("document.documentElement.scrollWidth") <= 1366, path
    assert window.complaints == []


def test_a_step_is_drawn_checked_and_undone(
    bureau: Bureau, screen: Callable[..., Screen], draft_id: int
) -> None:
    page = _drawn(bureau, draft_id, screen)
    for _time in range(3):  # until the last step is on the screen
        page.locator("[data-tool=out]").click()
    page.locator("[data-element-id=closing_check] .djs-hit").first.click()
    page.get_by_title("接人工环节").click()
    page.keyboard.press("Escape")
    expect(page.locator("[data-findings]")).to_contain_text("办结")
    page.locator("[data-findings] button").first.click()
    expect(page.locator("[data-panel] h2")).to_have_text("办结")
    while page.locator("[data-tool=undo]").is_enabled():
        page.locator("[data-tool=undo]").click()
    expect(page.locator("[data-findings-count]")).to_have_text("检查通过")


def test_a_lost_flow_is_one_fault_with_what_follows_from_it_folded_below(
    bureau: Bureau, screen: Callable[..., Screen], draft_id: int
) -> None:
    page = _drawn(bureau, draft_id, screen)
    page.locator("[data-element-id=task_order_to_dispatching] .djs-hit").first.click(force=True)
    page.keyboard.press("Delete")
    expect(page.locator("[data-findings-count]")).to_have_text("1 处待改")
    folded = page.locator(".cf-finding__fold li")
    expect(folded.first).to_be_hidden()
    page.locator(".cf-finding__fold > summary").click()
    expect(folded.first).to_contain_text("从开始事件走不到这里")
    expect(page.locator(".cf-mark--error")).to_have_attribute("data-element-id", "task_order")


def test_who_saved_in_between_is_told_and_the_drawing_stays(
    bureau: Bureau, screen: Callable[..., Screen], draft_id: int
) -> None:
    page = _drawn(bureau, draft_id, screen)
    with bureau.database.transaction() as session:
        draft = drafts.locked(session, draft_id)
        data = draft.files[DRAWING].replace('name="案头核查"', 'name="案头审核"').encode()
        seen = drafts.digest(draft, DRAWING)
        drafts.save(session, bureau.people.analyst, draft_id, seen=seen, name=DRAWING, data=data)
    page.locator("[data-element-id=dispatching] .djs-hit").first.click()
    page.get_by_label("名称", exact=True).fill("分派和接收")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-conflict]")).to_be_visible()
    page.get_by_role("button", name="用我这一份覆盖").click()
    expect(page.locator("[data-save-state]")).to_contain_text("已保存")
    expect(page.locator("[data-conflict]")).to_be_hidden()
    assert {each[1] for each in _changes(bureau, draft_id)} >= {"dispatching"}


def test_a_limit_is_changed_and_handed_in_from_the_list_of_processes(
    bureau: Bureau, screen: Callable[..., Screen]
) -> None:
    page = screen("analyst").page
    page.goto(f"{bureau.address}/processes")
    page.get_by_role("button", name="起草新版本").click()
    page.get_by_role("link", name="改决策表").click()
    cell = page.get_by_role("textbox", name="第 2 条，风险得分")
    cell.fill(">= many")
    expect(page.locator("[data-said='wv_decided_by:1:1']")).to_contain_text("many")
    cell.fill(">= 12")
    expect(page.locator("[data-said='wv_decided_by:1:1']")).to_have_text("≥ 12")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("决策表已保存到草稿")).to_be_visible()
    page.get_by_role("link", name="提交审批").click()
    page.get_by_label("改了什么").fill("提高集体审议的得分标准")
    page.get_by_label("理由").fill("按年度工作安排调整标准。")
    page.get_by_role("button", name="提交审批").click()
    expect(page.get_by_text("新版本已提交审批。")).to_be_visible()
    with bureau.database.transaction() as session:
        drafts.withdraw(session, bureau.people.analyst, int(page.url.rsplit("/", 1)[1]))


def test_what_was_typed_before_the_script_came_is_judged_too(
    bureau: Bureau, screen: Callable[..., Screen], draft_id: int
) -> None:
    page = screen("analyst").page
    held: list[Route] = []
    script = "**/chunk-sheet-*.js"
    page.route(script, lambda route: held.append(route))  # noqa: PLW0108 -- it marks its handler
    with page.expect_request(script):
        page.goto(f"{bureau.address}/processes/drafts/{draft_id}/tables/{TABLE}")
    page.get_by_role("textbox", name="第 2 条，风险得分").fill(">= many")
    held[0].continue_()
    expect(page.locator("[data-said='wv_decided_by:1:1']")).to_contain_text("many")


def test_a_trial_marks_where_the_tokens_stand(
    bureau: Bureau, screen: Callable[..., Screen], draft_id: int
) -> None:
    page = screen("sysadmin").page
    page.goto(f"{bureau.address}/processes/drafts/{draft_id}/trial")
    page.get_by_role("button", name="开始", exact=True).click()
    part = page.locator("[data-element-id=dispatching]")
    accepted = {"申报是否存在应回避的关系": "none", "是否接收本任务": "accept"}
    for step, answers in (
        ("分派", {"选择分派意见": "assign"}),
        ("派员", {"选择派员意见": "assign"}),
        ("主办接收", accepted),
        ("协办接收", accepted),
    ):
        expect(part.and_(page.locator(".cf-mark--current"))).to_be_attached()
        task = page.get_by_role("region", name=step, exact=True)
        for asked, answer in answers.items():
            task.get_by_label(asked).select_option(answer)
        task.get_by_role("button", name="办完这一步").click()
    expect(page.locator("[data-element-id=desk_check].cf-mark--current")).to_be_attached()
    expect(part.and_(page.locator(".cf-mark--done"))).to_be_attached()
