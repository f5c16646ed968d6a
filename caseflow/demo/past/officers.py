"""Who acts on a step: its holder, or one of those who may take it, each time the same one."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from zlib import crc32

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.demo.staff import DEMO_PEOPLE
from caseflow.models import Case, Post, Task, User
from caseflow.services import people
from caseflow.vocabulary import Actor, Role

# The work that the demo people leave on their desks for whoever looks at the demonstration.
KEPT = 6
_LOGINS = frozenset(login for login, _ in DEMO_PEOPLE.values())
# In their own district these act before their colleagues of the same post.
_LEADING = frozenset({"leader", "chief"})


# What only who convened a panel does.
_CHAIRED = frozenset({"ta_motion", "ta_minutes"})
# What a deputy may not agree to in every case goes to the director.
_DIRECTED = frozenset({"ta_approval"})
# A deputy chairs, so that the director may approve what the panel decided.
_DEPUTISED = frozenset({"ta_convene"})


@dataclass
class Officers:
    """The people of the bureau as actors, looked up once."""

    _actors: dict[int, Actor] = field(default_factory=dict)
    _logins: dict[int, str] = field(default_factory=dict)
    _seats: dict[tuple[int, tuple[str, ...]], list[tuple[int, str]]] = field(default_factory=dict)

    def actor(self, session: Session, user_id: int) -> Actor:
        """Give a person as an actor; posts do not change while the past is made."""
        if user_id not in self._actors:
            self._actors[user_id] = people.actor_of(session, user_id)
        return self._actors[user_id]

    def analyst(self, session: Session) -> Actor:
        """The demo person on the analysis post."""
        return self.actor(session, self._id(session, "analyst"))

    def able(self, session: Session, task: Task) -> Iterator[Actor]:
        """Give those who may hand a step in, the one who usually does first."""
        named = task.assignee_id or _chair(session, task)
        if named is not None:
            yield self.actor(session, named)
            return
        holders = self._holders(session, task.unit_id, tuple(task.roles))
        first = crc32(f"{task.case_id}:{task.element}".encode())
        able = sorted(
            holders, key=lambda each: (each[1] not in _LEADING, (each[0] * 7919 + first) % 97)
        )
        actors = [self.actor(session, user_id) for user_id, _ in able]
        if task.form_key in _DIRECTED:
            actors.sort(key=lambda actor: Role.DISTRICT_DIRECTOR not in actor.roles)
        if task.form_key in _DEPUTISED:
            actors.sort(key=lambda actor: Role.DISTRICT_DIRECTOR in actor.roles)
        yield from actors

    def keeps_work(self, session: Session, actor: Actor) -> bool:
        """Whether this is a demo person whose desk should not get any emptier."""
        if actor.user_id is None or not self._is_demo_person(session, actor.user_id):
            return False
        query = select(func.count()).select_from(Task).where(policy.on_desk(actor))
        return int(session.scalar(query) or 0) <= KEPT

    def _holders(
        self, session: Session, unit_id: int, roles: tuple[str, ...]
    ) -> list[tuple[int, str]]:
        if (unit_id, roles) not in self._seats:
            rows = session.execute(
                select(User.id, User.login)
                .join(Post, Post.user_id == User.id)
                .where(Post.unit_id == unit_id, Post.role.in_([Role(role) for role in roles]))
                .order_by(User.id)
            )
            self._seats[unit_id, roles] = [(user_id, login) for user_id, login in rows]
        return self._seats[unit_id, roles]

    def _is_demo_person(self, session: Session, user_id: int) -> bool:
        if not self._logins:
            self._logins.update(session.execute(select(User.id, User.login)).all())
        return self._logins[user_id] in _LOGINS

    def _id(self, session: Session, login: str) -> int:
        return session.scalars(select(User.id).where(User.login == login)).one()


def _chair(session: Session, task: Task) -> int | None:
    """The chair of the panel, for what only the chair does."""
    if task.form_key not in _CHAIRED:
        return None
    facts = session.scalars(select(Case.facts).where(Case.id == task.case_id)).one()
    chair = facts.get("chair_id")
    return int(chair) if chair is not None else None
