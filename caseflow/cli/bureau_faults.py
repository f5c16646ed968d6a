"""What is wrong with a row of the bureau's tables, said with its place and what to do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from caseflow.cli.speech import sentence
from caseflow.vocabulary import Term

Values = Mapping[str, object]

_SENTENCES: Mapping[str, tuple[str, str]] = {
    "WRONG_COLUMNS": (
        "表头不符：缺少 {missing}；多出 {unknown}；重复 {twice}。表头见 samples/bureau/",
        (
            "wrong header: missing {missing}; unknown {unknown}; twice {twice};"
            " see samples/bureau/ for the headers"
        ),
    ),
    "WRONG_ENCODING": (
        "既不是 UTF-8 也不是 GB18030 编码，请另存后再试",
        "neither UTF-8 nor GB18030; save the file again in one of them",
    ),
    "FILE_EMPTY": ("文件是空的，请填写表头和内容", "the file is empty; fill in header and rows"),
    "FILE_UNREADABLE": ("无法读取，请另存为 CSV 或 XLSX", "unreadable; save it as CSV or XLSX"),
    "FILE_TOO_LARGE": ("文件过大，请分成几个", "the file is too large; split it"),
    "CELL_COUNT": (
        "有 {found} 格，表头只有 {wanted} 格；含逗号的内容请加引号",
        "{found} cells, but the header has {wanted}; quote cells that hold a comma",
    ),
    "MISSING": ("“{column}”没有填，请补上", "“{column}” is empty; fill it in"),
    "UNKNOWN_WORD": (
        "“{column}”没有“{value}”这一项，请填下列之一：{wanted}",
        "“{column}” has no “{value}”; give one of: {wanted}",
    ),
    "BAD_DATE": (
        "“{column}”的“{value}”不是日期，请写成 2009-12-31",
        "“{column}”: “{value}” is no date; write 2009-12-31",
    ),
    "UNIT_TWICE": (
        "单位代码 {code} 重复，请只留一行",
        "unit {code} stands here twice; keep one row",
    ),
    "PARENT_UNKNOWN": (
        "没有上级单位 {parent}，请先加上它的一行，或改正代码",
        "the unit above, {parent}, is unknown; add its row first or correct the code",
    ),
    "PARENT_BELOW": (
        "上级单位 {parent} 排在后面，请移到这一行之前",
        "the unit above, {parent}, comes later; move it before this row",
    ),
    "WRONG_LEVEL": (
        "{level}的上级应为：{wanted}；请改正“级别”或“上级单位代码”",
        "above a {level} there must be: {wanted}; correct the level or the unit above",
    ),
    "SECOND_ROOT": (
        "已有市局 {root}，只能有一个；请给 {code} 填上级单位代码",
        "there is a city bureau, {root}, and only one may be; give {code} a unit above",
    ),
    "UNIT_MOVED": (
        "单位 {code} 已登记在别的上级或级别下，不能改；请用新代码，并给旧单位填止日",
        (
            "unit {code} is on file with another unit above or level, which stay; take a new code"
            " and give the old unit a last day"
        ),
    ),
    "LOGIN_TWICE": (
        "用户名 {login} 重复；每人一个用户名，请改正",
        "login {login} stands here twice; each officer has one of their own",
    ),
    "LOGIN_UNKNOWN": (
        "没有用户名 {login}，请在人员表中加上，或改正",
        "login {login} is unknown; add the officer to the table of officers or correct it",
    ),
    "UNIT_UNKNOWN": (
        "没有单位 {unit}，请在单位表中加上，或改正代码",
        "unit {unit} is unknown; add it to the table of units or correct the code",
    ),
    "POSTS_EXCLUDE": (
        "不相容岗位：{login} 不能同时任{one}和{other}，请去掉一个，或先给旧岗位填止日",
        (
            "incompatible duties: {login} cannot be {one} and {other} at a time; drop one, or give"
            " the old post a last day first"
        ),
    ),
    "POST_TWICE": ("同一岗位重复，请只留一行", "the same post stands here twice; keep one row"),
    "WRONG_SEAT": (
        "{role}须设在{level}，{unit} 不是；请改正单位代码",
        "a {role} sits in a {level}, and {unit} is none; correct the unit",
    ),
    "DATES": (
        "止日 {last} 早于起日 {first}，请改正",
        "the last day, {last}, is before the first, {first}; correct them",
    ),
}


@dataclass(frozen=True)
class Place:
    """A line of a file."""

    path: Path
    line: int


def told(place: Place, code: str, values: Values) -> str:
    """One fault as a line for the operator."""
    chinese, english = _SENTENCES[code]
    said = sentence(
        chinese.format_map({name: _said(value, "zh") for name, value in values.items()}),
        english.format_map({name: _said(value, "en") for name, value in values.items()}),
    )
    where = sentence(f"第 {place.line} 行：", f"line {place.line}:")
    return f"✗ {place.path.name} {where} {said}"


def _said(value: object, language: str) -> str:
    if isinstance(value, Term):
        return value.zh if language == "zh" else value.en
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value
    if isinstance(value, Iterable):
        return ", ".join(_said(each, language) for each in value) or "-"
    if value is None:
        return "（无，空着）" if language == "zh" else "none (empty)"
    return str(value)
