"""People at work on a third-party verification, step by step."""

from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from caseflow.models import Case, Taxpayer, TaxWarning
from caseflow.services import cases
from caseflow.vocabulary import SYSTEM, CaseKind
from caseflow.vocabulary.choices.third_party import variant_of
from tests import desk, factories
from tests.cast import Cast

_TEXT = "已核对合同、发票和银行对账单，情况属实。"
_OWN_FIELDS: dict[str, dict[str, Any]] = {
    "d1": {
        "names_aligned": "yes",
        "invoices_listed": "发票清单见附件",
        "return_lines": "主表第 1 行 100,000.00 元",
        "finance_account": "跨期确认收入。",
    },
    "d2": {
        "aic_status": "revoked",
        "aic_status_on": "2009-06-01",
        "trading": "no",
        "all_cleared": "no",
    },
    "d3": {
        "licence_on": "2009-03-02",
        "trade_began": "no",
        "joint_registration": "no",
        "state_tax_types": "no",
    },
    "d4": {"business_scope": "餐饮服务", "proposal": "mark"},
    "d5": {
        "norm": "2.0000",
        "norm_source": "行业协会 2009 年定额",
        "price": "10.00",
        "declared_sales": "20000.00",
    },
    "d6": {},
    "d7": {
        "own_status": "normal",
        "own_status_on": "2009-01-05",
        "other_status": "cancelled",
        "other_status_on": "2009-09-01",
        "right_side": "own",
        "trading": "yes",
    },
    "d8": {"papers_seen": ["bank_statement"], "amount_left": "0.00"},
}
_LISTS: dict[str, dict[str, Any]] = {
    "d5": {"meters": [{"number": "A1", "kwh": "10000.00", "share": "80.0"}]},
    "d6": {
        "certificates": [
            {
                "number": "0901-123",
                "original_seen": "yes",
                "comparison": "mismatch",
                "input_permitted": "no",
                "forged": "no",
            }
        ]
    },
}


def opened(session: Session, people: Cast, code: str, payer: Taxpayer) -> Case:
    """A case of one doubt, accepted by both officers."""
    factories.deploy(session, "third_party_verification")
    warning = factories.warning(session, payer, code=code)
    warning.kind = "TP"
    case = cases.open_case(
        session,
        SYSTEM,
        payer,
        kind=CaseKind.TP,
        warnings=[warning],
        score=Decimal("6.0"),
        grade=2,
        is_ti=False,
    )
    dispatched = {"dispatch_decision": "assign", "section": str(case.section_id)}
    desk.do(
        session, people.leader, case, "dispatching/dispatch", {**dispatched, "priority": "normal"}
    )
    named = {
        "assign_decision": "assign",
        "main_officer": str(people.officer.user_id),
        "second_officer": str(people.partner.user_id),
    }
    desk.do(session, people.chief, case, "dispatching/assign", named)
    accepted = {"recusal": "none", "accept_decision": "accept"}
    desk.do(session, people.officer, case, "dispatching/accept_main", accepted)
    desk.do(session, people.partner, case, "dispatching/accept_second", accepted)
    return case


def verified(session: Session, case: Case, then: str, **row: Any) -> dict[str, Any]:  # noqa: ANN401 - answers hold any JSON
    """Answers of the verification of the only doubt, explained unless said otherwise."""
    (doubt,) = desk.doubts_of(session, case)
    variant = variant_of(session.get_one(TaxWarning, doubt).indicator).value
    return {
        "steps": [{"row": f"{doubt}:V01", "state": "done"}],
        variant: [
            {
                "row": str(doubt),
                "match": "right",
                **_OWN_FIELDS[variant],
                "explanation": "none",
                "difference_left": "0.00",
                "in_error": "neither",
                "result": "explained",
                "text": _TEXT,
                "evidence": [],
                **row,
            }
        ],
        **_LISTS.get(variant, {}),
        "next_step": then,
    }


def verify(session: Session, people: Cast, case: Case, then: str, **row: Any) -> None:  # noqa: ANN401 - answers hold any JSON
    """The verification, handed in."""
    desk.do(session, people.officer, case, "verify", verified(session, case, then, **row))
