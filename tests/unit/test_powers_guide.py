"""The guide to powers tells what the tables of the policy say."""

from pathlib import Path

import pytest

from caseflow import lines
from caseflow.policy import REACH, VERBS, Reach
from caseflow.vocabulary import Role, Verb

GUIDE = (Path(__file__).parents[2] / "docs" / "guide" / "powers.md").read_text()
WORDS = {
    Reach.CITY: "全市",
    Reach.LINE: "本条线；汇总看全市",
    Reach.DISTRICT: "本局",
    Reach.SECTION: "本科（所）",
    Reach.OWN: "本人管户、主办、协办和经手的任务",
    Reach.NOTHING: "只有经手的任务",
}
_READING = {Verb.READ_CASE, Verb.READ_TAXPAYER}


@pytest.mark.parametrize("role", Role)
def test_a_post_is_told_as_it_is(role: Role) -> None:
    verbs = [verb.zh for verb, roles in VERBS.items() if role in roles and verb not in _READING]
    sight = "不看任务和纳税人" if role is Role.SYS_ADMIN else WORDS[REACH[role]]
    assert f"| {role.zh} | {sight} | {'、'.join(verbs) or '—'} |" in GUIDE


def test_the_lines_are_told_as_they_are() -> None:
    for line, groups in lines.table().groups.items():
        assert f"`{line}` | {' '.join(sorted(groups))} |" in GUIDE


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("lines: [{line: a}]\nwhole: []", "needs `line`"),
        ("lines: [{line: a, groups: [X]}, {line: a, groups: [Y]}]\nwhole: []", "twice"),
    ],
)
def test_a_table_of_lines_at_fault_stops_the_start(tmp_path: Path, text: str, wrong: str) -> None:
    path = tmp_path / "lines.yaml"
    path.write_text(text)
    with pytest.raises(ValueError, match=wrong):
        lines.load(path)
