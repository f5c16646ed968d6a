"""Detection: the catalogue of indicators, its compilation to SQL, screening, peers and selection.

Stands on the lake; knows neither database nor pages.
"""
