"""The pages with which people change a process: drawing, tables, forms, upload, trial run.

All of them work on a draft (``services.drafts``); nothing here touches what is deployed.
"""

from caseflow.web.designer import drawing, forms, tables, trial, upload
from caseflow.web.designer.place import bp

__all__ = ["bp", "drawing", "forms", "tables", "trial", "upload"]
