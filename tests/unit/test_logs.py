"""What a log line may hold: words, numbers and hashes of ours, never a name or a tax number."""

import json
import logging
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseflow import logs
from caseflow.vocabulary import Conflict

_HAN = re.compile("[\u4e00-\u9fff]")
_LOG = logging.getLogger("caseflow.test")


def _line(message: str, *args: object, error: BaseException | None = None) -> dict[str, object]:
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("caseflow.test", logging.INFO, __file__, 1, message, args, info)
    told: dict[str, object] = json.loads(logs.Lines().format(record))
    return told


def test_pairs_of_a_message_become_fields() -> None:
    told = _line("event=swept sweep=%s count=%d", "wake_due", 3)
    assert (told["event"], told["sweep"], told["count"]) == ("swept", "wake_due", "3")


def test_what_is_said_of_a_request_stands_on_each_of_its_lines() -> None:
    with logs.about(request="abc"):
        assert _line("event=one")["request"] == "abc"
    assert "request" not in _line("event=two")


@given(st.text(), st.from_regex(r"[0-9]{6}[0-9A-Z]{9,14}", fullmatch=True))
def test_no_line_holds_a_name_or_a_tax_number(text: str, tin: str) -> None:
    line = json.dumps(_line("refused %s for %s 大连甲有限公司", text, tin), ensure_ascii=False)
    assert not _HAN.search(line)
    assert not re.search(rf"(?<![0-9A-Za-z]){tin}(?![0-9A-Za-z])", line)


_NUMBERS = st.one_of(
    st.from_regex(r"[1-9][0-9]{16}[0-9Xx]", fullmatch=True),  # identity
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),  # mobile
)


@given(st.text(), _NUMBERS, st.sampled_from(["", "+", "电话", "id=", '{"tel": "', "\uff08"]))
def test_no_line_holds_an_identity_or_a_mobile_number(text: str, number: str, before: str) -> None:
    line = json.dumps(_line("refused %s for %s%s, again", text, before, number))
    assert not re.search(rf"(?<![0-9A-Za-z]){number}(?![0-9A-Za-z])", line)
    assert "#" in line


@pytest.mark.parametrize("at", range(270, 300))
def test_number_at_the_end_of_a_long_line_is_covered_before_the_line_is_cut(at: int) -> None:
    told = _line("%s 21020219700101123x", "." * at)
    assert "2102" not in str(told["text"])


def _refuse() -> None:
    raise Conflict("taken", by="张晓晨", tin="210202123456789")


def test_an_error_is_told_by_kind_and_place_without_what_it_says() -> None:
    with pytest.raises(Conflict) as raised:
        _refuse()
    told = _line("event=failed", error=raised.value)["error"]
    assert isinstance(told, dict)
    assert (told["kind"], told["code"]) == ("Conflict", "taken")
    assert any("_refuse" in place for place in told["at"])
    assert "210202123456789" not in json.dumps(told)


def test_hashes_and_case_numbers_stay_whole() -> None:
    receipt = f"case:17#4:{'a1' * 32}"
    assert logs.cleaned(f"{receipt} 03WV2010000127") == f"{receipt} 03WV2010000127"
    job = "123456789abc 1234567890abcdef"  # marks of requests and jobs, which begin as they like
    assert logs.cleaned(job) == job


def test_each_day_has_its_file_and_lines_are_appended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_LOG, "propagate", False)
    first, second = logs.Folder(tmp_path / "logs", "web"), logs.Folder(tmp_path / "logs", "web")
    for handler in (first, second):
        handler.setFormatter(logs.Lines())
        handler.emit(logging.makeLogRecord({"msg": "event=hello", "levelname": "INFO"}))
    (file,) = (tmp_path / "logs").iterdir()
    assert file.name == f"web-{datetime.now(UTC):%Y-%m-%d}.jsonl"
    assert [json.loads(line)["event"] for line in file.read_text().splitlines()] == ["hello"] * 2
