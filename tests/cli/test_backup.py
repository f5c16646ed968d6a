"""`caseflow backup` into a folder that holds something: refused in one language."""

from pathlib import Path

import pytest

from caseflow.cli import backup
from caseflow.cli.refusals import tell
from caseflow.config import BadSetting


@pytest.mark.parametrize(
    ("language", "told", "not_told"),
    [("zh", "请给出新的空文件夹", "empty"), ("en", "is not empty", "请")],
)
def test_a_folder_that_holds_something_is_refused_in_one_language(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    language: str,
    told: str,
    not_told: str,
) -> None:
    monkeypatch.setenv("CASEFLOW_LANG", language)
    (tmp_path / "MANIFEST.json").write_text("{}")
    with pytest.raises(BadSetting) as refused:
        backup.backup.main([str(tmp_path)], standalone_mode=False)
    assert tell(refused.value) == 2
    said = capsys.readouterr().err
    assert told in said
    assert not_told not in said
