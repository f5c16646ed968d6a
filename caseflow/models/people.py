"""Units, officers, their posts, and their sessions."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Id, Json, TermColumn
from caseflow.vocabulary import Role, UnitLevel


class Unit(Base):
    """One office of the bureau, with the dates it existed; never deleted."""

    __tablename__ = "units"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_en: Mapped[str]
    short_name: Mapped[str]
    level: Mapped[UnitLevel] = mapped_column(TermColumn(UnitLevel))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    # Ids from the root down, "/1/4/15/": what lies below a unit is one prefix comparison.
    path: Mapped[str] = mapped_column(unique=True)
    agency_word: Mapped[str | None]
    is_tax_office: Mapped[bool] = mapped_column(server_default=text("false"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    __table_args__ = (
        Index("ix_units_path_prefix", "path", postgresql_ops={"path": "text_pattern_ops"}),
    )


class User(Base):
    """A person who may sign in; disabled, never deleted, since the record names them."""

    __tablename__ = "users"

    id: Mapped[Id]
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_en: Mapped[str]
    name_key: Mapped[str] = mapped_column(index=True)
    # Loaded when asked for alone: the roles that pages are read as may not select it.
    password_hash: Mapped[str | None] = mapped_column(deferred=True)
    # The password was given by somebody else: it opens the door once, to choose another.
    must_change_password: Mapped[bool] = mapped_column(server_default=text("false"))
    certificate: Mapped[str | None]
    locale: Mapped[str | None]
    theme: Mapped[str | None]
    density: Mapped[str | None]
    # Whether unread notices are told by mail, once a working day.
    wants_digest: Mapped[bool] = mapped_column(server_default=text("true"))
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    # Shown as a one-click sign-in; only ever true in a demo installation.
    is_demo: Mapped[bool] = mapped_column(server_default=text("false"))

    __table_args__ = (
        CheckConstraint("locale IN ('zh', 'en')", name="locale"),
        CheckConstraint("theme IN ('light', 'dark')", name="theme"),
        CheckConstraint("density IN ('normal', 'compact')", name="density"),
    )


class Post(Base):
    """A role held by a person in a unit, from one day to another."""

    __tablename__ = "posts"

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    role: Mapped[Role] = mapped_column(TermColumn(Role))
    line: Mapped[str | None]
    household_kind: Mapped[str | None]
    # For which trades the holder is certified: how their industry codes begin.
    trades: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="dates"),
        CheckConstraint("household_kind IN ('enterprise', 'individual', 'both')", name="kind"),
        Index("ix_posts_role_unit_id", "role", "unit_id"),
    )


class UserSession(Base):
    """
    A signed-in browser: the row decides, so that a session can be listed and revoked.

    Times are the machine's, not the bureau's: they guard the door, they are not business.
    """

    __tablename__ = "sessions"

    token_sha256: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    # By which a list names it: the token's hash stays inside.
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=False), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    csrf_secret: Mapped[str]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    address: Mapped[str | None]
    agent: Mapped[str | None]
    revoked_at: Mapped[datetime | None]
    # Why it ended before its time: signed out, another address, a new password, by whom.
    revoked_for: Mapped[str | None]
    # When a second factor was shown in it, and when the person last proved to be there.
    second_factor_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    # What is still owed before anything else opens: a code, a password of one's own, a factor.
    awaits: Mapped[str | None]

    __table_args__ = (CheckConstraint("awaits IN ('code', 'password', 'factor')", name="awaits"),)


class SignInFailure(Base):
    """Failed attempts per account, so that guessing locks it for a while."""

    __tablename__ = "sign_in_failures"

    login: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime]


class AddressFailure(Base):
    """Failed attempts per address, whatever the account, so that guessing over many is slowed."""

    __tablename__ = "address_failures"

    address: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    # When the minute began in which these are counted, and the newest of them.
    since: Mapped[datetime] = mapped_column(server_default=func.now())
    last_at: Mapped[datetime]


class RateWindow(Base):
    """How often a person asked for something dear in the minute that began at ``since``.

    Not logged by PostgreSQL: after a crash everybody begins anew.
    """

    __tablename__ = "rate_windows"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    what: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    count: Mapped[int]

    __table_args__ = ({"prefixes": ["UNLOGGED"]},)


class SecondFactor(Base):
    """The secret of a person's one-time codes (RFC 6238), sealed with a key outside the database.

    ``last_step`` is the newest time step whose code was taken: none is taken twice.
    """

    __tablename__ = "second_factors"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int | None]


class RecoveryCode(Base):
    """A code that stands for the second factor once, kept as a hash."""

    __tablename__ = "recovery_codes"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    code_sha256: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    used_at: Mapped[datetime | None]


class SavedView(Base):
    """A way of looking at a list that a person has named; deleted when they take it away."""

    __tablename__ = "saved_views"

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str]
    # The settings of the address, such as {"stage": "desk_check", "sort": "-score"}.
    settings: Mapped[Json]
    created_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("user_id", "name"),
        CheckConstraint("length(name) BETWEEN 1 AND 20", name="name"),
    )
