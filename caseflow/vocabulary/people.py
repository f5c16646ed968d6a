"""Who acts: a value that travels into any transaction, never a database row."""

from __future__ import annotations

from dataclasses import dataclass

from caseflow.vocabulary.terms import Role


@dataclass(frozen=True, slots=True)
class PostHeld:
    """One post of a person today: a role in a unit of the tree."""

    role: Role
    unit_id: int
    unit_path: str
    unit_name: str
    # The line of business of a division's post, such as ``vat_division``.
    line: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """A person with the posts held today, or the system itself (``user_id`` None)."""

    user_id: int | None
    name: str
    posts: tuple[PostHeld, ...] = ()
    system: str | None = None

    @property
    def roles(self) -> frozenset[Role]:
        """Every role held today."""
        return frozenset(post.role for post in self.posts)

    def units_as(self, *roles: Role) -> tuple[int, ...]:
        """The units in which one of these roles is held."""
        return tuple(post.unit_id for post in self.posts if post.role in roles)

    @property
    def signature(self) -> str:
        """How the record names this actor: ``user:7`` or ``system:clockwork``."""
        return f"system:{self.system}" if self.user_id is None else f"user:{self.user_id}"


CLOCKWORK = Actor(user_id=None, name="系统", system="clockwork")
SYSTEM = Actor(user_id=None, name="系统", system="caseflow")
