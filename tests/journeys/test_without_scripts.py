"""The whole main path with browsers that run no scripts."""

import pytest
from sqlalchemy import select

from caseflow.models import Case, Document
from caseflow.vocabulary import CaseStatus
from tests import factories
from tests.journeys.conftest import Bureau
from tests.journeys.main_path import Path
from tests.journeys.people import Company


@pytest.mark.browser
def test_the_main_path_needs_no_scripts(fresh_bureau: Bureau, fresh_company: Company) -> None:
    fresh_company.has_scripts = False
    with fresh_bureau.database.transaction() as session:
        payer = factories.taxpayer(session)
        factories.case(session, payer)
        path = Path(fresh_bureau, fresh_company, payer.name)
    path.hand_down()
    path.check_at_the_desk(result="unclear", then="inquiry")
    path.write_and_serve_the_letter()
    path.check_at_the_desk(result="unclear", then="onsite")
    path.visit()
    path.conclude()
    path.review("send_back")
    path.conclude(again=True)
    path.review("agree")
    path.approve()
    path.carry_out()
    path.close()
    with fresh_bureau.database.reading() as session:
        assert session.scalars(select(Case.status)).one() == CaseStatus.CLOSED
        assert "warning_feedback" in session.scalars(select(Document.kind)).all()
