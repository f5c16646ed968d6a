"""An indicator's page says in words how it is computed and when it warns."""

import pytest

from caseflow import clock
from caseflow.models import IndicatorVersion
from tests.web.conftest import Bureau

CONTENT = {
    "zh": "增值税税负率",
    "en": "VAT burden",
    "group": "VAT",
    "aspect": "burden",
    "period": "quarter",
    "unit": "ratio",
    "formula_zh": "(增值税应纳税额)÷(应税销售额)",
    "case_type": "TA",
    "steps": ["V03"],
    "step_names": {"V03": "申报表与财务报表核对"},
    "risk_points": ["RP29"],
    "sources": ["S43A2"],
}


def _keep(bureau: Bureau, code: str, version: int, threshold: str) -> None:
    content = {**CONTENT, "threshold": threshold}
    with bureau.database.transaction() as session:
        session.add(
            IndicatorVersion(
                code=code,
                version=version,
                sha256=f"{code}{version}",
                content=content,
                recorded_at=clock.now(),
            )
        )


@pytest.mark.parametrize(
    ("threshold", "words"),
    [
        ("fixed None 0.3 True high 0", "高于 30.00%"),
        ("fixed None 0.3 False high 0", "达到或高于 30.00%"),
        ("fixed 0.02 None True low 0", "低于 2.00%"),
        ("abs_gt -0.3 0.3 True both 0", "升降幅度超过 30.00%（高于 30.00% 或低于 −30.00%）"),
        ("outside 0.8 1.2 True both 0", "低于 80.00% 或高于 120.00%"),
        ("inside 0.9 1.0 True both 0", "在 90.00% 与 100.00% 之间（含两端）"),
        ("peer_sigma None None True both 2.0", "偏离同行均值超过 2 倍标准差"),
        ("peer_ratio None None True low 0.7", "低于同行均值的 70.00%"),
        ("percentile None None True high 95.0", "高于同行第 95 百分位"),
        ("flag None None True both 0", "上述条件成立"),
    ],
)
def test_limit_is_said_in_words(bureau: Bureau, threshold: str, words: str) -> None:
    code = threshold.replace(" ", "-")
    _keep(bureau, code, 1, threshold)
    page = bureau.visitor("officer").get(f"/indicators/{code}").text
    assert f"<p>{words}</p>" in page
    assert ("同行为行业代码" in page) == threshold.startswith(("peer", "percentile"))


def test_warning_leads_to_the_version_that_raised_it(bureau: Bureau) -> None:
    _keep(bureau, "VAT-001", 2, "peer_ratio None None True low 0.9")
    officer = bureau.visitor("officer")
    assert 'href="/indicators/VAT-001?version=1"' in officer.get("/cases/2").text
    latest = officer.get("/indicators/VAT-001").text
    assert "低于同行均值的 90.00%" in latest
    for text in ("申报表与财务报表核对", "账外经营隐瞒收入", "国税发[2005]43号 附件2", "v1</a>"):
        assert text in latest
