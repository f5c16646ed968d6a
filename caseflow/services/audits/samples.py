"""Samples (抽样): cases drawn by lot, kept with what it takes to draw the same ones again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import Sample, SampleItem
from caseflow.services import record
from caseflow.vocabulary import Actor, Invalid, Verb

DRAWN = "sample.drawn"
MOST = 500
LONGEST_NAME = 100
# The least case by SHA-256 of "<seed>:<case number>" is drawn first; ties by id.
METHOD = "sha256-v1"
# Seeds are kept as bigint.
LARGEST_SEED = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Draw:
    """What was drawn from what: the search, how many it found, a digest of their numbers."""

    asked: Mapping[str, str]
    population: int
    population_sha256: str
    case_ids: Sequence[int]


def keep(session: Session, actor: Actor, draw: Draw, *, name: str, seed: int) -> Sample:
    """Keep a sample that was drawn, and put the drawing on the auditor's own record.

    Raises:
        Forbidden: the actor does not read the whole record.
        Invalid: no name, no case to draw from, a size or a seed that cannot be.
    """
    policy.require(actor, Verb.READ_RECORD)
    _check(draw, name, seed)
    sample = Sample(
        author_id=actor.user_id or 0,
        name=name,
        seed=seed,
        wish={"asked": dict(draw.asked), "population_sha256": draw.population_sha256},
        population=draw.population,
        size=len(draw.case_ids),
        method=METHOD,
        drawn_at=clock.now(),
    )
    session.add(sample)
    session.flush()  # the items and the event name it
    session.add_all(
        SampleItem(sample_id=sample.id, place=place, case_id=case_id)
        for place, case_id in enumerate(draw.case_ids, 1)
    )
    payload = {
        "sample": sample.id,
        "name": name,
        "seed": seed,
        "method": METHOD,
        "asked": dict(draw.asked),
        "population": draw.population,
        "population_sha256": draw.population_sha256,
        "cases": list(draw.case_ids),
    }
    record.append(session, actor, f"user:{actor.user_id}", action=DRAWN, payload=payload)
    return sample


def check_wish(name: str, seed: int, size: int) -> None:
    """Refuse what could not be kept, before anything is drawn.

    Raises:
        Invalid: no name, a size or a seed that cannot be.
    """
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Invalid("sample_name", longest=LONGEST_NAME)
    if not 1 <= size <= MOST:
        raise Invalid("sample_size", most=MOST)
    if not 0 <= seed <= LARGEST_SEED:
        raise Invalid("sample_seed")


def _check(draw: Draw, name: str, seed: int) -> None:
    if draw.population == 0:
        raise Invalid("sample_of_nothing")
    check_wish(name, seed, len(draw.case_ids))
