"""The namespaces of DMN that are read: 1.2 to 1.5, as modelers write them."""

from __future__ import annotations

NAMESPACES = (
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
)
ROOTS = tuple(f"{{{space}}}definitions" for space in NAMESPACES)
