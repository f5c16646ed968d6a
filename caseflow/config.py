"""Settings, read once from the environment. Nonsense stops the start with a sentence."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from caseflow import door_rules
from caseflow.door_rules import DoorRules

_LAST_PORT = 65535
_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+")


class BadSetting(ValueError):
    """An environment variable holds something that cannot be used."""


@dataclass(frozen=True, slots=True)
class Mail:
    """Whose domain people have their mail at, and the address at which they open this house."""

    domain: str
    address: str


@dataclass(frozen=True, slots=True)
class Config:
    """
    What an operator may set; everything else is in the database or in the code.

    ``database_url`` is the application role's, ``owner_url`` the owner's (migrations alone),
    ``sealer_url`` the sealer's (nothing but the seals); all are None when Caseflow runs its own
    PostgreSQL under ``var/postgres``.
    """

    var: Path
    port: int
    database_url: str | None
    owner_url: str | None
    sealer_url: str | None
    redis_url: str | None
    fonts: Path | None
    chromium: str | None
    host: str
    scanner: str | None
    door: DoorRules = door_rules.USUAL
    # Where the embedded PostgreSQL keeps its log, for restoring to any second.
    archive: Path | None = None
    mail: Mail | None = None


def load() -> Config:
    """
    Read the environment.

    CASEFLOW_VAR, PORT, HOST, DATABASE_URL, CASEFLOW_OWNER_URL, CASEFLOW_SEALER_URL, REDIS_URL,
    CASEFLOW_FONTS, CASEFLOW_CHROMIUM, CASEFLOW_SCANNER, CASEFLOW_ARCHIVE, CASEFLOW_MAIL_DOMAIN,
    CASEFLOW_ADDRESS; and those of ``door_rules``.

    Raises:
        BadSetting: a value cannot be used; the text names the variable and the remedy.

    """
    fonts, archive = os.environ.get("CASEFLOW_FONTS"), os.environ.get("CASEFLOW_ARCHIVE")
    return Config(
        var=Path(os.environ.get("CASEFLOW_VAR") or "var").resolve(),
        port=_port(os.environ.get("PORT") or "8000"),
        database_url=_postgres("DATABASE_URL"),
        owner_url=_postgres("CASEFLOW_OWNER_URL"),
        sealer_url=_postgres("CASEFLOW_SEALER_URL"),
        redis_url=os.environ.get("REDIS_URL") or None,
        fonts=Path(fonts) if fonts else None,
        chromium=os.environ.get("CASEFLOW_CHROMIUM") or None,
        host=os.environ.get("HOST") or "127.0.0.1",
        scanner=_scanner(os.environ.get("CASEFLOW_SCANNER") or None),
        door=_door(),
        archive=Path(archive).resolve() if archive else None,
        mail=_mail(),
    )


def _mail() -> Mail | None:
    domain = os.environ.get("CASEFLOW_MAIL_DOMAIN") or ""
    address = (os.environ.get("CASEFLOW_ADDRESS") or "").rstrip("/")
    if not domain:
        return None
    if not _DOMAIN.fullmatch(domain):
        message = f"CASEFLOW_MAIL_DOMAIN={domain!r}: give what follows the @, as tax.example.cn"
        raise BadSetting(message)
    if not _ADDRESS.fullmatch(address):
        message = f"CASEFLOW_ADDRESS={address!r}: mail needs it, as https://caseflow.example.cn"
        raise BadSetting(message)
    return Mail(domain, address)


def _door() -> DoorRules:
    try:
        return door_rules.load()
    except ValueError as error:
        raise BadSetting(str(error)) from error


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= _LAST_PORT:
        message = f"PORT={text!r}: give a whole number from 1 to {_LAST_PORT}"
        raise BadSetting(message)
    return int(text)


def _scanner(address: str | None) -> str | None:
    is_socket = address is not None and address.startswith("unix:/")
    if address is None or is_socket or address.rpartition(":")[2].isdecimal():
        return address
    message = f"CASEFLOW_SCANNER={address!r}: give clamd's address, unix:/path or host:port"
    raise BadSetting(message)


def _postgres(name: str) -> str | None:
    url = os.environ.get(name)
    if not url:
        return None
    for scheme in ("postgresql+psycopg://", "postgresql://", "postgres://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    message = f"{name}: Caseflow needs PostgreSQL, as postgresql://user:password@host/database"
    raise BadSetting(message)
