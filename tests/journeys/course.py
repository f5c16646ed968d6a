"""A case worked in browsers to its end, step by step, by those on whose desks it comes.

What they type is what the officers of the demonstration hand in; days pass where the law lets a
limit run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any, cast

from playwright.sync_api import FilePayload, Locator, expect
from playwright.sync_api import TimeoutError as NotThere
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import calendars
from caseflow.clock import BUREAU_ZONE
from caseflow.demo.past import agenda, answers
from caseflow.demo.past.days import move_clock
from caseflow.demo.past.evidence import Exhibit
from caseflow.demo.past.fates import Truth
from caseflow.demo.past.officers import Officers
from caseflow.demo.past.scene import Judge, Scene, look
from caseflow.engine.forms.specs import FieldSpec
from caseflow.jobs.sweeps import SWEEPS
from caseflow.jobs.topics import EFFECTS
from caseflow.jobs.worker import work_through
from caseflow.models import Case, Task, Taxpayer, User
from caseflow.services import definitions
from caseflow.vocabulary import TaskStatus
from tests.journeys.conftest import Bureau
from tests.journeys.people import SAVE_DRAFT, Company, Person

Changes = Mapping[str, dict[str, Any]]

_AFTERNOON = time(15, 0)
_INSTANT = len("2010-01-25T09:00")


@dataclass(frozen=True)
class Step:
    """A step that waits: whose it is, and what they type, in the order of the form."""

    login: str
    task_id: int
    element: str
    form_key: str
    typed: Mapping[str, Any]
    files: Mapping[str, tuple[FilePayload, ...]]
    order: tuple[str, ...]
    # The day before which it cannot be done.
    not_before: datetime | None


@dataclass
class Course:
    """The way of one case, as far as it has been worked."""

    bureau: Bureau
    company: Company
    case_id: int
    seed: int = 1
    causes: Mapping[str, str] = field(default_factory=dict)
    # Who hands a form in where several may.
    hands: Mapping[str, str] = field(default_factory=dict)
    # What is looked at on the page of each step before anything is typed.
    look: Callable[[Person, Step], None] | None = None
    done: list[str] = field(default_factory=list)

    def work(
        self, *, most: int = 60, changes: Changes = MappingProxyType({}), until: str = ""
    ) -> Case:
        """
        Work the case until it is closed, or until a step with the form ``until`` waits.

        ``changes`` says by form what is typed otherwise; ``form login`` says it of one person.
        """
        for _ in range(most):
            case = self.case()
            if case.closed_at is not None:
                return case
            step = self._next(changes)
            if step.form_key == until:
                return case
            if step.not_before is not None:
                self.let_time_pass(step.not_before)
                continue
            self._do(step)
            self.done.append(step.element.rpartition("/")[2])
        raise AssertionError(self.done)

    def case(self) -> Case:
        """The case as it stands."""
        with self.bureau.database.reading() as session:
            return session.get_one(Case, self.case_id)

    def let_time_pass(self, until: datetime) -> None:
        """Move the bureau's clock, and let clockwork and worker do what is due by then."""
        database = self.bureau.database
        move_clock(database, until)
        for sweep in SWEEPS:
            with database.transaction() as session:
                sweep(session)
        work_through(database, EFFECTS)
        self.company.leave()  # who comes back in the morning signs in anew

    def _next(self, changes: Changes) -> Step:
        forms = {each.split()[0] for each in changes}
        with self.bureau.database.reading() as session:
            waiting = select(Task).where(
                Task.case_id == self.case_id,
                Task.status == TaskStatus.OPEN,
                Task.asked_kind.is_(None),
                Task.form_key.in_(answers.known() | forms),
            )
            steps = [
                self._step(session, task, changes)
                for task in session.scalars(waiting.order_by(Task.id))
            ]
        assert steps, f"nobody waits for anything known after {self.done}"
        ready = [step for step in steps if step.not_before is None]
        return ready[0] if ready else min(steps, key=lambda step: str(step.not_before))

    def _step(self, session: Session, task: Task, changes: Changes) -> Step:
        files: dict[str, list[FilePayload]] = {}

        def upload(name: str, exhibit: Exhibit) -> str:
            mime = "image/png" if exhibit.name.endswith(".png") else "text/plain"
            given: FilePayload = {
                "name": exhibit.name,
                "mimeType": mime,
                "buffer": exhibit.content,
            }
            files.setdefault(name, []).append(given)
            return ""

        actor = next(Officers().able(session, task))
        login = session.scalars(select(User.login).where(User.id == actor.user_id)).one()
        login = login if task.assignee_id else self.hands.get(task.form_key, login)
        truth = Truth((self._tin(session), hit, cause) for hit, cause in self.causes.items())
        scene = look(session, task, Judge(truth, self.seed, calendars.of(session)), upload)
        typed = answers.of(scene) if task.form_key in answers.known() else {}
        typed |= changes.get(task.form_key, {}) | changes.get(f"{task.form_key} {login}", {})
        case = session.get_one(Case, self.case_id)
        spec = definitions.process_of(session, case.definition_id).forms[task.form_key]
        return Step(
            login=login,
            task_id=task.id,
            element=task.element,
            form_key=task.form_key,
            typed=typed,
            files={name: tuple(each) for name, each in files.items()},
            order=tuple(_names(spec.fields)),
            not_before=_not_before(scene),
        )

    def _tin(self, session: Session) -> str:
        payer = select(Taxpayer.tin).join(Case, Case.taxpayer_id == Taxpayer.id)
        return session.scalars(payer.where(Case.id == self.case_id)).one()

    def _do(self, step: Step) -> None:
        person: Person = getattr(self.company, step.login)
        person.page.goto(f"{self.bureau.address}/cases/{self.case_id}?task={step.task_id}")
        take = person.page.get_by_role("button", name="领取并办理")
        expect(person.form.or_(take).first).to_be_visible()
        if take.is_visible():
            take.click()
        expect(person.form).to_be_visible()
        if self.look is not None:
            self.look(person, step)
        ordered = sorted(step.typed, key=lambda name: _place(step.order, name))
        # What an answer further down asks for comes in a second going over.
        for name in [*ordered, *ordered]:
            _type(person, name, step.typed[name], step, step.order)
        person.submit()
        taken = person.page.get_by_text("已提交，办理经过已留痕。")
        expect(taken.or_(person.problems()).first).to_be_visible()
        assert taken.is_visible(), (step.form_key, person.problems().inner_text(), step.typed)


