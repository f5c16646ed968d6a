"""The pages with which a business person changes a process, behind a draft."""

import base64
import html
import io
import json
import re
import zipfile
from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from caseflow.models import DefinitionDraft
from caseflow.services import drafts
from tests.support.visitor import Visitor
from tests.unit.engine.sketch import bpmn
from tests.web.conftest import Bureau

PROCESS = "warning_verification"
DRAWING = f"{PROCESS}.bpmn"
PART = "dispatching.bpmn"  # of the process: dispatch, assign, accept
INQUIRY = "inquiry.bpmn"
TABLE = "wv_decided_by.dmn"
FORM = "wv_assign.form"
KEY = "wv_decided_by"
AT = "2010-01-25T09:00"


class Desk:
    """Somebody at the pages of one draft."""

    def __init__(self, bureau: Bureau, draft_id: int, who: str = "sysadmin") -> None:
        self.bureau, self.id = bureau, draft_id
        self.visitor: Visitor = bureau.visitor(who)
        self.visitor.get("/keys")

    @property
    def draft(self) -> DefinitionDraft:
        with self.bureau.database.reading() as session:
            found = session.get_one(DefinitionDraft, self.id)
            session.expunge(found)
            return found

    def file(self, name: str) -> str:
        return str(self.draft.files[name])

    def get(self, path: str) -> TestResponse:
        return self.visitor.get(f"/processes/drafts/{self.id}/{path}")

    def post(self, path: str, **fields: str) -> TestResponse:
        seen = drafts.digest(self.draft, path.split("/")[1]) if "/" in path else ""
        return self.visitor.post(f"/processes/drafts/{self.id}/{path}", {"seen": seen, **fields})

    def send(self, path: str, body: str | bytes, *, seen: str | None = None) -> TestResponse:
        """Send a file as a script does."""
        digest = drafts.digest(self.draft, path.split("/")[1]) if seen is None else seen
        return self.visitor.send(
            f"/processes/drafts/{self.id}/{path}", body, {"X-Draft-Seen": digest}
        )

    def keep_only(self, *names: str) -> None:
        """Take the other drawings and tables out, which a drawing of one's own cannot go with."""
        for name in self.draft.files:
            if name.endswith((".bpmn", ".dmn")) and name not in names:
                assert self.post(f"files/{name}/remove").status_code == 303

    def opened(self, path: str) -> dict[str, str]:
        """What a page carries to be sent back with what was typed."""
        return hidden(self.get(path).text)


def hidden(page: str) -> dict[str, str]:
    """The file that a page shows and what it was made from."""
    return dict(re.findall(r'name="(opened|seen)" value="([^"]*)"', page))


@pytest.fixture
def desk(bureau: Bureau) -> Iterator[Desk]:
    """A fresh draft with the system administrator at it."""
    admin = bureau.people.sysadmin
    with bureau.database.transaction() as session:
        draft_id = drafts.begin(session, admin, PROCESS).id
    yield Desk(bureau, draft_id)
    with bureau.database.transaction() as session:
        drafts.withdraw(session, admin, draft_id)


