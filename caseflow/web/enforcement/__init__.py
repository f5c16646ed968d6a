"""The enforcement record 执法记录: the register of acts, and the results 执法成果 by level."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from caseflow.web.enforcement import register, results

bp = Blueprint("enforcement", __name__)


@bp.get("/enforcement")
def register_page() -> tuple[str, int]:
    """The register of acts."""
    return register.page()


@bp.get("/enforcement.csv")
def register_file() -> Response:
    """The register as a file."""
    return register.file()


@bp.get("/enforcement/results")
def results_page() -> tuple[str, int]:
    """The results of a unit and of what stands below it."""
    return results.page()


@bp.get("/enforcement/results/cases")
def results_cases() -> tuple[str, int]:
    """The cases behind a sum."""
    return results.cases()


@bp.get("/enforcement/results.csv")
def results_file() -> Response:
    """The cases behind a sum as a file."""
    return results.file()
