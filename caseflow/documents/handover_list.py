"""管户交接清单: the list of households handed over, which both sides and their head sign."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from caseflow.clock import BUREAU_ZONE
from caseflow.documents.typesetting import typeset

_KINDS = {"enterprise": "企业", "individual": "个体", "institution": "事业单位、社团"}


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverList:
    """What the list shows; everything is written out, ready to be set."""

    number: str
    unit: str
    on: date
    giver: str
    reason: str
    note: str
    done_by: str
    # Name, households, when it was confirmed in the product.
    takers: tuple[tuple[str, int, datetime | None], ...]
    # Name, households before and after, weighted open work before and after.
    loads: tuple[tuple[str, str, str, str, str], ...]
    # Tax number, name, kind, address, taker.
    households: tuple[tuple[str, str, str, str, str], ...]
    # How many more there are that the reader does not see.
    unseen: int
    # Number, taxpayer, taker, fate.
    cases: tuple[tuple[str, str, str, str], ...]


def render_handover_list(found: HandoverList, *, at: datetime, fonts: Path | None = None) -> bytes:
    """Set the list: PDF/A, the same bytes for the same data and fonts.

    Raises:
        Unavailable: no font for Chinese is found.
    """
    data = asdict(found) | {
        "on": found.on.isoformat(),
        "takers": [(name, str(count), _confirmed(at)) for name, count, at in found.takers],
        "households": [
            (tin, name, _KINDS.get(kind, kind), *rest)
            for tin, name, kind, *rest in found.households
        ],
    }
    return typeset("handover_list.typ", data, at=at, fonts=fonts)


def _confirmed(at: datetime | None) -> str:
    return "未确认" if at is None else f"{at.astimezone(BUREAU_ZONE):%Y-%m-%d %H:%M} 确认"
