"""What a browser calls itself, in words that its owner recognises."""

from __future__ import annotations

from caseflow.web.speech import _

# In this order: each also names those that it descends from.
_BROWSERS = (
    ("Edg", "Edge"),
    ("360SE", "360"),
    ("QQBrowser", "QQ"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
    ("Trident", "Internet Explorer"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Kylin", "Kylin"),
    ("UOS", "UOS"),
    ("Linux", "Linux"),
)


def named(agent: str | None) -> str:
    """Browser and system, such as ``Chrome · Windows``."""
    text = agent or ""
    found = [
        next((name for sign, name in table if sign in text), "") for table in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(part for part in found if part) or _("未知浏览器")
