"""Where a request comes from. What a proxy says of it is believed of the proxies set alone."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

from flask import Request

from caseflow.door_rules import DoorRules

Address = IPv4Address | IPv6Address
# Longer chains of proxies do not exist; what is beyond was made up.
_MOST_HOPS = 20


def address_of(asked: Request, rules: DoorRules) -> str | None:
    """The address of the browser, in one spelling; None when it came by a socket file.

    Read from the right: the nearest proxy wrote the last address, and the first one from the
    right that is no proxy of ours is the browser's.
    """
    nearest = parsed(asked.remote_addr or "")
    if nearest is None:
        return None
    hops = ",".join(asked.headers.getlist("X-Forwarded-For")).split(",")[-_MOST_HOPS:]
    while hops and _is_proxy(nearest, rules):
        further = parsed(hops.pop().strip())
        if further is None:
            break
        nearest = further
    return str(nearest)


def parsed(text: str) -> Address | None:
    """An address; one of IPv4 written as IPv6 is the same one. None when it is none."""
    try:
        found = ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def _is_proxy(address: Address, rules: DoorRules) -> bool:
    return any(address in network for network in rules.proxies)