def test_the_modeller_is_told_the_forms_posts_and_limits_of_the_draft(desk: Desk) -> None:
    page = desk.get("drawing").text
    found = re.search(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found
    setup = json.loads(found[1])
    task = {field.get("name"): field for field in setup["groups"]["userTask"]["fields"]}
    assert ["wv_assign", "派员（wv_assign）"] in task["camunda:formKey"]["choices"]
    assert ["section_chief", "科（所）长", "section chief"] in (
        task["camunda:candidateGroups"]["choices"]
    )
    assert ['working_days("wv_desk")', "案头核查（5 个工作日）"] in task["camunda:dueDate"][
        "limits"
    ]


def test_a_drawing_is_checked_as_it_is_on_the_screen_and_nothing_is_saved(desk: Desk) -> None:
    before = desk.file(PART)
    broken = before.replace(' camunda:formKey="wv_assign"', "")
    told = desk.send(f"drawing/{PART}/check", broken).get_json()
    said = {each["element"]: each["text"] for each in told["findings"]}
    assert "表单" in said["assign"]
    assert desk.file(PART) == before


def _without_flow(drawing: str, name: str) -> str:
    return re.sub(
        rf'<bpmn:sequenceFlow id="{name}"[^>]*?(/>|>.*?</bpmn:sequenceFlow>)', "", drawing
    )


def test_what_follows_from_a_fault_comes_after_it_and_says_so(desk: Desk) -> None:
    broken = _without_flow(desk.file(INQUIRY), "make_inquiry_to_method_chosen")
    told = desk.send(f"drawing/{INQUIRY}/check", broken).get_json()["findings"]
    assert [(each["element"], each["follows"]) for each in told[:3]] == [
        ("make_inquiry", False),
        ("method_chosen", True),
        ("sign_letter", True),
    ]
    assert [each["element"] for each in told if not each["follows"]] == ["make_inquiry"]


def test_the_page_of_a_draft_folds_what_follows_from_a_fault(desk: Desk) -> None:
    broken = _without_flow(desk.file(INQUIRY), "serve_letter_to_letter_served")
    desk.send(f"drawing/{INQUIRY}/save", broken)
    page = desk.visitor.get(f"/processes/drafts/{desk.id}").text
    listed = re.search(r"letter_served：没有入口", page)
    fold = re.search(r"<summary[^>]*>另有 \d+ 处应由此而来", page)
    assert fold
    assert listed
    assert fold.start() < listed.start()


def test_conditions_and_limits_are_read_in_words(desk: Desk) -> None:
    told = desk.send(f"drawing/{DRAWING}/check", desk.file(DRAWING)).get_json()
    assert told["findings"] == []
    assert "camunda:dueDate" in told["readings"]["desk_check"]
    assert any("condition" in words for words in told["readings"].values())


@pytest.mark.parametrize("body", [b"", b"<x", b"\xff\xfe", b"<!DOCTYPE a><a/>"])
def test_what_is_no_drawing_is_told_by_findings(desk: Desk, body: bytes) -> None:
    told = desk.send(f"drawing/{DRAWING}/check", body)
    assert told.status_code == 200
    assert told.get_json()["findings"][0]["level"] == "error"


def test_a_drawing_is_saved_and_who_comes_late_is_told_without_loss(desk: Desk) -> None:
    first = drafts.digest(desk.draft, PART)
    changed = desk.file(PART).replace('name="派员"', 'name="分派人员"')
    saved = desk.send(f"drawing/{PART}/save", changed)
    assert saved.get_json()["seen"] == drafts.digest(desk.draft, PART)
    late = desk.send(f"drawing/{PART}/save", "<later/>", seen=first)
    assert late.status_code == 409
    assert late.get_json()["seen"] == saved.get_json()["seen"]
    assert desk.file(PART) == changed


def test_a_form_is_saved_though_the_drawing_was_saved_meanwhile(desk: Desk) -> None:
    page = desk.opened(f"forms/{FORM}")
    moved = desk.file(PART).replace('name="派员"', 'name="分派人员"')
    assert desk.send(f"drawing/{PART}/save", moved).status_code == 200
    answer = desk.post(f"forms/{FORM}", **page, **{"f:0:label": "说法"})
    assert answer.status_code == 303
    assert "说法" in desk.file(FORM)
    assert desk.file(PART) == moved


def test_a_form_that_was_changed_meanwhile_is_overwritten_only_when_asked_to(desk: Desk) -> None:
    page, other = desk.opened(f"forms/{FORM}"), desk.opened(f"forms/{FORM}")
    fields = len(json.loads(desk.file(FORM))["components"])
    desk.post(f"forms/{FORM}", **other, _do="add:")
    theirs = desk.file(FORM)
    late = desk.post(f"forms/{FORM}", **page, **{"f:0:label": "我的说法", "_do": "copy:0"})
    assert (late.status_code, desk.file(FORM)) == (409, theirs)
    assert "我的说法" in late.text
    assert "另开一页看现在的草稿" in late.text
    again = desk.post(f"forms/{FORM}", **hidden(late.text))
    assert (again.status_code, desk.file(FORM)) == (409, theirs)
    button = re.search(r'name="overwrite" value="(\w+)"', late.text)
    assert button
    mine = desk.post(f"forms/{FORM}", **hidden(late.text), overwrite=button[1])
    assert mine.status_code == 303
    components = json.loads(desk.file(FORM))["components"]
    assert [each["label"] for each in components].count("我的说法") == 2
    assert len(components) == fields + 1


def test_a_table_that_was_changed_meanwhile_is_overwritten_only_when_asked_to(desk: Desk) -> None:
    page = desk.opened(f"tables/{TABLE}")
    assert desk.post(f"tables/{TABLE}", _do=f"remove:{KEY}:0").status_code == 303
    theirs = desk.file(TABLE)
    late = desk.post(f"tables/{TABLE}", **page, **{f"c:{KEY}:1:1": ">= 12"})
    assert (late.status_code, desk.file(TABLE)) == (409, theirs)
    button = re.search(r'name="overwrite" value="(\w+)"', late.text)
    assert button
    mine = desk.post(f"tables/{TABLE}", **hidden(late.text), overwrite=button[1])
    assert mine.status_code == 303
    assert "&gt;= 12</text>" in desk.file(TABLE)
    assert desk.file(TABLE).count("<rule") == theirs.count("<rule") + 1


@pytest.mark.parametrize("opened", ["", "x", "eJw=", "AAAA"])
def test_a_page_that_carries_no_file_is_refused(desk: Desk, opened: str) -> None:
    before = desk.file(FORM)
    assert desk.post(f"forms/{FORM}", opened=opened).status_code == 422
    assert desk.file(FORM) == before


def test_a_file_larger_than_a_draft_takes_is_not_read(desk: Desk) -> None:
    huge = b"<" + b"x" * (2 * drafts.LARGEST_FILE)
    assert desk.send(f"drawing/{DRAWING}/check", huge).status_code == 413
    assert desk.send(f"drawing/{DRAWING}/save", huge).status_code == 413


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 65])
def test_a_save_that_does_not_say_what_it_saw_is_refused(desk: Desk, seen: str) -> None:
    assert desk.post(f"tables/{TABLE}", seen=seen).status_code == 422


