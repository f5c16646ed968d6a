"""README's section on one's own data, word for word, from an empty house to open cases."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from caseflow.embedded import places as at
from tests.support.house import ROOT
from tests.support.product import free_port

SECTION = re.compile(r"^## Your own data\n(.*?)^## ", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
EXPORT = "export CASEFLOW_VAR=var-own PORT=8001"


def commands() -> tuple[list[str], list[str]]:
    """What README has one type in the first shell and in the second."""
    section = SECTION.search((ROOT / "README.md").read_text("utf-8"))
    assert section
    first, second = (
        [line.split("#")[0].strip() for line in block.splitlines()]
        for block in BLOCK.findall(section[1])
    )
    return first, second


@dataclass(frozen=True)
class Shell:
    """A shell at the root of the repository; the house is in a folder and at a port of the test."""

    var: Path
    port: int

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "CASEFLOW_VAR": str(self.var),
            "CASEFLOW_LANG": "en",
            "PORT": str(self.port),
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        }

    def argv(self, command: str) -> list[str]:
        here = command.replace(".venv/bin/caseflow", f"exec {sys.executable} -m caseflow")
        assert here != command, f"README names a command that is not run here: {command}"
        return ["bash", "-c", here]

    def types(self, command: str) -> str:
        done = subprocess.run(  # noqa: S603 -- README's own commands
            self.argv(command),
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    @contextmanager
    def keeps_running(self, command: str) -> Iterator[None]:
        with subprocess.Popen(  # noqa: S603 -- README's own commands
            self.argv(command),
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            try:
                assert process.stdout
                assert any("Caseflow is ready" in line for line in process.stdout)
                yield
            finally:
                process.terminate()


@pytest.fixture
def shell() -> Iterator[Shell]:
    var = Path(tempfile.mkdtemp(prefix="caseflow-test-"))
    var.chmod(0o711)  # as root the database runs as nobody, who must be able to pass
    yield Shell(var, free_port())
    shutil.rmtree(at.of(var).sockets)
    shutil.rmtree(var)


def sign_in(page: Page, shell: Shell, login: str, password: str) -> None:
    page.goto(f"http://127.0.0.1:{shell.port}/sign-in")
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill(password)
    page.locator("[name=password]").press("Enter")
    # What was printed works once: everybody chooses a password of their own.
    expect(page.get_by_role("heading", level=1)).to_have_text("请换一个自己的密码")
    for name in ("new", "again"):
        page.locator(f"[name={name}]").fill(f"{login}, trams and umbrellas")
    page.get_by_role("button", name="修改密码").click()
    expect(page.get_by_role("navigation", name="主导航")).to_be_visible()


def work_comes(page: Page, shell: Shell) -> bool:
    """Look into the inbox again and again until a household of the samples is there."""
    rows = page.get_by_role("region", name="待办清单").get_by_role("link", name="样例")
    for _ in range(60):
        page.goto(f"http://127.0.0.1:{shell.port}/inbox")
        if rows.count():
            return True
        page.wait_for_timeout(500)
    return False


@pytest.mark.browser
def test_a_bureau_screens_its_own_data_as_readme_says(shell: Shell, page: Page) -> None:
    first, second = commands()
    assert first[:2] == [EXPORT, "make setup"]
    assert second[0] == EXPORT
    with shell.keeps_running(first[2]):
        told = {command: shell.types(command) for command in second[1:]}
        assert not [said for said in told.values() if "rejected" in said or "✗" in said]
        warnings = re.search(r"Run 1: (\d+) warnings, to review", told[second[-1]], re.IGNORECASE)
        assert warnings
        assert int(warnings[1]) > 0
        passwords = {
            command.split()[3]: said.split()[-1]
            for command, said in told.items()
            if "users password" in command
        }
        sign_in(page, shell, "fenxi", passwords["fenxi"])
        page.goto(f"http://127.0.0.1:{shell.port}/runs")
        page.locator("main a[href^='/runs/']").first.click()
        page.get_by_role("button", name="采用并生成任务").click()
        page.context.clear_cookies()
        sign_in(page, shell, "juzhang", passwords["juzhang"])
        assert work_comes(page, shell)
