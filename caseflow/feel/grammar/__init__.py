"""The grammar: text in, checked and typed tree out."""

from caseflow.feel.grammar.expressions import parse_cell, parse_text, parse_type

__all__ = ["parse_cell", "parse_text", "parse_type"]
