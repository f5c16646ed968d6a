"""People at their browsers: signing in, finding a step, filling in its form by field names."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from io import BytesIO
from struct import pack

from playwright.sync_api import (
    APIResponse,
    Browser,
    BrowserContext,
    ConsoleMessage,
    FilePayload,
    Locator,
    Page,
    Response,
    expect,
)
from pypdf import PdfWriter

# What is put into a field: text, the value of a choice or several, or files.
Value = str | Sequence[str] | FilePayload | Sequence[FilePayload]
SAVE_DRAFT = "存草稿"


@dataclass
class Person:
    """One person in a browser of their own."""

    login: str
    address: str
    context: BrowserContext
    page: Page
    has_scripts: bool = True
    # Errors of scripts and parts of pages that did not come.
    troubles: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Listen to what the browser complains of."""
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("console", self._hear)
        self.page.on("response", self._see)

    def sign_in(self) -> None:
        """Enter with one click, as the demo offers it."""
        self.page.goto(f"{self.address}/sign-in")
        self.page.locator(f"button[data-login={self.login}]").click()
        menu = self.page.get_by_role("navigation", name="主导航", include_hidden=True)
        expect(menu).to_be_attached()  # on a phone behind a button

    def begin(self, taxpayer: str) -> None:
        """Go from the inbox to the form of the step that waits there for a taxpayer."""
        self.page.goto(f"{self.address}/inbox")
        rows = self.page.get_by_role("region", name="待办清单")
        rows.get_by_role("link", name=taxpayer).first.click()
        preview = self.page.get_by_role("complementary", name="预览").filter(has_text=taxpayer)
        start = preview.get_by_role("button", name="领取并办理").or_(
            preview.get_by_role("link", name="开始办理")
        )
        start.click()
        expect(self.form).to_be_visible()

    @property
    def form(self) -> Locator:
        """The form of the step on the page."""
        return self.page.locator("form[data-step]")

    def fill(self, answers: Mapping[str, Value]) -> None:
        """Fill in fields by name, in the order given; what only then is asked is waited for."""
        for name, value in answers.items():
            self._put(name, value)

    def hand_in(self) -> None:
        """Submit, and see it taken."""
        self.submit()
        expect(self.page.get_by_text("已提交，办理经过已留痕。")).to_be_visible()

    def submit(self) -> None:
        """Press the one primary button of the form."""
        self.form.locator("button[name=_submit][value=stay]").click()

    def do(self, taxpayer: str, answers: Mapping[str, Value]) -> None:
        """Find a step in the inbox, fill it in, hand it in."""
        self.begin(taxpayer)
        self.fill(answers)
        self.hand_in()

    def post(self, path: str, form: Mapping[str, str]) -> APIResponse:
        """Send a form that no page offers, with this person's session and form secret."""
        secret = self.page.locator("input[name=csrf_token]").first.get_attribute("value")
        return self.context.request.post(
            f"{self.address}{path}", form={"csrf_token": secret or "", **form}, max_redirects=0
        )

    def open_case(self, case_id: int) -> None:
        """Open the page of a case."""
        self.page.goto(f"{self.address}/cases/{case_id}")

    def problems(self) -> Locator:
        """The summary of what has to be mended."""
        return self.page.locator("[data-error-summary]")

    def _hear(self, message: ConsoleMessage) -> None:
        # A refusal of ours is an answer of 400 or more, which the browser also complains of.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.troubles.append(message.text)

    def _see(self, answer: Response) -> None:
        if answer.status >= HTTPStatus.BAD_REQUEST and "/static/" in answer.url:
            self.troubles.append(f"{answer.status} {answer.url}")

    def _put(self, name: str, value: Value) -> None:
        fields = self.form.locator(f"[name='{name}']")
        if not self.has_scripts and not fields.first.is_visible():
            # Without scripts the page asks for what an answer makes necessary when it is saved.
            self.form.get_by_role("button", name=SAVE_DRAFT).click()
            expect(fields.first).to_be_visible()
        kind = fields.first.get_attribute("type") or ""
        if kind == "file" or _is_files(value):
            # Photographs may also come from the camera, by a field of its own.
            chooser = f"input[type=file][name='{name}']:not([capture])"
            self.form.locator(chooser).set_input_files(value)
        elif kind in ("radio", "checkbox"):
            chosen = [value] if isinstance(value, str) else [str(each) for each in value]
            for ticked in self.form.locator(f"[name='{name}'][type=checkbox]:checked").all():
                if ticked.get_attribute("value") not in chosen:
                    ticked.uncheck()
            for each in chosen:
                self.form.locator(f"[name='{name}'][value='{each}']").check()
        elif fields.first.evaluate("each => each.tagName") == "SELECT":
            fields.first.select_option(str(value))
        else:
            fields.first.fill(str(value))


@dataclass
class Company:
    """Everybody who takes part in a journey, each in a browser of their own."""

    address: str
    browser: Browser
    has_scripts: bool = True

    def __post_init__(self) -> None:
        """Nobody has come yet."""
        self._people: dict[str, Person] = {}

    def __getattr__(self, login: str) -> Person:
        """Somebody of the cast, signed in."""
        if login.startswith("_"):
            raise AttributeError(login)
        if login not in self._people:
            person = self.newcomer(login)
            person.sign_in()
            self._people[login] = person
        return self._people[login]

    def on_phone(self, login: str) -> Person:
        """Somebody of the cast with a phone in the hand, signed in."""
        context = self.browser.new_context(
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": 390, "height": 844},
            device_scale_factor=2,
            is_mobile=True,
            has_touch=True,
        )
        context.set_default_timeout(10_000)
        person = Person(login, self.address, context, context.new_page())
        person.sign_in()
        self._people[f"{login} on the phone"] = person
        return person

    def newcomer(self, login: str) -> Person:
        """Somebody before signing in, in a fresh browser."""
        context = self.browser.new_context(
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": 1440, "height": 900},
            java_script_enabled=self.has_scripts,
        )
        context.set_default_timeout(10_000)
        return Person(login, self.address, context, context.new_page(), self.has_scripts)

    def leave(self) -> None:
        """Close all browsers; none of them may have had anything to complain of."""
        for person in self._people.values():
            person.context.close()
        troubles = {login: person.troubles for login, person in self._people.items()}
        self._people.clear()
        assert not any(troubles.values()), troubles


def _is_files(value: Value) -> bool:
    return not isinstance(value, str) and (isinstance(value, dict) or isinstance(value[0], dict))


def pdf(name: str) -> FilePayload:
    """A PDF of one empty page."""
    writer, out = PdfWriter(), BytesIO()
    writer.add_blank_page(width=210, height=297)
    writer.write(out)
    return {"name": name, "mimeType": "application/pdf", "buffer": out.getvalue()}


def photograph(name: str) -> FilePayload:
    """A PNG of one grey point."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return pack(">I", len(content)) + kind + content + pack(">I", zlib.crc32(kind + content))

    header = pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    picture = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\x00\x80"))
        + chunk(b"IEND", b"")
    )
    return {"name": name, "mimeType": "image/png", "buffer": picture}
