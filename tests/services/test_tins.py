"""The tax number of an individual household in a list is the one that its page shows."""

import itertools

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import Taxpayer
from caseflow.vocabulary import SYSTEM
from tests import cast, factories

_NUMBERS = ("210202197802122", "21020219780305123X", "21020219780305123X01", "21020", "210202", "2")


def test_lists_and_pages_show_the_same_of_a_tax_number(session: Session) -> None:
    people = cast.enter(session)
    owners = (people.officer.user_id, None)
    row = factories.taxpayer(session)
    for kind, tin, owner in itertools.product(("individual", "enterprise"), _NUMBERS, owners):
        row.kind, row.tin, row.administrator_id = kind, tin, owner
        session.flush()
        for actor in (people.officer, people.chief, people.auditor, SYSTEM):
            listed = session.scalar(
                select(policy.listed_tin(actor)).select_from(Taxpayer).where(Taxpayer.id == row.id)
            )
            assert listed == policy.tin_for(actor, row)
            is_full = kind == "enterprise" or actor is SYSTEM or owner == actor.user_id
            assert (listed == tin) is is_full


def test_a_step_that_turns_to_the_taxpayer_needs_the_number(session: Session) -> None:
    people = cast.enter(session)
    row = factories.taxpayer(session)
    row.kind = "individual"
    assert policy.tin_for(people.chief, row, forms_held=["wv_inquiry"]) == row.tin
    assert policy.tin_for(people.chief, row, forms_held=["wv_review"]) != row.tin
