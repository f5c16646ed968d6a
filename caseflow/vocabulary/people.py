"""Who acts: a value that travels into any transaction, never a database row."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from caseflow.vocabulary.terms import CaseKind, Level, Role


@dataclass(frozen=True, slots=True)
class PostHeld:
    """One post of a person today: a role in a unit of the tree."""

    role: Role
    unit_id: int
    unit_path: str
    unit_name: str
    # The line of business of a division's post, such as ``vat_division``.
    line: str | None = None
    # How pages in English call the unit; where nothing is shown of it, it is not read.
    unit_name_en: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Standing:
    """For whom a deputy (代理) acts today, and within which bounds.

    ``posts`` are the principal's that the deputyship covers; ``kinds`` the kinds of case, none:
    all. ``through`` is who stands between, when the principal's deputy has a deputy: a chain
    has at most two links.
    """

    principal_id: int
    principal_name: str
    posts: tuple[PostHeld, ...]
    kinds: frozenset[CaseKind] | None = None
    through: int | None = None


@dataclass(frozen=True, slots=True)
class Granted:
    """Sight of one unit, household or case that somebody else gave for a time (临时授权)."""

    unit_id: int | None = None
    taxpayer_id: int | None = None
    case_id: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """A person with the posts held today, or the system itself (``user_id`` None).

    ``stands_for`` are the people this one is a deputy of today. ``acting_for`` is set by the
    verb for one act done in another's name: both count as having acted, and so does the one
    between (``acting_through``) when a deputy of a deputy acts. ``grants`` are those in force
    today.
    """

    user_id: int | None
    name: str
    posts: tuple[PostHeld, ...] = ()
    system: str | None = None
    stands_for: tuple[Standing, ...] = ()
    acting_for: int | None = None
    acting_through: int | None = None
    grants: tuple[Granted, ...] = ()

    @property
    def roles(self) -> frozenset[Role]:
        """Every role held today."""
        return frozenset(post.role for post in self.posts)

    def units_as(self, *roles: Role) -> tuple[int, ...]:
        """The units in which one of these roles is held."""
        return tuple(post.unit_id for post in self.posts if post.role in roles)

    def in_the_name_of(self, standing: Standing | None) -> Actor:
        """This person acting for a principal; for nobody else when there is none."""
        if standing is None:
            return self
        principal, through = standing.principal_id, standing.through
        return replace(self, acting_for=principal, acting_through=through)

    @property
    def signature(self) -> str:
        """How the record names this actor: ``user:7``, ``user:7/for:3``, ``system:clockwork``."""
        if self.user_id is None:
            return f"system:{self.system}"
        act_for = "" if self.acting_for is None else f"/for:{self.acting_for}"
        return f"user:{self.user_id}{act_for}"


@dataclass(frozen=True, slots=True)
class Reader:
    """As whom PostgreSQL reads: the level's role, and the scope that its row security asks for.

    A net under the policy, never tighter than it: ``people`` are the person and all whom the
    person stands for, ``districts`` and ``sections`` the units seen whole by any of their posts
    or grants, ``cases`` and ``households`` those granted one by one. ``lines`` are the lines of
    business that a division is held to. ``seats`` are the posts, by unit and role, that steps of
    cases outside of these may come to.
    """

    level: Level
    person: int | None = None
    people: tuple[int, ...] = ()
    districts: tuple[int, ...] = ()
    sections: tuple[int, ...] = ()
    lines: tuple[str, ...] = ()
    cases: tuple[int, ...] = ()
    households: tuple[int, ...] = ()
    seats: tuple[tuple[int, Role], ...] = ()


CLOCKWORK = Actor(user_id=None, name="系统", system="clockwork")
SYSTEM = Actor(user_id=None, name="系统", system="caseflow")
