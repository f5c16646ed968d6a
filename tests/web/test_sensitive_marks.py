"""A sensitive file looks sensitive to whoever may see it, wherever it is named."""

import pytest
from sqlalchemy import select

from caseflow.models import Case, Task, Taxpayer
from caseflow.services.powers import sensitive
from tests.web.conftest import Bureau

REASON = "涉及举报人信息"


@pytest.mark.parametrize("what", ["number", "tin"])
def test_a_mark_on_a_case_or_its_household_shows_wherever_the_case_is_named(
    bureau: Bureau, what: str
) -> None:
    with bureau.database.reading() as session:
        case = session.scalars(select(Case).join(Task).where(Task.element == "desk_check")).one()
        payer = session.get_one(Taxpayer, case.taxpayer_id)
        named = {"number": case.number, "tin": payer.tin}
        pages = {
            "officer": (
                f"/cases/{case.id}",
                f"/inbox?preview=off&task={case.id}",
                "/cases",
                f"/cases?text={case.number}",
                "/search?q=样例",
            ),
            "auditor": (f"/cases/{case.id}", "/cases", "/search?q=样例"),
            "leader": (f"/cases/{case.id}", "/cases"),
        }
    assert _tags(bureau, pages) == dict.fromkeys(_addresses(pages), 0)
    with bureau.database.transaction() as session:
        file = sensitive.mark(session, bureau.people.leader, reason=REASON, **{what: named[what]})
        file_id = file.id
    told = _tags(bureau, pages)
    # The search finds the household too, with its own mark.
    assert told == {
        address: 2 if what == "tin" and "/search" in address[1] else 1
        for address in _addresses(pages)
    }
    with bureau.database.transaction() as session:
        sensitive.lift(session, bureau.people.director, file_id, reason=REASON)
    assert _tags(bureau, pages) == dict.fromkeys(_addresses(pages), 0)


def _addresses(pages: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(login, path) for login, paths in pages.items() for path in paths]


def _tags(bureau: Bureau, pages: dict[str, tuple[str, ...]]) -> dict[tuple[str, str], int]:
    """How many tags of a sensitive file each page shows."""
    return {
        (login, path): bureau.visitor(login).get(path).text.count("</svg>涉密</span>")
        for login, path in _addresses(pages)
    }
