"""What an operator may set of the door: proxies, roaming, factors, limits. Read once at start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network

from caseflow.vocabulary import Role

Network = IPv4Network | IPv6Network

# What one person may ask for in a minute: dear things, for which nobody has to wait at work.
RATES: Mapping[str, int] = {"search": 120, "export": 20, "upload": 60, "check": 240}


@dataclass(frozen=True, slots=True)
class DoorRules:
    """How the door judges who comes in and how often.

    ``proxies`` are the only ones whose ``X-Forwarded-For`` is believed. ``is_roaming`` lets a
    session move within its subnet. ``second_factor`` are the posts that may not work without one.
    """

    proxies: tuple[Network, ...] = ()
    is_roaming: bool = False
    second_factor: frozenset[Role] = frozenset({Role.AUDITOR, Role.SYS_ADMIN})
    confirmed_for: timedelta = timedelta(minutes=10)
    failures_per_address: int = 20
    rates: Mapping[str, int] = field(default_factory=lambda: dict(RATES))


USUAL = DoorRules()


def load() -> DoorRules:
    """
    Read the environment.

    CASEFLOW_PROXIES, CASEFLOW_ROAMING, CASEFLOW_SECOND_FACTOR, CASEFLOW_CONFIRM_MINUTES,
    CASEFLOW_ADDRESS_FAILURES, CASEFLOW_RATES.

    Raises:
        ValueError: a value cannot be used; the text names the variable and the remedy.

    """
    return DoorRules(
        proxies=_proxies(),
        is_roaming=_choice("CASEFLOW_ROAMING", {"exact": False, "subnet": True}, usual="exact"),
        second_factor=_roles(),
        confirmed_for=timedelta(minutes=_count("CASEFLOW_CONFIRM_MINUTES", 10)),
        failures_per_address=_count("CASEFLOW_ADDRESS_FAILURES", 20),
        rates=_rates(),
    )


def _said(name: str) -> str:
    return (os.environ.get(name) or "").strip()


def _parts(name: str) -> list[str]:
    return [part.strip() for part in _said(name).split(",") if part.strip()]


def _proxies() -> tuple[Network, ...]:
    try:
        return tuple(ip_network(part) for part in _parts("CASEFLOW_PROXIES"))
    except ValueError as error:
        message = (
            f"CASEFLOW_PROXIES: {error}; give addresses or networks, such as 10.0.0.5,10.1.0.0/24"
        )
        raise ValueError(message) from error


def _choice(name: str, choices: Mapping[str, bool], *, usual: str) -> bool:
    said = _said(name) or usual
    if said not in choices:
        message = f"{name}={said!r}: give one of {', '.join(choices)}"
        raise ValueError(message)
    return choices[said]


def _roles() -> frozenset[Role]:
    if os.environ.get("CASEFLOW_SECOND_FACTOR") is None:
        return USUAL.second_factor
    known = {role.value: role for role in Role}
    parts = _parts("CASEFLOW_SECOND_FACTOR")
    unknown = [part for part in parts if part not in known and part != "none"]
    if unknown:
        choices = ", ".join(known)
        message = f"CASEFLOW_SECOND_FACTOR: no post {unknown[0]!r}; give none or some of {choices}"
        raise ValueError(message)
    return frozenset(known[part] for part in parts if part in known)


def _count(name: str, usual: int) -> int:
    return _number(name, _said(name) or str(usual))


def _number(name: str, text: str) -> int:
    most = 1_000_000
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:8]) <= most:
        message = f"{name}={text!r}: give a whole number from 1 to {most}"
        raise ValueError(message)
    return int(text)


def _rates() -> Mapping[str, int]:
    rates = dict(RATES)
    for part in _parts("CASEFLOW_RATES"):
        name, _, text = part.partition("=")
        if name not in RATES:
            message = f"CASEFLOW_RATES: no limit {name!r}; there are {', '.join(RATES)}"
            raise ValueError(message)
        rates[name] = _number("CASEFLOW_RATES", text)
    return rates