def test_a_limit_is_changed_in_its_cell_and_nothing_else_of_the_file(desk: Desk) -> None:
    before = desk.file(TABLE)
    answer = desk.post(f"tables/{TABLE}", **{f"c:{KEY}:1:1": ">= 12"})
    assert answer.status_code == 303
    assert desk.file(TABLE) == before.replace("&gt;= 10</text>", "&gt;= 12</text>")


def test_a_table_saved_as_it_stands_stays_as_it_is(desk: Desk) -> None:
    page = desk.get(f"tables/{TABLE}").text
    cells = re.findall(r'name="([cn]:[^"]+)"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert len([name for name, _ in cells if f":{KEY}:" in name]) == 9 * 8
    before = desk.draft
    fields = {name: text.replace("&#34;", '"').replace("&gt;", ">") for name, text in cells}
    desk.post(f"tables/{TABLE}", **fields)
    assert (desk.draft.files, desk.draft.revision) == (before.files, before.revision)


def test_a_cell_is_said_in_words_or_with_its_remedy_as_one_types(desk: Desk) -> None:
    told = desk.post(
        f"tables/{TABLE}/check", **{f"c:{KEY}:1:1": ">= ten", f"c:{KEY}:5:4": ">= 50000"}
    ).get_json()
    assert "ten" in told["cells"][f"{KEY}:1:1"]["error"]
    assert told["cells"][f"{KEY}:5:4"] == {"words": "≥ 50000", "error": ""}
    assert told["cells"][f"{KEY}:0:0"]["words"] == "移送稽查"
    assert told["findings"][KEY]


def test_the_row_of_trying_names_the_rules_that_hold(desk: Desk) -> None:
    values = {f"t:{KEY}:outcome": "adjusted", f"t:{KEY}:total_tax": "60,000"}
    told = desk.post(f"tables/{TABLE}/check", **values).get_json()["tried"][KEY]
    assert told == {
        "rules": ["wv_decided_by_amount"],
        "answer": '结果：基层局领导（"district_leader"）',
    }
    page = desk.post(f"tables/{TABLE}", _do=f"try:{KEY}", **values)
    assert (page.status_code, page.text.count("cf-sheet__hit")) == (200, 1)


@pytest.mark.parametrize(
    ("act", "rules"),
    [("add:9", 10), ("copy:0", 10), ("remove:8", 8), ("up:3", 9), ("down:3", 9)],
)
def test_rules_are_added_copied_moved_and_removed(desk: Desk, act: str, rules: int) -> None:
    what, _, row = act.partition(":")
    assert desk.post(f"tables/{TABLE}", _do=f"{what}:{KEY}:{row}").status_code == 303
    table = desk.file(TABLE).partition(f'<decision id="{KEY}"')[2].partition("</decision>")[0]
    assert table.count("<rule ") == rules


@pytest.mark.parametrize(
    "act", ["add:nothing:0", f"remove:{KEY}:99", f"down:{KEY}:8", f"up:{KEY}:x", "drop"]
)
def test_an_act_on_what_is_not_there_is_refused(desk: Desk, act: str) -> None:
    before = desk.file(TABLE)
    assert desk.post(f"tables/{TABLE}", _do=act).status_code == 422
    assert desk.file(TABLE) == before


def test_the_hit_policy_is_chosen_from_those_there_are(desk: Desk) -> None:
    desk.post(f"tables/{TABLE}", **{f"p:{KEY}": "ANY"})
    assert 'hitPolicy="ANY"' in desk.file(TABLE)
    assert desk.post(f"tables/{TABLE}", **{f"p:{KEY}": "WHATEVER"}).status_code == 422


def test_a_form_is_changed_field_by_field_and_the_rest_survives(desk: Desk) -> None:
    before = json.loads(desk.file(FORM))
    first = {"label": "派给谁", "label_en": "To whom", "type": "radio", "required": "true"}
    desk.post(f"forms/{FORM}", **{f"f:0:{name}": text for name, text in first.items()})
    after = json.loads(desk.file(FORM))
    before["components"][0]["label"] = "派给谁"
    before["components"][0]["properties"]["label_en"] = "To whom"
    del before["components"][0]["properties"]["routing"]  # its box was not ticked
    assert after == before


def test_the_preview_shows_the_form_as_typed_and_what_is_wrong(desk: Desk) -> None:
    before = desk.file(FORM)
    page = desk.post(f"forms/{FORM}/preview", **{"f:0:label": "派给谁", "f:0:label_en": ""})
    assert "派给谁" in page.text
    assert "label_en" in page.text
    assert desk.file(FORM) == before


@pytest.mark.parametrize("act", ["remove:99", "up:x", "add:0.0", "drop:0"])
def test_an_act_on_a_field_that_is_not_there_is_refused(desk: Desk, act: str) -> None:
    assert desk.post(f"forms/{FORM}", _do=act).status_code == 422


def test_fields_are_added_moved_copied_and_removed(desk: Desk) -> None:
    def keys() -> list[str]:
        return [each["key"] for each in json.loads(desk.file(FORM))["components"]]

    start = keys()
    desk.post(f"forms/{FORM}", _do="add:0")
    assert keys() == [start[0], "field_1", *start[1:]]
    desk.post(f"forms/{FORM}", _do="up:1")
    desk.post(f"forms/{FORM}", _do="copy:1")
    assert keys() == ["field_1", start[0], "field_2", *start[1:]]
    desk.post(f"forms/{FORM}", _do="remove:2")
    desk.post(f"forms/{FORM}", _do="remove:0")
    assert keys() == start


def _sent(desk: Desk, name: str, data: bytes, **fields: object) -> TestResponse:
    fields = {f"seen:{name}": drafts.digest(desk.draft, name), **fields}
    return desk.post("upload", files=(io.BytesIO(data), name), **fields)  # type: ignore[arg-type]  # werkzeug takes a file so


def test_an_uploaded_file_says_what_it_changes(desk: Desk) -> None:
    data = desk.file(TABLE).replace("&gt;= 10</text>", "&gt;= 12</text>").encode()
    page = _sent(desk, TABLE, data)
    assert page.status_code == 200
    assert re.search(r"<del>[^<>&]*10[^<]*</del> <ins>[^<>&]*12[^<]*</ins>", page.text)
    assert ">&gt;= 10 → &gt;= 12</code>" in page.text
    assert desk.file(TABLE).encode() == data


def test_an_upload_with_faults_is_refused_unless_it_is_to_be_mended_here(desk: Desk) -> None:
    before = desk.file(PART)
    data = before.replace(' camunda:formKey="wv_assign"', "").encode()
    refused = _sent(desk, PART, data)
    assert refused.status_code == 422
    assert "assign" in refused.text
    assert desk.file(PART) == before
    assert _sent(desk, PART, data, anyway="y").status_code == 200
    assert desk.file(PART).encode() == data


def _late(desk: Desk) -> tuple[bytes, bytes, TestResponse]:
    """Two people upload the same table: what each sent, and what the second was answered."""
    seen = drafts.digest(desk.draft, TABLE)
    theirs = desk.file(TABLE).replace("&gt;= 10</text>", "&gt;= 11</text>").encode()
    mine = desk.file(TABLE).replace("&gt;= 10</text>", "&gt;= 12</text>").encode()
    assert _sent(desk, TABLE, theirs).status_code == 200
    return theirs, mine, _sent(desk, TABLE, mine, **{f"seen:{TABLE}": seen})


def _carried(page: str) -> dict[str, str]:
    form = page[page.index('id="brought"') :].partition("</form>")[0]
    fields = re.findall(r'name="((?:carried|seen)[^"]*)" value="([^"]*)"', form)
    ticked = re.findall(r'name="(anyway)" value="(y)" checked', form)
    return dict(fields + ticked)


def test_an_upload_over_what_was_saved_meanwhile_waits_until_it_is_asked_for(desk: Desk) -> None:
    theirs, mine, late = _late(desk)
    assert (late.status_code, desk.file(TABLE).encode()) == (409, theirs)
    assert "用我这一份覆盖" in late.text
    assert f'href="/processes/drafts/{desk.id}/files/{TABLE}">' in late.text
    done = desk.post("upload", **_carried(late.text))
    assert (done.status_code, desk.file(TABLE).encode()) == (200, mine)
    kept = re.search(r'href="data:application/octet-stream;base64,([^"]+)"', done.text)
    assert kept
    assert base64.b64decode(kept[1]) == theirs


def test_an_upload_never_overwrites_what_was_not_there_when_it_was_asked_to(desk: Desk) -> None:
    theirs, _mine, late = _late(desk)
    newer = theirs.replace(b"&gt;= 11</text>", b"&gt;= 13</text>")
    assert _sent(desk, TABLE, newer).status_code == 200
    again = desk.post("upload", **_carried(late.text))
    assert (again.status_code, desk.file(TABLE).encode()) == (409, newer)
    assert desk.post("upload", **_carried(again.text)).status_code == 200


def test_an_upload_over_a_file_removed_meanwhile_says_that_it_is_gone(desk: Desk) -> None:
    seen, data = drafts.digest(desk.draft, FORM), desk.file(FORM).replace("派员", "派人").encode()
    assert desk.post(f"files/{FORM}/remove").status_code == 303
    late = _sent(desk, FORM, data, **{f"seen:{FORM}": seen, "anyway": "y"})
    assert late.status_code == 409
    assert "草稿中已删去" in late.text
    assert desk.post("upload", **_carried(late.text)).status_code == 200
    assert desk.file(FORM).encode() == data


def test_overwriting_is_no_leave_to_bring_in_what_has_become_faulty(desk: Desk) -> None:
    seen = drafts.digest(desk.draft, PART)
    mine = desk.file(PART).replace('name="派员"', 'name="派人"').encode()
    theirs = desk.file(PART).replace('name="派员"', 'name="分人"').encode()
    assert _sent(desk, PART, theirs).status_code == 200
    late = _sent(desk, PART, mine, **{f"seen:{PART}": seen})
    assert late.status_code == 409
    assert desk.post(f"files/{FORM}/remove").status_code == 303  # the drawing names it
    refused = desk.post("upload", **_carried(late.text))
    assert (refused.status_code, desk.file(PART).encode()) == (422, theirs)
    asked_in = {**_carried(refused.text), "anyway": "y"}
    assert desk.post("upload", **asked_in).status_code == 200
    assert desk.file(PART).encode() == mine


@pytest.mark.parametrize("carried", ["", "!", "eJw=", "eJwDAAAAAAE="])
def test_a_page_that_carries_no_upload_is_refused(desk: Desk, carried: str) -> None:
    before = desk.draft.files
    assert desk.post("upload", **{f"carried:{TABLE}": carried}).status_code == 422
    many = {f"carried:f{n}.form": "eJwDAAAAAAE=" for n in range(21)}
    assert desk.post("upload", **many).status_code == 422
    assert desk.draft.files == before


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (DRAWING, b"<x"),
        (DRAWING, b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"),
        (TABLE, b"\x00\x01"),
        (FORM, b"[1, 2"),
        (FORM, b'{"type": "other"}'),
        ("run.exe", b"MZ"),
        ("../../evil.bpmn.sh", b"x"),
    ],
)
def test_what_nobody_could_mend_never_gets_into_a_draft(desk: Desk, name: str, data: bytes) -> None:
    before = desk.draft.files
    assert _sent(desk, name, data, anyway="y").status_code == 422
    assert desk.draft.files == before


