"""Requests that no browser of ours sends, made at random from the addresses of the house."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field

from werkzeug.routing import Rule

NUMBERS = ("0", "1", "2", "-1", "007", "999999", str(2**31), str(2**63), str(2**63 - 1), "9" * 40)
# Every digit that Python takes for one, and some that it does not.
_DIGITS = ("\u0661", "\uff11\uff12", "\u00b2", "\u2460", "1e309", "0x10", "1_000", " 1 ", "+1")
TEXTS = (
    *("", "x", "\x00", "\ud800", "\udfff\ud800", "\ufffe", "\u202e\u2066", "\u200b", "a\x00b"),
    *("../../etc/passwd", "..\\..\\x", "%2e%2e%2f", "/etc/passwd", "C:\\x", "file:///etc/passwd"),
    *("' OR 1=1 --", "1; DROP TABLE cases", "$(id)", "`id`", "{{7*7}}", "${7*7}", "#{7*7}", "%s%n"),
    *("<script>alert(1)</script>", "javascript:alert(1)", "//evil.example", "/\\evil.example"),
    *("NaN", "Infinity", "-Infinity", "null", "true", "[]", "{}", "2010-02-30", "0000-00-00"),
    *(
        "9999-12-31",
        "200913",
        "2009-13",
        "-0",
        "1e-400",
        "税" * 400,
        "a" * 5_000,
        "\r\nX: 1",
        "\x1b[2J",
    ),
    *_DIGITS,
)
METHODS = (
    "GET",
    "GET",
    "POST",
    "POST",
    "POST",
    "PUT",
    "DELETE",
    "PATCH",
    "HEAD",
    "OPTIONS",
    "TRACE",
    "BREW",
)
QUERIES = (
    *("before", "after", "seq", "filter", "task", "tab", "q", "page", "period", "unit", "stage"),
    *("grade", "status", "kind", "sort", "next", "district", "indicator", "from", "to", "since"),
    *("until", "part", "preview", "file", "who", "person", "action", "view", "on", "case", "user"),
)
FIELDS = (
    *("_idem", "_version", "_submit", "_refresh", "_add", "_remove", "next_step", "steps-0-state"),
    *(
        "doubts-0-result",
        "doubts-99999999-text",
        "days",
        "user",
        "login",
        "password",
        "code",
        "old",
    ),
    *("new", "again", "reason", "note", "title", "revision", "locale", "theme", "density", "next"),
    *(
        "name",
        "process",
        "seen",
        "drop",
        "target",
        "mine",
        "act",
        "_confirm_password",
        "_confirm_yes",
    ),
    *(
        "_confirm_code",
        "size",
        "seed",
        "body",
        "valid_from",
        "valid_to",
        "taxpayer",
        "case",
        "unit",
    ),
)
HEADERS: dict[str, tuple[str, ...]] = {
    "Host": ("evil.example", "localhost:99999", "a" * 300, "[::1", "..", "localhost@evil", "\x7f"),
    "Range": (
        "bytes=0-0",
        "bytes=-1",
        "bytes=9-1",
        "bytes=0-,0-,0-,0-",
        "bytes=" + "0-," * 500,
        "x=1",
    ),
    "If-None-Match": ("*", '"' + "a" * 3_000, 'W/"x', "\\"),
    "If-Modified-Since": ("yesterday", "Thu, 99 Feb 9999 99:99:99 GMT", "0"),
    "Accept": ("*/*", "application/json", "text/*;q=nan", "," * 500, "a/b;q=1e309", "image/webp"),
    "Accept-Language": ("zh", "en;q=2", "x" * 500, "zh;q=-1,,,", "*", "\u00ff"),
    "Accept-Encoding": ("gzip;q=x", "identity;q=0, *;q=0"),
    "Content-Type": (
        *("application/json", "text/plain", "application/xml", "multipart/form-data", ""),
        *("multipart/form-data; boundary=", "multipart/form-data; boundary=" + "b" * 300),
        *("application/x-www-form-urlencoded; charset=utf-7", "a/b/c", "text/html; charset=\u00ff"),
    ),
    "X-Forwarded-For": ("127.0.0.1", "::1, ::1", "x" * 2_000, "," * 2_000, "1.1.1.1\t"),
    "X-Forwarded-Host": ("evil.example",),
    "X-Forwarded-Proto": ("gopher", "http,https"),
    "Referer": ("https://evil.example/", "https://localhost:x/", "http://[", "\x7f", "about:blank"),
    "HX-Request": ("true", "1"),
    "User-Agent": ("", "x" * 5_000, "\x7f\u00ff", "Mozilla/5.0 ${jndi:ldap://x}"),
    "Authorization": ("Basic !!!", "Bearer " + "a" * 3_000, "Negotiate"),
    "X-CSRFToken": ("", "x", "a" * 5_000, "\u00ff"),
    "X-HTTP-Method-Override": ("DELETE",),
    "Content-Length": ("0", "5", "99999999999", "-1", "x", "\u00b2"),
    "Expect": ("100-continue", "200-ok"),
    "Cookie": (
        *("__Host-caseflow=x", "__Host-caseflow=" + "a" * 5_000, "__Host-caseflow=\u00ff", "=;=;;"),
        *(
            "__Host-caseflow-form=x; __Host-caseflow-told=x.y.z",
            "cf_theme=<script>; cf_density=\x7f",
        ),
        *(
            "__Host-caseflow-told=" + "W10.".ljust(3_000, "A"),
            ";".join(f"a{n}=b" for n in range(300)),
        ),
    ),
}
_PATH_TRICKS = (
    *(
        "//{}",
        "/.{}",
        "/..{}",
        "{}/..",
        "{}%00",
        "{};a=b",
        "{}/",
        "{}.json",
        "{}%2f",
        "{}?",
        "{}#x",
    ),
    *(
        "/static/dist/..{}",
        "/static/%2e%2e%2f%2e%2e{}",
        "/static{}",
        "{}{}",
        "{}%0d%0aX:1",
        "{}%ff%fe",
    ),
)


@dataclass
class Bad:
    """One request: what a client would send."""

    method: str
    path: str
    query: list[tuple[str, str]] = field(default_factory=list)
    headers: list[tuple[str, str]] = field(default_factory=list)
    form: list[tuple[str, str]] | None = None
    body: bytes | None = None
    keeps_session: bool = True

    def __str__(self) -> str:
        """Enough to send it again."""
        sent = self.form if self.body is None else self.body[:200]
        return f"{self.method} {self.path!r} {self.query} {self.headers} {sent!r}"[:2_000]


def made(dice: random.Random, rules: list[Rule]) -> Bad:
    """The next request: an address of the house, and something wrong with it."""
    rule = dice.choice(rules)
    bad = Bad(_method(dice, rule), _path(dice, rule))
    bad.query = _pairs(dice, QUERIES, dice.randrange(4))
    for name in dice.sample(sorted(HEADERS), dice.choice((0, 0, 1, 1, 2, 4))):
        bad.headers.append((name, dice.choice(HEADERS[name])))
    bad.keeps_session = dice.random() < 0.9
    if bad.method not in ("GET", "HEAD", "OPTIONS", "TRACE") or dice.random() < 0.05:
        _fill(dice, bad)
    return bad


def _method(dice: random.Random, rule: Rule) -> str:
    if dice.random() < 0.7:
        return dice.choice(sorted(rule.methods or {"GET"}))
    return dice.choice(METHODS)


def _path(dice: random.Random, rule: Rule) -> str:
    path = rule.rule
    for name in rule.arguments:
        is_number = f"<int:{name}>" in path
        value = dice.choice(NUMBERS if is_number and dice.random() < 0.9 else TEXTS)
        for kind in (f"<int:{name}>", f"<path:{name}>", f"<uuid:{name}>", f"<{name}>"):
            path = path.replace(kind, value.replace("?", "") or "x")
    trick = dice.choice(_PATH_TRICKS) if dice.random() < 0.1 else "{}"
    return trick.replace("{}", path)


def _pairs(dice: random.Random, names: Iterable[str], count: int) -> list[tuple[str, str]]:
    known = list(names)
    return [(dice.choice(known), dice.choice((*TEXTS, *NUMBERS))) for _ in range(count)]


def _fill(dice: random.Random, bad: Bad) -> None:
    kind = dice.random()
    if kind < 0.5:
        bad.form = _pairs(dice, FIELDS, dice.randrange(7))
    elif kind < 0.55:
        bad.form = [(dice.choice(FIELDS), "x")] * 1_500
    elif kind < 0.6:
        bad.form = [(dice.choice(FIELDS), "y" * 600_000)]
    else:
        bad.body, content_type = _body(dice)
        if content_type and dice.random() < 0.8:
            bad.headers = [each for each in bad.headers if each[0] != "Content-Type"]
            bad.headers.append(("Content-Type", content_type))


def _body(dice: random.Random) -> tuple[bytes, str]:
    text = dice.choice(TEXTS).encode("utf-8", "surrogatepass")
    bodies = (
        (b"[" * dice.choice((10, 5_000, 100_000)), "application/json"),
        (b'{"a":' * 3_000 + b"1" + b"}" * 3_000, "application/json"),
        (b'{"a": NaN, "b": Infinity, "c": 1e999}', "application/json"),
        (b'"\\ud800"', "application/json"),
        (b'{"id": ' + b"9" * 5_000 + b"}", "application/json"),
        (text, "application/json"),
        (b"<a>" * 5_000, "application/xml"),
        (b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>', "application/xml"),
        (b"a=%ff%fe&b=%00&c=%ud800&=&&&" + text, "application/x-www-form-urlencoded"),
        (b"&" * 5_000, "application/x-www-form-urlencoded"),
        (b"--b\r\n", "multipart/form-data; boundary=b"),
        (_multipart(dice, text), "multipart/form-data; boundary=b"),
        (_multipart(dice, text) * 300, "multipart/form-data; boundary=b"),
        (dice.randbytes(dice.choice((1, 300, 70_000))), "application/octet-stream"),
        (dice.randbytes(300), ""),
    )
    return dice.choice(bodies)


def _multipart(dice: random.Random, text: bytes) -> bytes:
    name = dice.choice(FIELDS).encode()
    names = (
        b'"; filename="../../x.pdf"',
        b'"; filename=""',
        b'"; filename="\x00"',
        b"",
        b'\r\nX: "',
    )
    return (
        b'--b\r\nContent-Disposition: form-data; name="' + name + dice.choice(names)
        + b'"\r\nContent-Type: ' + dice.choice((b"text/plain", b"\xff", b"a" * 3_000)) + b"\r\n\r\n"
        + text + b"\r\n" + dice.choice((b"--b--\r\n", b"", b"--b"))
    )  # fmt: skip
