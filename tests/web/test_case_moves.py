"""The pages on which an act of administration moves a case to another step."""

import re

from tests.web.conftest import Bureau


def test_a_move_is_asked_on_the_page_and_agreed_to_by_another(bureau: Bureau) -> None:
    leader, deputy = bureau.visitor("leader"), bureau.visitor("deputy")
    page = leader.get("/cases/2/move")
    (key,) = re.findall(r'name="drop" value="([^"]+)"', page.text)
    asked = {"drop": key, "target": "dispatching", "reason": "系统故障期间误交，须重新分派"}
    assert leader.post("/cases/2/move", {**asked, "reason": "短"}).status_code == 422
    assert leader.post("/cases/2/move", asked).status_code == 303
    assert "由本局另一位" in leader.get("/cases/2/move").text
    assert "调整环节待您批准" in deputy.get("/dashboard").text
    number = re.findall(r"/cases/2/move/(\d+)/approve", deputy.get("/cases/2/move").text)[0]
    assert deputy.post(f"/cases/2/move/{number}/approve", {"note": ""}).status_code == 303
    assert "批准行政调整到" in deputy.get("/cases/2").text


def test_nobody_else_comes_to_the_page_of_moves(bureau: Bureau) -> None:
    assert bureau.visitor("officer").get("/cases/2/move").status_code in (403, 404)
    assert bureau.visitor("far_leader").get("/cases/2/move").status_code == 404