def test_a_file_that_is_too_large_never_gets_into_a_draft(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "LARGEST_FILE", 1_000)
    page = _sent(desk, TABLE, b" " * 1_001, anyway="y")
    assert (page.status_code, "太大" in page.text) == (422, True)


def test_each_file_and_all_of_them_can_be_taken_home(desk: Desk) -> None:
    one = desk.get(f"files/{TABLE}")
    assert one.text == desk.file(TABLE)
    assert one.headers["Content-Disposition"] == f'attachment; filename="{TABLE}"'
    packed = zipfile.ZipFile(io.BytesIO(desk.get("files.zip").data))
    files = desk.draft.files
    assert {name: packed.read(name).decode() for name in packed.namelist()} == files


def test_a_file_is_taken_out_of_the_draft(desk: Desk) -> None:
    desk.post(f"files/{TABLE}/remove")
    assert TABLE not in desk.draft.files


def _run(page: str) -> str:
    found = re.search(r'name="run" value="([^"]+)"', page)
    assert found
    return found[1]


def test_a_trial_goes_step_by_step_and_keeps_nothing(desk: Desk) -> None:
    begun = desk.post("trial", _do="start", run=_run(desk.get("trial").text)).text
    found = re.search(r'name="element" value="([\w/]+)">.*?name="key" value="([^"]+)"', begun)
    assert found
    assert found[1] == "dispatching/dispatch"
    given = {"v:dispatch_decision": "assign", "element": found[1], "key": found[2]}
    then = desk.post("trial", _do="complete", run=_run(begun), **given).text
    assert "办完 分派" in then
    assert 'value="assign"' in then
    later = desk.post("trial", _do="advance", run=_run(then), span="P3D").text
    assert "2010-01-28 09:00" in later


