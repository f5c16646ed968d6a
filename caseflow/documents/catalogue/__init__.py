"""
The catalogue of papers, one file for each field of work.

A paper is added by its name in `vocabulary.papers` and an entry here: kind word, who signs, how
long it is kept, its shape, what is filled in and in which parts it is shown.
"""
