"""What one look of the doctor gives."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from caseflow.config import Config


@dataclass(frozen=True)
class Finding:
    """What one look found; the remedy is empty when all is well."""

    what: tuple[str, str]
    found: str
    remedy: tuple[str, str] | None = None


Look = Callable[[Session, Config], list[Finding]]
