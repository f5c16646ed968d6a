"""Making a demonstration: bureau, facts, and a past of a year, from an empty house.

Every stage may be broken off and begun again: what is there is not made twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import func, select

from caseflow import calendars, clock, db
from caseflow.clock import BUREAU_ZONE
from caseflow.demo import bureau
from caseflow.demo.bureau import Bureau
from caseflow.demo.facts import files
from caseflow.demo.facts.periods import Month
from caseflow.demo.past import begun
from caseflow.demo.past.crew import crew
from caseflow.demo.past.days import Past, move_clock
from caseflow.demo.past.fates import Truth
from caseflow.demo.past.officers import Officers
from caseflow.demo.past.scene import EVE, Judge
from caseflow.demo.staff import HOME_DISTRICT
from caseflow.detection.catalogue import Catalogue
from caseflow.lake.fields import Registry
from caseflow.models import BureauClock, Unit, User
from caseflow.services import bureau as on_file
from caseflow.services import (
    bureau_clock,
    definitions,
    facts,
    outbox,
    runs,
    screening,
    yearly_results,
)
from caseflow.vocabulary import SYSTEM, Conflict, RunStatus

FIRST_DAY, LAST_DAY = date(2009, 1, 5), date(2010, 1, 25)
_OPENS, _NINE = time(8, 30), time(9, 0)
_SINCE = date(2005, 1, 1)
# The bureau tries the system out with few new cases a month for each administrator, then takes
# more, and from the first day of the demonstration on the ordinary quota.
_QUOTAS = {
    FIRST_DAY: "1",
    date(2010, 1, 11): "3",
    EVE: "8",
    LAST_DAY: "10",
}
_DONE = "done"
_FIRST_SCREENED = 10  # November 2008, on the first day; older months are history
# The house is tried out with some indicators of every kind, few of which find many; from the
# facts of October 2009 on the whole catalogue is screened.
_FIRST_WHOLE = 21
_MONTHS_BEFORE = 11
TRIED_OUT = frozenset(
    {
        *("VAT-012", "VAT-014", "VAT-015", "VAT-016"),
        *("TIC-002", "TIC-003", "TIC-004", "TIC-007"),
        *("INV-001", "INV-003", "INV-004", "INV-010", "INV-018"),
        *("REG-004", "REG-009", "TPD-013", "TPD-016"),
    }
)

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Means:
    """What a demonstration is made with: the definitions and rules of this version."""

    drawings: tuple[Mapping[str, bytes], ...]
    catalogue: Catalogue
    registry: Registry
    # What the years before this house came to.
    years: Path
    folder: Path


@dataclass
class Making:
    """One demonstration being made; `tell` and the page of long work hear how far it is."""

    database: db.Database
    means: Means
    scale: str
    tell: Tell
    seed: int = bureau.SEED
    refusals: dict[str, int] = field(default_factory=dict)
    _run: int = 0
    _officers: Officers = field(default_factory=Officers)

    def make(self) -> bool:
        """Make what is missing; False when the demonstration was complete already.

        Raises:
            Conflict: the house is not empty and no demonstration (``not_empty``).
        """
        if not self._begin():
            return False
        made = bureau.build(self.scale, seed=self.seed)
        with self._shown():
            self._put_on_file(made)
            self._write_files(made)
            if self.scale == "sample":
                self._live_through()
            else:
                self._deliver_everything()
            with self.database.transaction() as session:
                yearly_results.take_in(session, SYSTEM, self.means.years)
                bureau_clock.end_past(session, SYSTEM)
        return True

    def _begin(self) -> bool:
        """Turn an empty house into a demonstration; False when its past is made already."""
        with self.database.transaction() as session:
            people = session.scalar(select(func.count()).select_from(User))
            clock_row = session.get_one(BureauClock, 1)
            if people and not clock_row.is_demo:
                raise Conflict("not_empty")
            if not clock_row.is_demo:
                at = datetime.combine(FIRST_DAY, _OPENS, BUREAU_ZONE)
                bureau_clock.begin_demo(session, SYSTEM, at)
            return clock_row.is_making_past

    @contextmanager
    def _shown(self) -> Iterator[None]:
        with self.database.transaction() as session:
            self._run = runs.begin(session, "demo", stage="bureau", total=1)
        try:
            yield
        except Exception as error:
            with self.database.transaction() as session:
                runs.break_off(session, self._run, repr(error)[:500])
            raise
        with self.database.transaction() as session:
            runs.end(session, self._run)

    def _say(self, stage: str, done: int, total: int) -> None:
        self.tell(stage, done, total)
        with self.database.transaction() as session:
            runs.tell(session, self._run, stage=stage, done=done, total=total)

    def _put_on_file(self, made: Bureau) -> None:
        with self.database.transaction() as session:
            if session.scalar(select(func.count()).select_from(User)):
                return
            on_file.put_calendar_and_limits(session)
            on_file.put_units(session, SYSTEM, made.staff.units, since=_SINCE)
            people = made.staff
            on_file.put_officers(session, SYSTEM, people.officers, people.posts, since=_SINCE)
            for since, value in _QUOTAS.items():
                on_file.put_limit(session, SYSTEM, "wv_monthly", value, "cases", since=since)
            for drawing in self.means.drawings:
                definitions.deploy(session, SYSTEM, drawing)

    def _write_files(self, made: Bureau) -> None:
        marker = self.means.folder / _DONE
        if marker.exists():
            return
        files.write(
            made,
            self.means.registry,
            self.means.folder,
            seed=self.seed,
            progress=lambda done, total: self._say("files", done, total),
        )
        marker.touch()

    def _take_in(self, delivery: files.Delivery) -> None:
        paths = files.files_of(self.means.folder, delivery)
        for number, path in enumerate(paths):
            self._say(f"import {delivery.name}", number, len(paths))
            with self.database.transaction() as session:
                taken = facts.take_in(session, SYSTEM, path, registry=self.means.registry)
            if taken.reject_count:
                message = f"{path.name} of {delivery.name}: rejected {taken.reject_reasons}"
                raise RuntimeError(message)

    def _live_through(self) -> None:
        truth = Truth.read(self.means.folder / files.TRUTH)
        with self.database.reading() as session:
            calendar = calendars.of(session)
            today = clock.today()
            home = session.scalars(select(Unit.id).where(Unit.code == HOME_DISTRICT)).one()
        working = [day for day in _days() if calendar.is_working(day)]
        with crew(self.database, Judge(truth, self.seed, calendar)) as officers:
            past = Past(self.database, calendar, officers, home)
            for number, day in enumerate(working):
                if day >= today:
                    past.work_through(day, self._morning)
                self._say("past", number + 1, len(working))
            past.move_to(datetime.combine(LAST_DAY, _NINE, BUREAU_ZONE))
            past.sweep()
        self.refusals = dict(past.refusals)

    def _morning(self, day: date) -> None:
        """What is delivered on a day is taken in and screened; the analyst accepts the run.

        The last run is left for whoever looks at the demonstration to accept.
        """
        begun.begin(self.database, self._officers, day)
        for delivery in files.DELIVERIES:
            if delivery.on == day:
                self._take_in(delivery)
                newest = max(delivery.months, default=-1)
                if newest == _FIRST_WHOLE:
                    self._look_back(newest)
                if newest >= _FIRST_SCREENED:
                    self._screen(newest, accept=delivery is not files.DELIVERIES[-1])
        if day in _QUOTAS:
            with self.database.transaction() as session:
                outbox.put(session, screening.OPENING, {"quota": "raised"})

    def _look_back(self, first: int) -> None:
        """The year before the first screening, so that trends have a beginning."""
        before = range(first - _MONTHS_BEFORE, first)
        for number, month in enumerate(before):
            self._say("trends", number, len(before))
            with self.database.reading() as session:
                screening.look_back(session, self.means.catalogue, period=Month(month).period)

    def _screen(self, month: int, *, accept: bool) -> None:
        period = Month(month).period
        self._say(f"screen {period}", 0, 1)
        catalogue = self.means.catalogue
        if month < _FIRST_WHOLE:
            chosen = {code: catalogue.indicators[code] for code in sorted(TRIED_OUT)}
            catalogue = replace(catalogue, indicators=chosen)
        with self.database.transaction() as session:
            run = screening.run(session, SYSTEM, catalogue, period=period)
            session.flush()  # accepting names the run by its id
            if accept and run.status == RunStatus.TO_REVIEW:
                screening.accept(session, Officers().analyst(session), run.id)

    def _deliver_everything(self) -> None:
        """At the scale of the city: all facts, and the last month screened for the analyst."""
        for delivery in files.DELIVERIES:
            move_clock(self.database, datetime.combine(delivery.on, _OPENS, BUREAU_ZONE))
            self._take_in(delivery)
        move_clock(self.database, datetime.combine(LAST_DAY, _NINE, BUREAU_ZONE))
        last = files.DELIVERIES[-1].months[-1]
        self._look_back(last)
        self._screen(last, accept=False)


def _days() -> Iterator[date]:
    day = FIRST_DAY
    while day < LAST_DAY:
        yield day
        day += timedelta(days=1)