def test_a_trial_says_what_a_table_and_a_gateway_answered_and_why(desk: Desk) -> None:
    asks = bpmn(
        f"start s\nrule level {KEY} decided_by\nxor g\nuser a\nuser b\nend e\n"
        's -> level -> g\ng -> a : decided_by = "district_leader"\ng => b\na -> e\nb -> e',
        "score: number; outcome: string",
    )
    desk.keep_only(DRAWING, TABLE)
    desk.send(f"drawing/{DRAWING}/save", asks)
    page = desk.get("trial").text
    given = {"v:score": "3", "v:outcome": "cleared"}
    then = html.unescape(desk.post("trial", _do="start", run=_run(page), **given).text)
    assert "决策表“level。”：由谁决定 = 科（所）长" in then
    assert "问到的值：处理结果 = cleared；风险得分 = 3" in then
    assert "第 9 条规则成立：没有条件，总是成立" in then
    assert "网关“g。”：走 → b" in then
    assert "默认的一路，因为都不成立：由谁决定 = 基层局领导" in then


def test_an_instant_typed_in_a_trial_is_the_bureaus_time(desk: Desk) -> None:
    text = "start s\nuser a\nend e\ns -> a -> e"
    desk.keep_only(DRAWING)
    desk.send(f"drawing/{DRAWING}/save", bpmn(text, "at: date_time"))
    begun = desk.post("trial", _do="start", run=_run(desk.get("trial").text), **{"v:at": AT})
    assert begun.status_code == 200
    assert "2010-01-25T09:00:00+08:00" in html.unescape(begun.text)


