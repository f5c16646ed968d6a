"""The tabs that pages of the auditor share."""

from __future__ import annotations

from flask import url_for

from caseflow.web.speech import _


def of_samples(current: str) -> list[dict[str, object]]:
    """Samples and working papers."""
    names = (
        ("samples", _("抽样"), url_for("samples.listing")),
        ("papers", _("工作底稿"), url_for("working_papers.listing")),
    )
    return [
        {"href": href, "is_current": key == current, "name": name, "count": None}
        for key, name, href in names
    ]