def _names(fields: Sequence[FieldSpec]) -> Iterator[str]:
    for spec in fields:
        yield spec.key
        yield from _names(spec.children)


def _place(order: Sequence[str], name: str) -> int:
    return order.index(name) if name in order else len(order)


def _not_before(scene: Scene) -> datetime | None:
    day = agenda.not_before(scene)
    if day in {None, date.max} or day <= scene.today:  # nothing is left lying for good
        return None
    return datetime.combine(day, _AFTERNOON, BUREAU_ZONE)


def _type(person: Person, name: str, value: Any, step: Step, order: Sequence[str]) -> None:  # noqa: ANN401 - answers hold any JSON
    """Type one answer: a text, choices, files, or rows of answers."""
    if value in (None, "", [], False):
        return
    if isinstance(value, list) and isinstance(value[0], dict) and not _payloads(value):
        _type_rows(person, name, value, step, order)
        return
    if isinstance(value, list) and "" in value:
        # A checklist of files may have nothing to offer before the first was sent.
        if _is_asked(person.form, name) or person.form.locator(f"[id='a-{name}']:visible").count():
            _hand_in_files(person, name, step)
        return
    if not _is_asked(person.form, name):
        return
    if isinstance(value, dict):  # a file
        person.fill({name: cast("FilePayload", value)})
        return
    if files := _payloads(value):
        person.fill({name: files})
        return
    person.fill({name: "y" if value is True else _written(value)})


def _hand_in_files(person: Person, name: str, step: Step) -> None:
    """Send files with their own field, or tick those that were sent with another."""
    files = step.files.get(name) or step.files.get(name.rpartition("-")[2])
    files = files or tuple(each for some in step.files.values() for each in some)
    files = files or tuple(each for some in step.typed.values() for each in _payloads(some))
    # Where photographs are asked for there is a camera before the choice of files.
    picker = person.form.locator(f"input[type=file][name='{name}']").last
    if picker.count():
        picker.set_input_files(list(files))
        return
    for file in files:
        offered = person.form.locator(f"label:has([name='{name}'])", has_text=file["name"])
        if not offered.count():
            person.form.get_by_role("button", name=SAVE_DRAFT).click()
        offered.first.locator("input").check()


def _payloads(value: Any) -> Sequence[FilePayload]:  # noqa: ANN401 - answers hold any JSON
    """The files of an answer that is made of them."""
    is_files = isinstance(value, list) and value and isinstance(value[0], dict)
    return value if is_files and "buffer" in value[0] else ()


def _is_asked(form: Locator, name: str) -> bool:
    """Whether the page asks for it after what was typed so far; what is missing it tells itself."""
    asked = form.locator(f"[name='{name}']:not([hidden] *)").first
    try:
        asked.wait_for(state="attached", timeout=1_000)
    except NotThere:
        return False
    return True


def _written(value: Any) -> str | list[str]:  # noqa: ANN401 - answers hold any JSON
    """As a control of the page takes it: an instant without its zone."""
    if isinstance(value, list):
        return [str(each) for each in value]
    text = str(value)
    is_instant = len(text) > _INSTANT and text[4:5] == "-" and text[10:11] == "T"
    return text[:_INSTANT] if is_instant else text


def _type_rows(
    person: Person, name: str, rows: Sequence[Mapping[str, Any]], step: Step, order: Sequence[str]
) -> None:
    for number, row in enumerate(rows):
        place = number
        if "row" in row:
            place = _place_of_row(person.form, name, str(row["row"]))
        elif not person.form.locator(f"input[name='{name}-{number}-row']").count():
            more = person.form.locator(f"button[name=_add][value='{name}']")
            if not more.count():  # what only the server can tell to be asked comes with the draft
                person.form.get_by_role("button", name=SAVE_DRAFT).click()
            more.click()
            expect(person.form.locator(f"input[name='{name}-{number}-row']")).to_be_attached()
        fields = [key for key in row if key != "row"]
        for key in sorted(fields, key=lambda each: _place(order, each)):
            _type(person, f"{name}-{place}-{key}", row[key], step, order)


def _place_of_row(form: Locator, name: str, key: str) -> int:
    keys = form.locator(f"input[type=hidden][name^='{name}-'][name$='-row']")
    found = keys.evaluate_all("all => all.map(each => [each.name, each.value])")
    return next(
        int(each.removeprefix(f"{name}-").removesuffix("-row"))
        for each, value in found
        if value == key
    )
