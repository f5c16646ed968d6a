"""Built files of the front end: hashed names from the manifest, icons from the sprite."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from markupsafe import Markup

_DIST = Path(__file__).parent / "static" / "dist"


class FrontEndMissing(RuntimeError):
    """The front end has not been built."""


@dataclass(frozen=True)
class Manifest:
    """Which hashed file stands for which name, and which icons the sprite holds."""

    assets: dict[str, str] = field(default_factory=dict)
    icons: frozenset[str] = frozenset()

    def asset(self, name: str) -> str:
        """
        Where a built file is served.

        Raises:
            KeyError: no such file was built.

        """
        return f"/static/dist/{self.assets[name]}"

    def icon(self, name: str, kind: str = "") -> Markup:
        """
        An icon beside words that say the same; hidden from screen readers.

        Raises:
            KeyError: the sprite does not hold this icon.

        """
        if name not in self.icons:
            raise KeyError(name)
        classes = f"cf-icon cf-icon--{kind}" if kind else "cf-icon"
        return Markup('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>').format(
            classes, self.asset("icons.svg"), name
        )


def load_manifest(folder: Path = _DIST) -> Manifest:
    """
    Read what the build wrote.

    Raises:
        FrontEndMissing: nothing was built; the text names the command.

    """
    try:
        content = json.loads((folder / "manifest.json").read_text())
    except FileNotFoundError:
        raise FrontEndMissing("the front end is not built: run `make setup`") from None
    return Manifest(content["assets"], frozenset(content["icons"]))


def install(app: Flask, manifest: Manifest) -> None:
    """Give the templates ``asset`` and ``icon``."""
    app.jinja_env.globals["asset"] = manifest.asset
    app.jinja_env.globals["icon"] = manifest.icon
