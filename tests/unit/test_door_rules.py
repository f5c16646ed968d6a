"""Settings of the door, and the address that a request comes from."""

from datetime import timedelta
from ipaddress import ip_network

import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from caseflow import config, door_rules
from caseflow.config import BadSetting
from caseflow.door_rules import DoorRules
from caseflow.vocabulary import Role
from caseflow.web.address import address_of

PROXY = DoorRules(proxies=(ip_network("10.0.0.0/24"), ip_network("fd00::/8")))


def test_without_settings_the_usual_rules_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PROXIES", "ROAMING", "SECOND_FACTOR", "CONFIRM_MINUTES", "RATES"):
        monkeypatch.delenv(f"CASEFLOW_{name}", raising=False)
    assert door_rules.load() == door_rules.USUAL
    assert Role.AUDITOR in door_rules.USUAL.second_factor


def test_each_rule_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEFLOW_PROXIES", "10.0.0.0/24, fd00::/8")
    monkeypatch.setenv("CASEFLOW_ROAMING", "subnet")
    monkeypatch.setenv("CASEFLOW_SECOND_FACTOR", "section_chief")
    monkeypatch.setenv("CASEFLOW_CONFIRM_MINUTES", "5")
    monkeypatch.setenv("CASEFLOW_ADDRESS_FAILURES", "100")
    monkeypatch.setenv("CASEFLOW_RATES", "export=3")
    rules = config.load().door
    assert rules.proxies == PROXY.proxies
    assert rules.is_roaming
    assert rules.second_factor == {Role.SECTION_CHIEF}
    assert rules.confirmed_for == timedelta(minutes=5)
    assert rules.failures_per_address == 100
    assert rules.rates == {**door_rules.RATES, "export": 3}


def test_no_post_need_have_a_second_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEFLOW_SECOND_FACTOR", "none")
    assert door_rules.load().second_factor == frozenset()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PROXIES", "10.0.0.300"),
        ("PROXIES", "10.0.0.1/24"),
        ("ROAMING", "yes"),
        ("SECOND_FACTOR", "director"),
        ("CONFIRM_MINUTES", "0"),
        ("CONFIRM_MINUTES", "٣"),
        ("ADDRESS_FAILURES", "many"),
        ("RATES", "exports=3"),
        ("RATES", "export=-3"),
    ],
)
def test_nonsense_stops_the_start_and_names_the_setting(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"CASEFLOW_{name}", value)
    with pytest.raises(BadSetting, match=f"CASEFLOW_{name}"):
        config.load()


@pytest.mark.parametrize(
    ("domain", "address", "named"),
    [
        ("tax example", "https://caseflow.example.cn", "CASEFLOW_MAIL_DOMAIN"),
        ("tax.example.cn", "", "CASEFLOW_ADDRESS"),
        ("tax.example.cn", "caseflow.example.cn", "CASEFLOW_ADDRESS"),
    ],
)
def test_mail_needs_a_domain_and_an_address_of_the_house(
    monkeypatch: pytest.MonkeyPatch, domain: str, address: str, named: str
) -> None:
    monkeypatch.setenv("CASEFLOW_MAIL_DOMAIN", domain)
    monkeypatch.setenv("CASEFLOW_ADDRESS", address)
    with pytest.raises(BadSetting, match=named):
        config.load()
    monkeypatch.setenv("CASEFLOW_MAIL_DOMAIN", "tax.example.cn")
    monkeypatch.setenv("CASEFLOW_ADDRESS", "https://caseflow.example.cn/")
    assert config.load().mail == config.Mail("tax.example.cn", "https://caseflow.example.cn")


def _seen(came_from: str, forwarded: str | None, rules: DoorRules) -> str | None:
    environ = EnvironBuilder(environ_base={"REMOTE_ADDR": came_from})
    if forwarded is not None:
        environ.headers["X-Forwarded-For"] = forwarded
    return address_of(Request(environ.get_environ()), rules)


@pytest.mark.parametrize(
    ("came_from", "forwarded", "seen"),
    [
        ("192.0.2.7", None, "192.0.2.7"),
        ("192.0.2.7", "198.51.100.1", "192.0.2.7"),  # no proxy of ours: not believed
        ("10.0.0.5", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.5", "203.0.113.9, 198.51.100.1", "198.51.100.1"),  # the first one is made up
        ("10.0.0.5", "198.51.100.1, 10.0.0.6", "198.51.100.1"),  # through two of ours
        ("10.0.0.5", "", "10.0.0.5"),
        ("10.0.0.5", "unknown", "10.0.0.5"),
        ("10.0.0.5", ",".join(["x"] * 5_000), "10.0.0.5"),
        ("10.0.0.5", "[2001:db8::1]", "2001:db8::1"),
        ("::ffff:192.0.2.7", None, "192.0.2.7"),  # one address in two spellings
        ("2001:DB8:0:0::1", None, "2001:db8::1"),
        ("fe80::1%eth0", None, "fe80::1"),
        ("", None, None),
    ],
)
def test_a_proxy_is_believed_only_when_it_is_ours(
    came_from: str, forwarded: str | None, seen: str | None
) -> None:
    assert _seen(came_from, forwarded, PROXY) == seen
