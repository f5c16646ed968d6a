"""Built-in functions on lists. Positions begin at 1; negative ones count from the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from functools import cmp_to_key
from itertools import pairwise

from caseflow.feel.arithmetic import calculate
from caseflow.feel.library.logic import conjunction, disjunction
from caseflow.feel.library.register import (
    built_in,
    element_of_first,
    same_as_first,
    whole,
)
from caseflow.feel.temporal import YearsMonths
from caseflow.feel.typesystem import ANY, BOOLEAN, FUNCTION, NUMBER, list_of
from caseflow.feel.values import ARITHMETIC, compare, equal, key, number

_LIST = {"list": list_of(ANY)}
_MANY = {"list": ANY}
_NUMBERS = {"list": list_of(NUMBER)}
_BOOLEANS = {"list": list_of(BOOLEAN)}
List = list[object]


@built_in(
    "list contains",
    {"list": list_of(ANY), "element": ANY},
    BOOLEAN,
    words=("{0}包含{1}", "{0} contains {1}"),
)
def _list_contains(items: List, wanted: object) -> bool:
    return any(equal(item, wanted) is True for item in items)


@built_in("count", _LIST, NUMBER, words=("{0}的个数", "number of {0}"))
def _count(items: List) -> Decimal:
    return Decimal(len(items))


@built_in("count", _MANY, NUMBER, required=2, variadic=True)
def _count_many(*items: object) -> Decimal:
    return Decimal(len(items))


@built_in("min", _LIST, element_of_first, words=("{0}中最小者", "smallest of {0}"))
def _min(items: List) -> object:
    return _extreme(items, -1)


@built_in("min", _MANY, element_of_first, required=2, variadic=True)
def _min_many(*items: object) -> object:
    return _extreme(items, -1)


@built_in("max", _LIST, element_of_first, words=("{0}中最大者", "largest of {0}"))
def _max(items: List) -> object:
    return _extreme(items, 1)


@built_in("max", _MANY, element_of_first, required=2, variadic=True)
def _max_many(*items: object) -> object:
    return _extreme(items, 1)


@built_in("sum", _LIST, element_of_first, words=("{0}之和", "sum of {0}"))
def _sum(items: List) -> object:
    return _total(items)


@built_in("sum", _MANY, element_of_first, required=2, variadic=True)
def _sum_many(*items: object) -> object:
    return _total(items)


@built_in("mean", _LIST, element_of_first, words=("{0}的平均值", "mean of {0}"))
def _mean(items: List) -> object:
    return calculate("/", _total(items), Decimal(len(items)))


@built_in("mean", _MANY, element_of_first, required=2, variadic=True)
def _mean_many(*items: object) -> object:
    return calculate("/", _total(items), Decimal(len(items)))


@built_in("product", _NUMBERS, NUMBER)
def _product(items: list[Decimal | None]) -> Decimal | None:
    return _multiplied(items)


@built_in("product", {"list": NUMBER}, NUMBER, required=2, variadic=True)
def _product_many(*items: Decimal | None) -> Decimal | None:
    return _multiplied(items)


@built_in("median", _NUMBERS, NUMBER)
def _median(items: list[Decimal | None]) -> Decimal | None:
    return _middle(items)


@built_in("median", {"list": NUMBER}, NUMBER, required=2, variadic=True)
def _median_many(*items: Decimal | None) -> Decimal | None:
    return _middle(items)


@built_in("stddev", _NUMBERS, NUMBER, cost=40)
def _stddev(items: list[Decimal | None]) -> Decimal | None:
    return _deviation(items)


@built_in("stddev", {"list": NUMBER}, NUMBER, required=2, variadic=True, cost=40)
def _stddev_many(*items: Decimal | None) -> Decimal | None:
    return _deviation(items)


@built_in("mode", _NUMBERS, list_of(NUMBER))
def _mode(items: list[Decimal | None]) -> list[Decimal] | None:
    return _most_frequent(items)


@built_in("mode", {"list": NUMBER}, list_of(NUMBER), required=2, variadic=True)
def _mode_many(*items: Decimal | None) -> list[Decimal] | None:
    return _most_frequent(items)


@built_in("all", _LIST, BOOLEAN, words=("{0}全部成立", "all of {0}"))
def _all(items: List) -> bool | None:
    return conjunction(items)


@built_in("all", _MANY, BOOLEAN, required=2, variadic=True)
def _all_many(*items: object) -> bool | None:
    return conjunction(items)


@built_in("any", _LIST, BOOLEAN, words=("{0}至少一项成立", "any of {0}"))
def _any(items: List) -> bool | None:
    return disjunction(items)


@built_in("any", _MANY, BOOLEAN, required=2, variadic=True)
def _any_many(*items: object) -> bool | None:
    return disjunction(items)


@built_in(
    "sublist",
    {"list": list_of(ANY), "start position": NUMBER, "length": NUMBER},
    same_as_first,
    required=2,
)
def _sublist(items: List, start: Decimal, length: Decimal | None = None) -> List | None:
    first, count = whole(start), len(items) if length is None else whole(length)
    if not first or abs(first) > len(items) or count is None or count < 0:
        return None
    begin = first - 1 if first > 0 else len(items) + first
    return items[begin : begin + count]


@built_in("append", {"list": list_of(ANY), "item": ANY}, list_of(ANY), required=1, variadic=True)
def _append(items: List, *more: object) -> List:
    return [*items, *more]


@built_in("concatenate", _LIST, list_of(ANY), variadic=True)
def _concatenate(*lists: List) -> List:
    return [item for items in lists for item in items]


@built_in("union", _LIST, list_of(ANY), variadic=True)
def _union(*lists: List) -> List:
    return _distinct([item for items in lists for item in items])


@built_in("distinct values", _LIST, same_as_first)
def _distinct(items: List) -> List:
    first: dict[object, object] = {}
    for item in items:
        first.setdefault(key(item), item)
    return list(first.values())


@built_in(
    "insert before",
    {"list": list_of(ANY), "position": NUMBER, "newItem": ANY},
    list_of(ANY),
)
def _insert_before(items: List, position: Decimal, new: object) -> List | None:
    at = _place(items, position)
    return None if at is None else [*items[:at], new, *items[at:]]


@built_in("remove", {"list": list_of(ANY), "position": NUMBER}, same_as_first)
def _remove(items: List, position: Decimal) -> List | None:
    at = _place(items, position)
    return None if at is None else [*items[:at], *items[at + 1 :]]


@built_in(
    "list replace",
    {"list": list_of(ANY), "position": NUMBER, "newItem": ANY},
    list_of(ANY),
)
def _list_replace(items: List, position: Decimal, new: object) -> List | None:
    at = _place(items, position)
    return None if at is None else [*items[:at], new, *items[at + 1 :]]


@built_in("list replace", {"list": list_of(ANY), "match": FUNCTION, "newItem": ANY}, list_of(ANY))
def _list_replace_where(items: List, match: Callable[..., object], new: object) -> List | None:
    verdicts = [match(item, new) for item in items]
    if not all(isinstance(verdict, bool) for verdict in verdicts):
        return None
    return [new if hit else item for item, hit in zip(items, verdicts, strict=True)]


@built_in("reverse", _LIST, same_as_first)
def _reverse(items: List) -> List:
    return items[::-1]


@built_in("index of", {"list": list_of(ANY), "match": ANY}, list_of(NUMBER))
def _index_of(items: List, wanted: object) -> list[Decimal]:
    places = enumerate(items, start=1)
    return [Decimal(place) for place, item in places if equal(item, wanted) is True]


@built_in("flatten", _LIST, list_of(ANY))
def _flatten(items: List) -> List:
    flat: List = []
    for item in items:
        flat += _flatten(item) if isinstance(item, list) else [item]
    return flat


@built_in("sort", {"list": list_of(ANY), "precedes": FUNCTION}, same_as_first, required=1)
def _sort(items: List, precedes: Callable[..., object] | None = None) -> List | None:
    if precedes is None:
        orders = [compare(a, b) for a, b in pairwise(items)]
        return None if None in orders else sorted(items, key=cmp_to_key(_order))

    def order(left: object, right: object) -> int:
        return (precedes(right, left) is True) - (precedes(left, right) is True)

    return sorted(items, key=cmp_to_key(order))


def _order(left: object, right: object) -> int:
    return compare(left, right) or 0


def _extreme(items: Sequence[object], side: int) -> object:
    if not items:
        return None
    best = items[0]
    for item in items:
        order = compare(item, best)
        if order is None:
            return None
        best = item if order * side > 0 else best
    return best


def _total(items: Sequence[object]) -> object:
    """Add up numbers or durations; null when empty or when they do not go together."""
    if not items or not isinstance(items[0], Decimal | timedelta | YearsMonths):
        return None
    total: object = items[0]
    for item in items[1:]:
        total = calculate("+", total, item)
    return total


def _multiplied(items: Sequence[Decimal | None]) -> Decimal | None:
    total = Decimal(1)
    for item in items:
        if item is None:
            return None
        total = ARITHMETIC.multiply(total, item)
    return number(total) if items else None


def _middle(items: Sequence[Decimal | None]) -> Decimal | None:
    known = sorted(item for item in items if item is not None)
    if not known or len(known) != len(items):
        return None
    middle = len(known) // 2
    if len(known) % 2:
        return known[middle]
    return number(ARITHMETIC.divide(ARITHMETIC.add(known[middle - 1], known[middle]), Decimal(2)))


def _deviation(items: Sequence[Decimal | None]) -> Decimal | None:
    """Find the standard deviation of a sample; null below two numbers."""
    known = [item for item in items if item is not None]
    if len(known) <= 1 or len(known) != len(items):
        return None
    mean = calculate("/", _total(known), Decimal(len(known)))
    squares = [calculate("**", calculate("-", each, mean), Decimal(2)) for each in known]
    variance = calculate("/", _total(squares), Decimal(len(known) - 1))
    return number(ARITHMETIC.sqrt(variance)) if isinstance(variance, Decimal) else None


def _most_frequent(items: Sequence[Decimal | None]) -> list[Decimal] | None:
    known = [item for item in items if item is not None]
    if len(known) != len(items):
        return None
    counted = dict.fromkeys(known, 0)
    for each in known:
        counted[each] += 1
    most = max(counted.values(), default=0)
    return sorted(each for each, count in counted.items() if count == most)


def _place(items: List, position: Decimal) -> int | None:
    at = whole(position)
    if not at or abs(at) > len(items):
        return None
    return at - 1 if at > 0 else len(items) + at
