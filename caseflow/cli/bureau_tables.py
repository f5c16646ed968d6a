"""Tables of units, officers and posts as a bureau keeps them, read row by row."""

import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from caseflow.cli.bureau_faults import Place, Values
from caseflow.lake import reading
from caseflow.services.bureau import OfficerRow, PostRow, UnitRow, name_key
from caseflow.services.roster import Tables
from caseflow.vocabulary import Invalid, Role, Term, UnitLevel

_YES = {"是", "yes", "1", "true"}
_NO = {"否", "no", "0", "false", ""}
_BETWEEN = re.compile(r"[-/.年月]")


class _Bad(Exception):
    """A cell that cannot be used."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def _text(cell: str) -> str | None:
    return cell or None


def _day(cell: str) -> date | None:
    if not cell:
        return None
    try:
        year, month, day = map(int, _BETWEEN.split(cell.removesuffix("日")))
        return date(year, month, day)
    except ValueError as error:
        raise _Bad("BAD_DATE", value=cell) from error


def _flag(cell: str) -> bool:
    if cell.lower() in _YES:
        return True
    if cell.lower() in _NO:
        return False
    raise _Bad("UNKNOWN_WORD", value=cell, wanted=("是 yes", "否 no"))


def _trades(cell: str) -> tuple[str, ...]:
    """How the industry codes begin, such as 63 or 6311, with anything between them."""
    found = tuple(re.findall(r"[^\s,，;；、]+", cell))
    if not all(re.fullmatch(r"[0-9]{1,4}", each) for each in found):
        raise _Bad("UNKNOWN_WORD", value=cell, wanted=("63", "6311"))
    return found


def _household_kind(cell: str) -> str | None:
    words = {"企业": "enterprise", "个体": "individual", "两者": "both"}
    if cell in ("", *words.values()):
        return cell or None
    if cell in words:
        return words[cell]
    wanted = tuple(f"{zh} {en}" for zh, en in words.items())
    raise _Bad("UNKNOWN_WORD", value=cell, wanted=wanted)


def _term(terms: type[Term]) -> Callable[[str], Term]:
    """A word of a closed list by identifier, Chinese or English."""
    known = {word.lower(): each for each in terms for word in (each.value, each.zh, each.en)}

    def read(cell: str) -> Term:
        if cell.lower() not in known:
            raise _Bad("UNKNOWN_WORD", value=cell, wanted=tuple(terms))
        return known[cell.lower()]

    return read


@dataclass(frozen=True)
class _Column:
    name: str
    zh: str
    en: str
    read: Callable[[str], object] = _text
    is_required: bool = False


_LAST_DAYS = (
    _Column("valid_from", "起日", "first day", _day),
    _Column("valid_to", "止日", "last day", _day),
)
_COLUMNS: Mapping[str, Sequence[_Column]] = {
    "units": (
        _Column("code", "单位代码", "unit code", is_required=True),
        _Column("parent", "上级单位代码", "unit above"),
        _Column("name", "单位名称", "name", is_required=True),
        _Column("name_en", "英文名称", "English name"),
        _Column("short_name", "简称", "short name"),
        _Column("level", "级别", "level", _term(UnitLevel), is_required=True),
        _Column("agency_word", "机关代字", "agency word"),
        _Column("is_tax_office", "税务所标志", "tax office", _flag),
        *_LAST_DAYS,
    ),
    "officers": (
        _Column("login", "用户名", "login", is_required=True),
        _Column("name", "姓名", "name", is_required=True),
        _Column("name_en", "英文姓名", "English name"),
        _Column("certificate", "执法证号", "certificate"),
    ),
    "posts": (
        _Column("login", "用户名", "login", is_required=True),
        _Column("role", "岗位", "post", _term(Role), is_required=True),
        _Column("unit", "单位代码", "unit code", is_required=True),
        _Column("line", "条线", "line"),
        _Column("household_kind", "管户类型", "household kind", _household_kind),
        _Column("trades", "持证行业", "certified trades", _trades),
        *_LAST_DAYS,
    ),
}


class Reading:
    """The rows of all files, where each stands, and what was wrong with those left out."""

    def __init__(self) -> None:
        """Begin with nothing read."""
        self.faults: list[tuple[Place, str, Values]] = []
        self.places: dict[str, list[Place]] = {name: [] for name in _COLUMNS}
        self._units: list[UnitRow] = []
        self._officers: list[OfficerRow] = []
        self._posts: list[PostRow] = []

    def tables(self) -> Tables:
        """The rows read so far; row n of a table stands at ``places[table][n]``."""
        return Tables(self._units, self._officers, self._posts)

    def read(self, path: Path) -> None:
        """Add the rows of a file; its header tells which of the three tables it is."""
        with tempfile.TemporaryDirectory() as workspace:
            try:
                table = reading.read(path, Path(workspace))
            except Invalid as refusal:
                line = refusal.values.get("line", 1)
                place = Place(path, line if isinstance(line, int) else 1)
                self.faults.append((place, refusal.code, refusal.values))
                return
            kind, columns, complaint = _columns_of(table.header)
            if complaint:
                self.faults.append((Place(path, 1), "WRONG_COLUMNS", complaint))
                return
            for _number, line, cells in table.records():
                if any(cell.strip() for cell in cells):
                    self._add(kind, columns, cells, Place(path, line))

    def _add(
        self, kind: str, columns: Sequence[_Column], cells: Sequence[str], place: Place
    ) -> None:
        if len(cells) != len(columns):
            values = {"found": len(cells), "wanted": len(columns)}
            self.faults.append((place, "CELL_COUNT", values))
            return
        found: dict[str, str] = {each.name: "" for each in _COLUMNS[kind]}
        found |= {each.name: cell.strip() for each, cell in zip(columns, cells, strict=True)}
        row: dict[str, object] = {}
        sound = True
        for column in _COLUMNS[kind]:
            try:
                row[column.name] = _read(column, found[column.name])
            except _Bad as bad:
                shown = f"{column.zh} {column.en}"
                self.faults.append((place, bad.code, {"column": shown, **bad.values}))
                sound = False
        if sound:
            self._keep(kind, row)
            self.places[kind].append(place)

    def _keep(self, kind: str, row: Mapping[str, object]) -> None:
        if kind == "posts":
            self._posts.append(PostRow(**row))  # type: ignore[arg-type]  # read by its column
            return
        english = row["name_en"] or name_key(str(row["name"])).title()
        if kind == "units":
            short = row["short_name"] or row["name"]
            whole = {**row, "name_en": english, "short_name": short}
            self._units.append(UnitRow(**whole))  # type: ignore[arg-type]  # read by its column
        else:
            whole = {**row, "name_en": english, "is_demo": False}
            self._officers.append(OfficerRow(**whole))  # type: ignore[arg-type]  # read by its column


def _read(column: _Column, cell: str) -> object:
    if column.is_required and not cell:
        raise _Bad("MISSING")
    return column.read(cell)


def _columns_of(header: Sequence[str]) -> tuple[str, Sequence[_Column], Values | None]:
    """The table whose columns the header names best, the columns in order, what is wrong."""
    titles = [title.strip().lstrip("\ufeff") for title in header]
    kind = max(_COLUMNS, key=lambda name: _fit(_COLUMNS[name], titles))
    known = _by_title(_COLUMNS[kind])
    columns = [known[_plain(title)] for title in titles if _plain(title) in known]
    names = [column.name for column in columns]
    complaint = {
        "missing": [
            f"{each.zh} {each.en}"
            for each in _COLUMNS[kind]
            if each.is_required and each.name not in names
        ],
        "unknown": [title or "“”" for title in titles if _plain(title) not in known],
        "twice": [each.zh for each in columns if names.count(each.name) > 1],
    }
    return kind, columns, complaint if any(complaint.values()) else None


def _fit(columns: Sequence[_Column], titles: Sequence[str]) -> tuple[bool, int]:
    """Whether all required columns are named, and how many columns are."""
    known = _by_title(columns)
    named = {known[_plain(title)].name for title in titles if _plain(title) in known}
    return all(each.name in named for each in columns if each.is_required), len(named)


def _by_title(columns: Sequence[_Column]) -> dict[str, _Column]:
    return {_plain(title): each for each in columns for title in (each.name, each.zh, each.en)}


def _plain(title: str) -> str:
    return title.lower().replace(" ", "_")
