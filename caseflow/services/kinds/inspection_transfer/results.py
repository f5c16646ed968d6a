"""What the inspection found: kept on the case as its result, never among the assessed amounts."""

from __future__ import annotations

from decimal import Decimal

from caseflow.models.base import Json
from caseflow.services.kinds.desk import Desk, Handed
from caseflow.services.kinds.inspection_transfer import doubts
from caseflow.vocabulary.choices.transfer import TiNature

_NOTHING = Decimal(0)
_PAID = ("tax_paid", "surcharge_paid", "fine_paid")


def signed(desk: Desk) -> Handed:
    """The final feedback is signed: its findings replace those of the case before."""
    said = desk.answers("ti_feedback")
    found = {line["row"]: line["finding"] for line in said.get("doubts") or []}
    for warning in doubts.of(desk.session, desk.case):
        warning.finding = found.get(str(warning.id))
    sums = _sums(said.get("taxes") or [])
    facts = {"inspection_closed_at": desk.times.now.isoformat(), **sums}
    if said["nature"] != TiNature.NOT_OPENED:
        facts["inspection_taxes"] = said.get("taxes") or []
    desk.case.facts = {**desk.case.facts, **facts}
    return Handed(
        variables={"register_by": desk.times.working_days("ti_register")},
        payload={"findings": found, **sums},
    )


def _sums(lines: list[Json]) -> Json:
    """Tax found, surcharge, fine and what is paid of them, in yuan, as text."""

    def total(*names: str) -> str:
        amounts = (Decimal(line[name]) for line in lines for name in names)
        return str(sum(amounts, _NOTHING))

    return {
        "insp_tax": total("insp_tax"),
        "insp_surcharge": total("surcharge"),
        "insp_fine": total("fine"),
        "insp_paid": total(*_PAID),
    }
