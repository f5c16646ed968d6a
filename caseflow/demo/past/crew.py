"""Several processes for the officers' acts: cases of different districts do not meet."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context, parent_process
from typing import Protocol

from caseflow import db
from caseflow.demo.past.acts import Acting, Worked
from caseflow.demo.past.scene import Judge
from caseflow.services import place
from caseflow.services.place import Place

Step = tuple[int, int]
"""A task and the district of its case."""
_MOST = 4
_acting: list[Acting] = []


class Crew(Protocol):
    """Hands steps in."""

    def hand_in(self, steps: Sequence[Step], day: date) -> Worked:
        """Hand in steps; gives how they went."""


@dataclass(frozen=True)
class Alone:
    """The officers act one after the other, in this process."""

    acting: Acting

    def hand_in(self, steps: Sequence[Step], day: date) -> Worked:
        """Hand in steps in their order."""
        return self.acting.hand_in([task_id for task_id, _ in steps], day)


@dataclass(frozen=True)
class Together:
    """A pool of processes; the steps of a district are handed in by one of them, in order."""

    pool: ProcessPoolExecutor
    count: int

    def hand_in(self, steps: Sequence[Step], day: date) -> Worked:
        """Hand in steps, share by share."""
        shares = [
            [task_id for task_id, district in steps if district % self.count == share]
            for share in range(self.count)
        ]
        whole = Worked()
        for worked in self.pool.map(_hand_in, shares, [day] * self.count):
            whole.acts += worked.acts
            whole.refusals += worked.refusals
            whole.put_off += worked.put_off
        return whole


@contextmanager
def crew(database: db.Database, judge: Judge) -> Iterator[Crew]:
    """As many processes as help on this machine, ended afterwards."""
    count = min(_MOST, os.cpu_count() or 1)
    if count == 1:
        yield Alone(Acting(database, judge))
        return
    url = database.engine.url.render_as_string(hide_password=False)
    with ProcessPoolExecutor(
        count,
        mp_context=get_context("spawn"),
        initializer=_enter,
        initargs=(url, place.here(), judge),
    ) as pool:
        yield Together(pool, count)


def _enter(url: str, here: Place, judge: Judge) -> None:
    place.settle(here)
    _acting[:] = [Acting(db.connect(url, pool_size=1), judge)]
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A maker that is killed cannot tell its crew; nobody may go on acting without it."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _hand_in(task_ids: Sequence[int], day: date) -> Worked:
    return _acting[0].hand_in(task_ids, day)
