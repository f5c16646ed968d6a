"""Who holds which post in service today and who is a deputy of whom, read once for a look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import Deputy, Post, User
from caseflow.policy import StepThen
from caseflow.services import people, standings
from caseflow.vocabulary import Actor, Forbidden, Role


class Staff:
    """The people of the house as a check needs them; who acts is looked up once for each."""

    def __init__(self, session: Session) -> None:
        """Read the posts held today by people in service, and the deputyships in force."""
        self._session = session
        self._actors: dict[int, Actor | None] = {}
        self._seats: dict[tuple[int, Role], set[int]] = defaultdict(set)
        self._deputies: dict[int, set[int]] = defaultdict(set)
        held = (
            select(Post.unit_id, Post.role, Post.user_id)
            .join(User, User.id == Post.user_id)
            .where(User.is_active, policy.held_today())
        )
        for unit_id, role, user_id in session.execute(held):
            self._seats[unit_id, role].add(user_id)
        links = select(Deputy.principal_id, Deputy.deputy_id)
        in_force = standings.in_force(Deputy, clock.today())
        for principal_id, deputy_id in session.execute(links.where(in_force)):
            self._deputies[principal_id].add(deputy_id)

    def actor(self, user_id: int) -> Actor | None:
        """The person as an actor; None when the account is disabled or no post is held today."""
        if user_id not in self._actors:
            try:
                found = people.actor_of(self._session, user_id)
            except Forbidden:
                found = None
            self._actors[user_id] = found if found is not None and found.posts else None
        return self._actors[user_id]

    def holders(self, step: StepThen) -> frozenset[int]:
        """Who holds a post that the step comes to."""
        seats = (self._seats.get((step.unit_id, role), ()) for role in step.roles)
        return frozenset(each for seat in seats for each in seat)

    def with_deputies(self, user_ids: Iterable[int]) -> list[Actor]:
        """These people, their deputies and the deputies of these, as far as they are in service."""
        found = set(user_ids)
        for _ in range(2):
            found |= {each for one in found for each in self._deputies.get(one, ())}
        actors = (self.actor(each) for each in sorted(found))
        return [each for each in actors if each is not None]

    def above(self, user_id: int) -> list[Actor]:
        """Who in service stands above somebody, and so decides on a tie of theirs."""
        person = self.actor(user_id)
        found = {each for seat in self._seats.values() for each in seat} - {user_id}
        actors = (self.actor(each) for each in sorted(found) if person is not None)
        return [
            each
            for each in actors
            if each is not None and person and policy.is_above_one(each.posts, person.posts)
        ]
