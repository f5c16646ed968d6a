"""What an officer has before the eyes when acting on a step of a case."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.clock import BUREAU_ZONE
from caseflow.demo.past.evidence import Exhibit
from caseflow.demo.past.fates import Fate, Truth
from caseflow.demo.past.words import Words
from caseflow.models import (
    Answer,
    AssessedAmount,
    Attachment,
    Case,
    IndicatorVersion,
    Post,
    Recusal,
    Task,
    Taxpayer,
    TaxWarning,
    User,
)
from caseflow.services import people
from caseflow.vocabulary import Actor, CaseKind, Role, TaskStatus
from caseflow.working_days import Calendar

# The last working day of the past: what its people leave is the work of the demonstration.
EVE = date(2010, 1, 22)
Upload = Callable[[str, Exhibit], str]


@dataclass(frozen=True)
class Judge:
    """What decides about cases beforehand: the truth, the seed, and the days to count."""

    truth: Truth
    seed: int
    calendar: Calendar


@dataclass(frozen=True)
class Doubt:
    """A warning of the case with the steps that its indicator prescribes."""

    id: int
    indicator: str
    name: str
    period: int
    steps: tuple[str, ...]
    estimated_tax: int
    inputs: dict[str, object]


@dataclass(frozen=True)
class Scene:
    """One step of one case on one day, as the officer who acts sees it."""

    session: Session
    case: Case
    task: Task
    household: Taxpayer | None
    doubts: tuple[Doubt, ...]
    fate: Fate
    words: Words
    calendar: Calendar
    seen: dict[str, int]
    upload: Upload

    @property
    def taxpayer(self) -> Taxpayer:
        """The household of the case; cases about none never ask for it."""
        if self.household is None:
            raise LookupError(self.case.number)
        return self.household

    @property
    def actor(self) -> Actor:
        """Who acts: the step is on the own desk by now."""
        return people.actor_of(self.session, self.task.assignee_id or 0)

    @property
    def now(self) -> datetime:
        """The bureau's time, in its own zone."""
        return clock.now().astimezone(BUREAU_ZONE)

    @property
    def today(self) -> date:
        """The bureau's date."""
        return clock.today()

    @property
    def is_verification(self) -> bool:
        """Whether it is the verification that the fate was drawn for, not what it led to."""
        return self.case.kind is CaseKind.WV

    def times(self, form_key: str) -> int:
        """How often a form was handed in before in this case."""
        return self.seen.get(form_key, 0)

    def ago(self, minutes: int) -> str:
        """An instant of today as a form writes it."""
        return (self.now - timedelta(minutes=minutes)).replace(second=0, microsecond=0).isoformat()

    def files(self) -> list[str]:
        """The files of the case, as a checklist of evidence names them."""
        found = self.session.scalars(
            select(Attachment.id)
            .where(Attachment.case_id == self.case.id, Attachment.removed_at.is_(None))
            .order_by(Attachment.id)
        )
        return [str(each) for each in found]

    def evidence(self, field: str, exhibit: Exhibit) -> list[str]:
        """The files of the case; when there are none, one is handed in first."""
        return self.files() or [self.upload(field, exhibit)]

    def amounts(self) -> list[AssessedAmount]:
        """The sums of the conclusion, in the order of the form."""
        return list(
            self.session.scalars(
                select(AssessedAmount)
                .where(AssessedAmount.case_id == self.case.id)
                .order_by(AssessedAmount.tax, AssessedAmount.period)
            )
        )

    def certificates(self) -> list[tuple[int, str]]:
        """Id and certificate number of main and second officer."""
        rows = dict(self.session.execute(select(User.id, User.certificate)).all())
        officers = (self.case.main_officer_id, self.case.second_officer_id)
        return [(each, str(rows[each])) for each in officers if each is not None]

    def refused(self) -> set[int]:
        """Who has refused this case."""
        rows = self.session.execute(
            select(Answer.user_id, Answer.content).where(
                Answer.case_id == self.case.id, Answer.element.contains("accept")
            )
        )
        refused = [row.user_id for row in rows if row.content.get("accept_decision") == "refuse"]
        return {each for each in refused if each is not None}

    def recused(self) -> set[int]:
        """Who may not take part in this case."""
        found = select(Recusal.user_id).where(Recusal.case_id == self.case.id)
        return set(self.session.scalars(found))

    def barred(self) -> set[int]:
        """Who is not named as an officer again."""
        return self.refused() | self.recused()

    def holders(self, role: Role, unit_id: int) -> list[int]:
        """Who holds a post in a unit, in order of their ids."""
        rows = self.session.scalars(
            select(Post.user_id)
            .where(Post.role == role, Post.unit_id == unit_id)
            .order_by(Post.user_id)
        )
        return list(rows)


def look(session: Session, task: Task, judge: Judge, upload: Upload) -> Scene:
    """Gather what the officer sees."""
    case = session.get_one(Case, task.case_id)
    household = session.get_one(Taxpayer, case.taxpayer_id) if case.taxpayer_id else None
    doubts = _doubts(session, case.id)
    hits = [doubt.indicator for doubt in doubts]
    about = household.tin if household else case.number
    fate = judge.truth.fate(about, hits, period=case.period, seed=judge.seed)
    done = session.execute(
        select(Task.form_key, func.count())
        .where(Task.case_id == case.id, Task.status == TaskStatus.DONE)
        .group_by(Task.form_key)
    )
    return Scene(
        session=session,
        case=case,
        task=task,
        household=household,
        doubts=doubts,
        fate=fate,
        words=Words(fate, *_first(doubts, case)),
        calendar=judge.calendar,
        seen=dict(done.all()),
        upload=upload,
    )


def _first(doubts: tuple[Doubt, ...], case: Case) -> tuple[str, int]:
    """What a case is about, in a name and a period; one that another called for may have none."""
    return (doubts[0].name, doubts[0].period) if doubts else (case.kind.zh, case.period)


def _doubts(session: Session, case_id: int) -> tuple[Doubt, ...]:
    rows = session.execute(
        select(TaxWarning, IndicatorVersion.content)
        .join(IndicatorVersion, IndicatorVersion.id == TaxWarning.indicator_version_id)
        .where(TaxWarning.case_id == case_id)
        .order_by(TaxWarning.id)
    )
    return tuple(
        Doubt(
            id=warning.id,
            indicator=warning.indicator,
            name=str(content.get("zh", warning.indicator)),
            period=warning.period,
            steps=tuple(content.get("steps", ())),
            estimated_tax=int(warning.estimated_tax or 0),
            inputs=dict(warning.inputs),
        )
        for warning, content in rows
    )
