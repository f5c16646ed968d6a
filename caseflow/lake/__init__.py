"""The lake: fact files come in, are checked row by row and lie down as immutable Parquet batches.

Knows neither database nor pages; what was taken in is said in frozen dataclasses.
"""
