"""What can go wrong while a case runs. None of it is the officer's fault but ``NotOpen``."""

from __future__ import annotations


class EngineError(Exception):
    """A case cannot take this step; the transaction must not be committed."""

    def __init__(self, code: str, **values: object) -> None:
        """Keep code and values."""
        super().__init__(f"{code} {values}" if values else code)
        self.code = code
        self.values = values


class NotOpen(EngineError):
    """That task or message is not waited for (any more)."""


class Stuck(EngineError):
    """Tokens are left that nothing can ever move: a mistake of the drawing."""


class BadValue(EngineError):
    """An expression gave something that its place cannot use."""


class BadState(EngineError):
    """Stored bytes that are no state of this process."""