def test_a_signal_that_is_waited_for_can_be_let_into_a_trial(desk: Desk) -> None:
    waiting = bpmn("start s\ncatch heard signal:stop\nuser a\nend e\ns -> heard -> a -> e")
    desk.keep_only(DRAWING)
    desk.send(f"drawing/{DRAWING}/save", waiting)
    begun = desk.post("trial", _do="start", run=_run(desk.get("trial").text)).text
    assert "等候信号：stop" in begun
    then = desk.post("trial", _do="signal", name="stop", run=_run(begun)).text
    assert "收到信号 stop" in then
    assert 'name="element" value="a"' in then


@pytest.mark.parametrize(
    "fields",
    [
        {"_do": "complete", "element": "nothing", "key": "x"},
        {"_do": "advance", "span": "tomorrow"},
        {"_do": "start", "v:score": "many"},
        {"_do": "message", "name": "nobody waits"},
        {"_do": "signal", "name": "nobody waits"},
        {"_do": "burn"},
    ],
)
def test_an_act_that_cannot_be_done_leaves_the_trial_where_it_was(
    desk: Desk, fields: dict[str, str]
) -> None:
    page = desk.post("trial", run=_run(desk.get("trial").text), **fields)
    assert page.status_code == 422
    assert 'role="alert"' in page.text


