"""Regular expressions after XPath, for ``matches``, ``replace`` and ``split``.

Python's own engine may take for ever over a hostile pattern; this one walks the text once, with all
possibilities side by side, so its work is bounded by text times pattern. What that cannot do, a
reference back to a group, is no pattern here.
"""

from caseflow.feel.patterns.compiler import BadPattern, Program, compile_pattern
from caseflow.feel.patterns.machine import Match, TooMuchWork, Work, search

__all__ = ["BadPattern", "Match", "Program", "TooMuchWork", "Work", "compile_pattern", "search"]
