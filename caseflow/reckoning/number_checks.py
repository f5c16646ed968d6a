"""A taxpayer's number as a question: is it right, whose can it be, which check character fits."""

from __future__ import annotations

import re
import unicodedata

from caseflow.bilingual import Words, same
from caseflow.reckoning import identity_numbers as numbers
from caseflow.reckoning.answers import Answer, Step
from caseflow.reckoning.identity_numbers import LENGTHS, UNIFIED_SINCE, Kind
from caseflow.reckoning.questions import Question, typed
from caseflow.working_days import Calendar

_WORDS = {
    Kind.UNIFIED: Words("统一社会信用代码", "unified social credit code"),
    Kind.ORGANISATION: Words("组织机构代码", "organisation code"),
    Kind.ENTERPRISE: Words("企业或其他单位的纳税人识别号", "taxpayer number of an enterprise"),
    Kind.INDIVIDUAL: Words(
        "个体工商户的纳税人识别号", "taxpayer number of an individual household"
    ),
    Kind.PERSON: Words("居民身份证号", "identity card number"),
    Kind.TEMPORARY: Words("临时纳税人的识别号", "number of a temporary taxpayer"),
}
_LONGEST = 40
_ORGANISATION_LENGTH = 9


def check_number(question: Question, calendar: Calendar) -> Answer:
    """Say whether a number is right; a ``?`` as last sign asks for the check character."""
    del calendar  # numbers have no days to count
    question.only("number", "on")
    number = _clean(question)
    if number.endswith("?"):
        return _completed(question, number[:-1])
    found = _kinds(question, number)
    steps = [_length_step(number)]
    checks = _check_steps(number)
    # A check of what the number is not says nothing once it is something.
    steps += [step for step, agrees in checks if agrees or not found]
    told = (
        Words("号码有效", "the number is right")
        if found
        else Words("号码无效", "the number is wrong")
    )
    kinds = Words(
        " 或 ".join(_WORDS[kind].zh for kind in found),
        " or ".join(_WORDS[kind].en for kind in found),
    )
    steps.append(Step(told, kinds, is_total=True))
    if len(found) > 1:
        steps.append(Step(_BY_REGISTER))
    values = {"number": number, "valid": bool(found), "kinds": [kind.value for kind in found]}
    return Answer(values, steps)


def _clean(question: Question) -> str:
    """The number in capitals without hyphens and blanks."""
    text = unicodedata.normalize("NFKC", question.text("number")).upper()
    number = re.sub(r"[\s-]", "", text)
    if not re.fullmatch(r"[0-9A-Z]{1,39}\??", number) or len(number) > _LONGEST:
        raise question.refusal(
            "number",
            f"“{typed(number)}”含有号码里没有的字符：只写数字和字母",
            f'"{typed(number)}" has signs that no number has: write digits and letters only',
        )
    return number


def _kinds(question: Question, number: str) -> tuple[Kind, ...]:
    found = numbers.kinds_of(number)
    if len(number) == _ORGANISATION_LENGTH and numbers.is_organisation(number):
        found = (*found, Kind.ORGANISATION)
    on = question.day_or_none("on")
    if on is not None and on < UNIFIED_SINCE and Kind.UNIFIED in found:
        found = tuple(kind for kind in found if kind is not Kind.UNIFIED)
        if not found:
            raise question.refusal(
                "on",
                f"统一社会信用代码自 {UNIFIED_SINCE} 起使用，{on} 时还没有：请用当时的识别号",
                f"unified codes exist from {UNIFIED_SINCE}, not on {on}: use the number of then",
            )
    return found


def _length_step(number: str) -> Step:
    lengths = "、".join(map(str, LENGTHS)), ", ".join(map(str, LENGTHS))
    what = Words("位数", "length")
    how = Words(f"应为 {lengths[0]} 位", f"should be {lengths[1]}")
    fits = len(number) in LENGTHS or number.startswith("L") or len(number) == _ORGANISATION_LENGTH
    shown = Words(f"{len(number)} 位", f"{len(number)}")
    return Step(what, same("") if fits else how, shown)


def _check_steps(number: str) -> list[tuple[Step, bool]]:
    """The check characters of a number of its length: what stands, what should; do they agree."""
    found = []
    if re.fullmatch(r"[0-9A-HJ-NPQRTUWXY]{18}", number):
        wanted = numbers.unified_check(number[:17])
        found.append(_check(Kind.UNIFIED, "GB 32100-2015", number[17], wanted))
    if re.fullmatch(r"[0-9]{17}[0-9X][0-9]{0,2}", number) and len(number) in (18, 20):
        wanted = numbers.person_check(number[:17])
        found.append(_check(Kind.PERSON, "GB 11643-1999", number[17], wanted))
    organisation = number[8:17] if len(number) == 18 else number[-9:]  # noqa: PLR2004 -- a code's place
    if len(number) in (9, 15, 18) and re.fullmatch(r"[0-9A-Z]{9}", organisation):
        wanted = numbers.organisation_check(organisation[:8])
        found.append(_check(Kind.ORGANISATION, "GB 11714", organisation[8], wanted))
    return found


def _check(kind: Kind, standard: str, stands: str, wanted: str) -> tuple[Step, bool]:
    what = Words(f"按{_WORDS[kind].zh}", f"as {_WORDS[kind].en}")
    how = Words(f"校验位应为 {wanted}，实为 {stands}", f"check {wanted} wanted, {stands} stands")
    is_right = wanted == stands
    shown = Words("相符", "agrees") if is_right else Words("不符", "differs")
    return Step(what, how, shown, same(standard)), is_right


def _completed(question: Question, body: str) -> Answer:
    """The number with its check character."""
    if re.fullmatch(r"[0-9A-HJ-NPQRTUWXY]{17}", body) and not _is_person_body(body):
        number = body + numbers.unified_check(body)
    elif _is_person_body(body):
        number = body + numbers.person_check(body)
    elif re.fullmatch(r"[0-9A-Z]{8}|[1-9][0-9]{5}[0-9A-Z]{8}", body):
        number = body + numbers.organisation_check(body[-8:])
    else:
        raise question.refusal(
            "number",
            "“?”前应为 8 位（组织机构代码）、14 位（企业识别号）或 17 位（统一代码、身份证号）",
            'before "?" stand 8 signs (organisation code), 14 (enterprise) or 17 (unified code,'
            " identity card)",
        )
    what = Words("校验位", "check character")
    steps = [Step(what, same(""), same(number[-1])), Step(same(number), is_total=True)]
    return Answer({"number": number, "check": number[-1]}, steps)


def _is_person_body(body: str) -> bool:
    return re.fullmatch(r"[0-9]{17}", body) is not None and numbers.is_person(
        body + numbers.person_check(body)
    )


_BY_REGISTER = Words("两种都符合，以登记的类型为准", "several fit: the registered kind decides")
