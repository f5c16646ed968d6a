"""Numbers of papers 文书文号: agency word, kind word, year in hexagonal brackets, serial."""

from collections.abc import Mapping

from caseflow.vocabulary import Invalid

_CITY = "大国税"
_DISTRICTS: Mapping[str, str] = {
    "01": "大中国税",
    "02": "大西国税",
    "03": "大沙国税",
    "04": "大甘国税",
    "05": "大旅国税",
    "06": "大金国税",
    "07": "大开国税",
    "08": "大保国税",
    "09": "大高国税",
    "10": "瓦国税",
    "11": "普国税",
    "12": "庄国税",
    "13": "长国税",
    "14": "大长兴国税",
    "15": "大花国税",
    "16": "大直国税",
}


def agency_word(district_code: str) -> str:
    """
    Give the agency word 机关代字 of a district bureau; `00` is the city bureau.

    Raises Invalid for an unknown district.

    >>> agency_word("01"), agency_word("10")
    ('大中国税', '瓦国税')
    """
    words = {"00": _CITY, **_DISTRICTS}
    if district_code not in words:
        raise Invalid("document.unknown_district", district=district_code)
    return words[district_code]


def number(agency: str, kind_word: str, year: int, serial: int) -> str:
    """
    Write a paper's number: hexagonal brackets, no leading zeros, no 第.

    >>> number("大中国税", "预馈", 2010, 12)
    '大中国税预馈〔2010〕12号'
    """
    if serial < 1 or not agency or not kind_word:
        raise Invalid("document.number", agency=agency, kind_word=kind_word, serial=serial)
    return f"{agency}{kind_word}〔{year}〕{serial}号"
