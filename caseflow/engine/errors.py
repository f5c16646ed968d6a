"""What can go wrong while a case runs. None of it is the officer's fault but ``NotOpen``."""

from __future__ import annotations

from caseflow.engine.sentences import SENTENCES, worded


class EngineError(Exception):
    """A case cannot take this step; the transaction must not be committed."""

    def __init__(self, code: str, **values: object) -> None:
        """Keep code and values."""
        super().__init__(f"{code} {values}" if values else code)
        self.code = code
        self.values = values

    def say(self, lang: str) -> str:
        """Say it in ``zh`` or ``en``: at which element, what is wrong, what to do."""
        text, element = self.what(lang), self.values.get("element")
        return f"{element}{': ' if lang == 'en' else '：'}{text}" if element else text

    def what(self, lang: str) -> str:
        """Say what is wrong and what to do, beside something that shows the element itself."""
        code = f"run_{self.code}"
        return worded(code, self.values, lang) if code in SENTENCES else str(self)


class NotOpen(EngineError):
    """That task or message is not waited for (any more)."""


class Stuck(EngineError):
    """Tokens are left that nothing can ever move: a mistake of the drawing."""


class BadValue(EngineError):
    """An expression gave something that its place cannot use."""


class BadState(EngineError):
    """Stored bytes that are no state of this process."""
