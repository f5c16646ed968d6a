"""The file of a household, as the chief of a line of business sees it."""

import pytest
from sqlalchemy import select, update

from caseflow.models import Post, TaxWarning
from caseflow.vocabulary import Role
from tests import factories
from tests.web.conftest import Bureau

_OUTSIDE = "其他税种不在您的条线范围内"


@pytest.mark.parametrize(
    ("line", "status", "is_told"),
    [
        ("vat_division", 200, True),
        ("admin_tech_division", 200, False),
        ("legal_division", 404, False),
    ],
)
def test_page_says_what_lies_outside_the_line(
    bureau: Bureau, line: str, status: int, *, is_told: bool
) -> None:
    with bureau.database.transaction() as session:
        payer = session.scalars(
            select(TaxWarning.taxpayer_id).where(TaxWarning.case_id.is_not(None))
        ).first()
    _give(bureau, line)
    try:
        page = bureau.visitor("division").get(f"/taxpayers/{payer}")
        assert (page.status_code, _OUTSIDE in page.text) == (status, is_told)
    finally:
        _give(bureau, "admin_tech_division")


def _give(bureau: Bureau, line: str) -> None:
    with bureau.database.transaction() as session:
        chiefs = update(Post).where(Post.role == Role.DIVISION_CHIEF)
        session.execute(chiefs.values(line=line))
        factories.tell(session, "sys:people")
