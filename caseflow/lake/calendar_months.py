"""Months as whole numbers YYYYMM, as facts and formulas name them."""


def shift(period: int, months: int) -> int:
    """
    Move a month.

    >>> shift(200912, 1), shift(200901, -1), shift(200912, -12)
    (201001, 200812, 200812)
    """
    count = period // 100 * 12 + period % 100 - 1 + months
    return count // 12 * 100 + count % 12 + 1


def back(period: int, count: int) -> list[int]:
    """
    List the last months up to and including one, oldest first.

    >>> back(200902, 3)
    [200812, 200901, 200902]
    """
    return [shift(period, -ago) for ago in reversed(range(count))]


def between(first: int, last: int) -> list[int]:
    """
    List the months from one to another.

    >>> between(200811, 200902)
    [200811, 200812, 200901, 200902]
    """
    count = (last // 100 - first // 100) * 12 + last % 100 - first % 100 + 1
    return back(last, max(count, 0))
