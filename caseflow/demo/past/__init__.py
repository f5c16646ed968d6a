"""The past of the demonstration: officers work on cases through the real verbs, day by day.

What becomes of a case follows from what was planted in its facts (`fates`), what an officer
writes from the form of the step (`answers`), when it is written from habits (`agenda`).
"""