def test_a_trial_that_was_tampered_with_is_refused(desk: Desk) -> None:
    run = _run(desk.get("trial").text)
    assert desk.post("trial", _do="start", run=f"x{run}").status_code == 422


def test_a_drawing_that_cannot_run_says_why_instead_of_a_trial(desk: Desk) -> None:
    desk.send(f"drawing/{DRAWING}/save", desk.file(DRAWING).replace("bpmn:userTask", "bpmn:task"))
    page = desk.get("trial")
    assert page.status_code == 200
    assert "还不能试运行" in page.text


def test_the_owner_may_look_and_not_change(bureau: Bureau, desk: Desk) -> None:
    chief = Desk(bureau, desk.id, "division")
    assert chief.get(f"tables/{TABLE}").status_code == 200
    assert 'value="save"' not in chief.get("drawing").text
    assert chief.post(f"tables/{TABLE}", **{f"c:{KEY}:1:1": ">= 1"}).status_code == 403


@pytest.mark.parametrize("path", ["drawing", f"tables/{TABLE}", f"forms/{FORM}", "upload", "trial"])
def test_every_page_is_in_english_too(bureau: Bureau, desk: Desk, path: str) -> None:
    analyst = Desk(bureau, desk.id, "analyst")
    analyst.visitor.post("/preferences", {"locale": "en"})
    assert "Submit for approval" in analyst.get(path).text
