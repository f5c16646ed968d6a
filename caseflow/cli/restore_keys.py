"""What a restored house cannot do for want of a key, and what its operator does about it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow.cli.speech import complain
from caseflow.models import SecondFactor


def tell_missing(session: Session, keys: Path) -> None:
    """Name each key that is not there, with what stops working and what to do."""
    lacking = [name for name in _CHINESE if not (keys / name).exists()]
    holders = session.scalar(select(func.count()).where(SecondFactor.confirmed_at.is_not(None)))
    if "factors" in lacking and not holders:
        lacking.remove("factors")  # made anew with the first device
    if not lacking:
        return
    complain(
        f"{keys} 缺以下密钥。启动前先从保管处取回放入（或清空后用 --keys 重新恢复）；取不回的：",
        f"{keys} lacks these keys. Put them there before the first start, or empty the folder and"
        " restore again with --keys; what is lost for good means:",
    )
    for name in lacking:
        complain(
            f"✗ {name}：{_CHINESE[name].format(n=holders)}",
            f"✗ {name}: {_ENGLISH[name].format(n=holders)}",
        )


# Each key: what stops without it, and what to do.
_CHINESE = {
    "writer": "写入密钥。没有旧钥，新钥无人担保，封存会停（signature）：报告督察内审，"
    "按 docs/operations/record.md「Changing keys」办。",
    "sealer": "日志密钥。别的密钥不能续签这份日志，封存会停（note）；"
    "封存另设机器的，密钥在那台机器上。",
    "factors": "动态码密钥。{n} 人的动态码和恢复码都不能再用，他们登录不了："
    "逐人运行 caseflow users forget-device 用户名，再由本人重新设置。",
    "web": "会话密钥。所有人须重新登录，此外没有影响。",
}
_ENGLISH = {
    "writer": "signs every act. Nothing vouches for a new one, so sealing stops (finding"
    " signature): tell the audit office; see docs/operations/record.md, Changing keys.",
    "sealer": "signs the log. No other can go on with this log, so sealing stops (finding note);"
    " where the sealer stands on a machine of its own, its key is there.",
    "factors": "seals one-time codes. Codes and recovery codes of {n} people are worth nothing any"
    " more, so they cannot sign in: run caseflow users forget-device LOGIN for each, who then"
    " sets up a device anew.",
    "web": "signs the cookies. Everybody signs in again; nothing else is lost.",
}
