"""What officers get wrong at a form: each is told what to do, and what was typed stays."""

import re
import uuid
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import select

from caseflow import clock
from caseflow.models import AssessedAmount, Case
from caseflow.services import attachments, deputies
from caseflow.services.deputies import Wish
from tests import desk, factories
from tests.support.visitor import Visitor
from tests.web.conftest import Bureau

_SERIALS = count(40)
_HIDDEN = re.compile(r'name="(_idem|_version)" value="([^"]+)"')
_ROW = re.compile(r'name="doubts-0-row" value="([^"]+)"')
TAX = {
    "amounts-0-row": "",
    "amounts-0-tax": "vat",
    "amounts-0-period": "2009-12",
    "amounts-0-declared": "4,200.00",
    "amounts-0-recomputed": "２４，２００．００",  # noqa: RUF001 -- as an input method types it
    "amounts-0-due_on": "2010-01-18",
}


def opened(bureau: Bureau) -> tuple[int, int]:
    """A case whose main officer is about to conclude: its id and that of the step."""
    with bureau.database.transaction() as session:
        case = factories.case(session, factories.taxpayer(session, serial=next(_SERIALS)))
        desk.to_desk_check(session, bureau.people, case)
        desk.check(session, bureau.people, case)
        return case.id, desk.open_task(session, case, "conclusion").id


def evidence(bureau: Bureau, task_id: int) -> str:
    """A file that the officer has sent, by its id."""
    with bureau.database.transaction() as session:
        content = "账簿复印件".encode()
        kept = attachments.add(
            session, bureau.people.officer, task_id, field="files", name="账.txt", chunks=[content]
        )
        session.flush()
        return str(kept.id)


def concluded(officer: Visitor, case_id: int, task_id: int, **typed: str) -> str:
    """Hand the conclusion in as typed; the page that answers."""
    page = officer.get(f"/cases/{case_id}?task={task_id}").text
    (row,) = _ROW.findall(page)
    answers = {
        "doubts-0-row": row,
        "doubts-0-finding": "confirmed",
        "doubts-0-cause": "concealed",
        "doubts-0-reasons": "已核对账簿和发票，少计销售收入。",
        "doubts-0-indicator_verdict": "right",
        "signs": "none",
        "tax_computable": "yes",
        "zero_returns_trading": "no",
        "duty_not_met": "none",
        "invoice_stop": "no",
        "status_change": "no",
        **TAX,
    }
    hidden = dict(_HIDDEN.findall(page))
    sent = officer.post(f"/tasks/{task_id}", {**hidden, **answers, **typed, "_submit": "stay"})
    return "" if sent.status_code == 303 else sent.text


def test_amounts_with_commas_and_full_width_digits_are_taken(bureau: Bureau) -> None:
    case_id, task_id = opened(bureau)
    file = evidence(bureau, task_id)
    officer = bureau.visitor("officer")
    assert concluded(officer, case_id, task_id, **{"doubts-0-evidence": file}) == ""
    with bureau.database.reading() as session:
        of_case = select(AssessedAmount).where(AssessedAmount.case_id == case_id)
        amount = session.scalars(of_case).one()
        assert (str(amount.declared), str(amount.recomputed)) == ("4200.00", "24200.00")


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("amounts-0-recomputed", "二万四千", "请填数字，例如 1,234.50。"),
        ("amounts-0-recomputed", "1.2.3", "请填数字，例如 1,234.50。"),
        ("amounts-0-recomputed", "-", "请填数字，例如 1,234.50。"),
        ("amounts-0-due_on", "2010-02-30", "请填日期，例如 2010-01-25。"),
        ("amounts-0-due_on", "明天", "请填日期，例如 2010-01-25。"),
        ("amounts-0-period", "2009-13", "请填所属期：按月 2009-11"),
    ],
)
def test_nonsense_is_refused_in_words_and_stays_in_its_field(
    bureau: Bureau, field: str, typed: str, told: str
) -> None:
    case_id, task_id = opened(bureau)
    page = concluded(bureau.visitor("officer"), case_id, task_id, **{field: typed})
    (under,) = re.findall(rf'id="a-{field}-error">(.*?)</p>', page, re.DOTALL)
    assert told in under
    assert f'value="{typed}"' in page
    assert "少计销售收入" in page  # nor is anything else lost


def test_an_act_after_the_closing_says_so(bureau: Bureau) -> None:
    case_id, task_id = opened(bureau)
    with bureau.database.transaction() as session:
        case = session.get_one(Case, case_id)
        people = bureau.people
        desk.do(session, people.officer, case, "conclusion", desk.conclusion(session, case))
        agreed = {"review_decision": "agree", "opinion": "同意"}
        desk.do(session, people.chief, case, "review", agreed)
        desk.do(session, people.officer, case, "closing_check", {"sign_off": True})
    officer = bureau.visitor("officer")
    officer.get(f"/cases/{case_id}")
    late = officer.post(
        f"/tasks/{task_id}", {"_idem": str(uuid.uuid4()), "_version": "1", "signs": "none"}
    )
    assert late.status_code == 409
    assert re.search("员officer 已于 .* 提交了这一步，您的提交没有被采纳", late.text)


def test_the_deputy_of_who_made_it_does_not_approve_it(bureau: Bureau) -> None:
    case_id, _ = opened(bureau)
    with bureau.database.transaction() as session:
        case = session.get_one(Case, case_id)
        people = bureau.people
        today = clock.today()
        wish = Wish(today, today + timedelta(days=3), "出差")
        maker, deputy = people.officer.user_id or 0, people.chief.user_id or 0
        deputies.grant(session, people.officer, maker, deputy, wish=wish)
        desk.do(session, people.officer, case, "conclusion", desk.conclusion(session, case))
        review = desk.open_task(session, case, "review").id
    chief = bureau.visitor("chief")
    chief.get(f"/cases/{case_id}")
    taken = chief.post(f"/tasks/{review}/claim", {})
    assert taken.status_code == 403
    assert "您今天代理的 员officer 在本任务中已承担其他职责，您也不能办理这一步" in taken.text
