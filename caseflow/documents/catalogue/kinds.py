"""What is fixed about a kind of paper, and the few words with which the catalogue says it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from caseflow.documents.catalogue.shapes import (
    Column,
    Facts,
    Field,
    Given,
    Grid,
    Items,
    Part,
    Say,
    Shape,
    Source,
    Talk,
    Text,
    Words,
)
from caseflow.documents.internal import WarningFeedback, WarningTask
from caseflow.documents.outward import (
    InquiryLetter,
    InspectionNotice,
    InterviewNotice,
    InterviewRecord,
    InvoiceStop,
    OnsiteNotice,
    OnsiteRecord,
    SelfCheckNotice,
    ServiceReceipt,
)
from caseflow.documents.sheets import Sheet
from caseflow.vocabulary import PaperKind, Role

PaperData = (
    InquiryLetter
    | InspectionNotice
    | InterviewNotice
    | InterviewRecord
    | InvoiceStop
    | OnsiteNotice
    | OnsiteRecord
    | SelfCheckNotice
    | ServiceReceipt
    | Sheet
    | WarningFeedback
    | WarningTask
)

CHIEF = (Role.SECTION_CHIEF,)
LEADER = (Role.DISTRICT_DIRECTOR, Role.DISTRICT_DEPUTY)
DIRECTOR = (Role.DISTRICT_DIRECTOR,)
OFFICERS = (Role.TAX_ADMINISTRATOR,)
DIVISION = (Role.DIVISION_CHIEF,)
CITY = (Role.CITY_DIRECTOR, Role.CITY_DEPUTY)
ANALYSIS = (Role.POST_ANALYSIS,)
INSPECTION = (Role.INSPECTOR,)
LEGAL = (Role.LEGAL_REVIEWER,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """
    What is fixed about a kind of paper.

    `kind_word` is empty for kinds without a number; `office_word` stands instead when a tax office
    issues it. `template` names the file of the layout, if it is not that of the `shape`; a changed
    layout or legal text gets a higher `version`. `law_of` names the field with the day whose law
    holds, if it is not the paper's own. A blank form shows fields that nobody filled in.
    `office_limit` names an amount and the most that a tax office decides in its own name.
    `signed_as` names papers whose signing steps decide on this one too, `signed_on` the forms of
    other steps that do; what was said before the form `begun_on` was last handed in signs nothing.
    Of a kind that `is_of_a_round` each paper has the opinions given since the
    one before.
    """

    kind: PaperKind
    kind_word: str = ""
    office_word: str = ""
    is_outward: bool = False
    signs: tuple[Role, ...] = ()
    retention_years: int | None = 10
    data: type[PaperData] = Sheet
    template: str = ""
    version: int = 4
    shape: Shape = Shape.SHEET
    fields: tuple[Field, ...] = ()
    opening: tuple[Text, ...] = ()
    parts: tuple[Part, ...] = ()
    signatures: tuple[str, ...] = ()
    law_of: str = ""
    is_blank: bool = False
    is_sealed: bool = False
    office_limit: tuple[str, Decimal] | None = None
    signed_as: tuple[PaperKind, ...] = ()
    signed_on: tuple[str, ...] = ()
    begun_on: str = ""
    is_of_a_round: bool = False

    @property
    def is_numbered(self) -> bool:
        """Say whether a number is taken when the paper is issued."""
        return bool(self.kind_word)

    @property
    def layout(self) -> str:
        """The file of the template."""
        return self.template or f"{self.shape.value}.typ"

    def word(self, *, by_office: bool) -> str:
        """The kind word 文种字 under which its number is taken."""
        return self.office_word if by_office and self.office_word else self.kind_word


def text(key: str, zh: str, *also: str, default: str = "") -> Field:
    """A text that an officer typed or chose."""
    return Field(key=key, zh=zh, also=also, default=default)


def needed(key: str, zh: str, *also: str) -> Field:
    """A text without which the paper is not issued."""
    return Field(key=key, zh=zh, also=also, is_required=True)


def day(key: str, zh: str, *also: str, limit: str = "") -> Field:
    """A date; with a limit, that many days from today when nobody set one."""
    return Field(key=key, zh=zh, say=Say.DATE, also=also, limit=limit)


def moment(key: str, zh: str, *also: str) -> Field:
    """A date with its time."""
    return Field(key=key, zh=zh, say=Say.MOMENT, also=also)


def money(key: str, zh: str, *also: str) -> Field:
    """An amount in yuan."""
    return Field(key=key, zh=zh, say=Say.MONEY, also=also)


def number(key: str, zh: str, *also: str, limit: str = "") -> Field:
    """A number; with a limit, what the limit says when nobody set one."""
    return Field(key=key, zh=zh, say=Say.NUMBER, also=also, limit=limit)


def column(key: str, zh: str, *also: str, width: float = 1.0) -> Column:
    """A column of words."""
    return Column(key=key, zh=zh, also=also, width=width)


def figures(key: str, zh: str, *also: str, width: float = 1.0) -> Column:
    """A column of amounts."""
    return Column(key=key, zh=zh, say=Say.MONEY, also=also, width=width)


def counted(key: str, zh: str, *also: str, width: float = 1.0) -> Column:
    """A column of numbers."""
    return Column(key=key, zh=zh, say=Say.NUMBER, also=also, width=width)


def days(key: str, zh: str, *also: str, width: float = 1.0) -> Column:
    """A column of dates."""
    return Column(key=key, zh=zh, say=Say.DATE, also=also, width=width)


def moments(key: str, zh: str, *also: str, width: float = 1.0) -> Column:
    """A column of dates with their times."""
    return Column(key=key, zh=zh, say=Say.MOMENT, also=also, width=width)


def law(words: str, *, since: date = date.min, until: date = date.max) -> Text:
    """A text of law, and when it holds."""
    return Text(text=words, since=since, until=until)


def says(title: str, *words: str | Text) -> Words:
    """A part of texts alone."""
    texts = tuple(each if isinstance(each, Text) else Text(text=each) for each in words)
    return Words(title=title, texts=texts)


def typed(title: str, *keys: str, then: tuple[str | Text, ...] = ()) -> Words:
    """A part that officers typed, and what stands after it."""
    texts = tuple(each if isinstance(each, Text) else Text(text=each) for each in then)
    return Words(title=title, keys=keys, texts=texts)


def items(title: str, key: str) -> Items:
    """A numbered list."""
    return Items(title=title, key=key)


def facts(title: str, *keys: str) -> Facts:
    """Names and values."""
    return Facts(title=title, keys=keys)


def grid(
    title: str,
    key: str,
    *columns: Column,
    also: tuple[str, ...] = (),
    sums: tuple[str, ...] = (),
    each: str = "",
) -> Grid:
    """A table of rows."""
    return Grid(title=title, key=key, columns=columns, also=also, sums=sums, each=each)


def talk(title: str, key: str, *also: str) -> Talk:
    """Questions and answers."""
    return Talk(title=title, key=key, also=also)


def rest(*without: str) -> Given:
    """What else the signing steps asked, but for some answers that are no matter of the paper."""
    return Given(title="记载事项", source=Source.ANSWERS, without=without)


TAXPAYER = Given(title="纳税人基本情况", source=Source.TAXPAYER)
AMOUNTS = Given(title="有关税额", source=Source.AMOUNTS)
SUMS = Given(title="税款和滞纳金", source=Source.SUMS)
DOUBTS = Given(title="疑点及结论", source=Source.DOUBTS)
TO_CHECK = Given(title="疑点", source=Source.DOUBTS)
CHECKED = Given(title="逐个疑点核查", source=Source.CHECKED)
STEPS = Given(title="规定的核查步骤", source=Source.STEPS)
EVIDENCE = Given(title="证据目录", source=Source.EVIDENCE)
STAFF = Given(title="承办人员", source=Source.OFFICERS)
ISSUED = Given(title="已出具文书", source=Source.PAPERS)
COURSE = Given(title="办理经过", source=Source.COURSE)
REST = rest()

# Whoever is not content with an act, [L 88] and the laws of appeal and suit.
_SUIT_LAW = date(2015, 5, 1)
_LAST_OF_THREE_MONTHS = date(2015, 4, 30)


def appeal_or_suit(act: str) -> tuple[Text, Text]:
    """How to object to an act: to the tax authority above, or before a court."""
    appeal = f"对{act}不服的，可以自收到之日起六十日内向上一级税务机关申请行政复议"
    return (
        law(f"{appeal}，或者自收到之日起三个月内依法向人民法院起诉。", until=_LAST_OF_THREE_MONTHS),
        law(f"{appeal}，或者自收到之日起六个月内依法向人民法院起诉。", since=_SUIT_LAW),
    )


APPEAL_OR_SUIT = appeal_or_suit("本决定")
PAY_THEN_APPEAL = (
    "你单位同我局在纳税上有争议的，依照《中华人民共和国税收征收管理法》第八十八条第一款的规定，"
    "必须先依照本文书缴纳税款及滞纳金或者提供相应的担保，"
    "然后可以自税款及滞纳金缴清或者担保得到确认之日起六十日内依法申请行政复议；"
    "对行政复议决定不服的，可以依法向人民法院起诉。"
)
