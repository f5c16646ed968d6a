"""What the elements of a case were called before it was carried to another version.

The steps that were done keep the names under which they were done: the record speaks of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.engine import migration
from caseflow.models import CaseMigration, CaseMigrationLine
from caseflow.vocabulary import MigrationLineStatus

_CARRIED = (MigrationLineStatus.MIGRATED, MigrationLineStatus.REVERTED, MigrationLineStatus.KEPT)


def of(session: Session, case_id: int, elements: Iterable[str]) -> dict[str, str]:
    """These elements and all their former names in a case, each with the name asked for.

    A case that was carried over and back has steps done under the names of both versions. Of
    versions that give one name to different steps both are meant: rather too many people are
    kept from a step than one too few.
    """
    found = {name: name for name in elements}
    if not found:
        return found
    renames = list(_renames(session, case_id))
    for _ in renames:  # one after the other in any order: no name comes of more than all of them
        for name, mapping in product(list(found), renames):
            found.setdefault(migration.renamed(name, mapping), found[name])
    return found


def _renames(session: Session, case_id: int) -> Iterator[Mapping[str, str]]:
    """What was called otherwise by the migrations of a case: backwards, and forwards if reverted.

    A case that could not go back, KEPT, was carried over all the same.
    """
    rows = session.execute(
        select(CaseMigration.mapping, CaseMigrationLine.status)
        .join(CaseMigrationLine, CaseMigrationLine.migration_id == CaseMigration.id)
        .where(CaseMigrationLine.case_id == case_id, CaseMigrationLine.status.in_(_CARRIED))
    )
    for mapping, status in rows:
        if not mapping:
            continue
        yield {new: old for old, new in mapping.items()}
        if status is MigrationLineStatus.REVERTED:
            yield mapping
