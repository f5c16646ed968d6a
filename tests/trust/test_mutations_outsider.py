"""Exports and dossiers that an outsider forged, and dossiers with something changed in them.

None is accepted under the key from outside, none is a crash, and what is called trusted is true.
"""

import json
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from caseflow.verifier import packing, verify
from tests.support import exports
from tests.support.exports import PAPER, Log
from tests.trust import test_mutations as mutations
from tests.trust.conftest import Figures
from tests.trust.counts import count
from tests.trust.tampering import outsider

CASE = "case:9"
EVIDENCE, LATE = "账页".encode(), "合同".encode()
Honest = tuple[Log, Path]
# A forged signature costs the verifier ten times a true one: each share ends in a minute or two.
_SHARES = 4


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Honest:
    log = Log().fill(20, every=5)
    return log, exports.write(log, tmp_path_factory.mktemp("forged") / "export")


@pytest.fixture(scope="module")
def dossier(tmp_path_factory: pytest.TempPathFactory) -> Honest:
    """A case of eight acts with a paper, evidence, and a file that the scanner has not passed."""
    log = Log().fill(20, every=7)
    for number in range(5):
        log.append(CASE, "task.completed", {"turn": number})
    for content in (EVIDENCE, LATE):
        told = {"name": "证据", "sha256": exports.sha256_of(content)}
        log.append(CASE, "attachment.added", told)
    folder = tmp_path_factory.mktemp("forged") / "dossier"
    exports.write_dossier(log, folder, CASE, evidence=[EVIDENCE], withheld=[LATE])
    assert (folder / "papers" / "01.pdf").read_bytes() == PAPER
    return log, folder


def _true_lines(log: Log, trusted: str) -> list[str]:
    """The events that a verdict trusts, as the house has them."""
    name, _, size = trusted.partition(" (")
    if size:
        return [event.line for event in log.events[: int(size[:-1])]]
    stream, _, last = name.rpartition(" #")
    return [event.line for event in log.events if event.stream == stream][: int(last)]


def _judged(folder: Path, log: Log) -> int:
    """The exit code; what is trusted must be what the house has, however the rest lies."""
    status, found = verify.run(verify.options_of([str(folder), "--key", str(log.key)]))
    assert list(verify.report(status, found, None))
    if found.trusted is not None:
        lines = (folder / "events.jsonl").read_bytes().splitlines()
        for line in _true_lines(log, found.trusted):
            assert line.encode() in lines, (found.trusted, found.problems)
    return status


@pytest.mark.parametrize("share", range(_SHARES))
@pytest.mark.parametrize(
    ("name", "forge"), [("export", outsider.export), ("dossier", outsider.dossier)]
)
def test_nothing_that_an_outsider_forged_is_accepted(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    figures: Figures,
    name: str,
    forge: Callable[[Log, Path, Path, Random], str],
    share: int,
) -> None:
    log, honest = request.getfixturevalue(name)
    assert _judged(honest, log) == verify.OK
    random, kinds, verdicts = Random(mutations.seed() + share), Counter[str](), Counter[int]()
    asked = count(20, long=1_000) // _SHARES
    for _ in range(asked):
        folder = tmp_path / "forged"
        kinds[forge(log, honest, folder, random).split("_")[0]] += 1
        verdicts[_judged(folder, log)] += 1
        shutil.rmtree(folder)
    assert verdicts[verify.OK] == 0
    assert verdicts.total() == asked
    told = {f"by_{kind}": number for kind, number in sorted(kinds.items())}
    figures("mutations", **{f"outsider_{name}s": asked}, accepted=0, crashes=0, **told)


def test_no_mutated_dossier_is_accepted(dossier: Honest, figures: Figures) -> None:
    log, folder = dossier
    names = sorted(
        each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()
    )
    random, verdicts = Random(mutations.seed()), Counter[int]()
    asked = count(20, long=1_000)
    for _ in range(asked):
        for _name in mutations.mutated(folder, random, names):
            verdicts[_judged(folder, log)] += 1
    assert verdicts[verify.OK] == 0
    assert verdicts.total() == asked
    figures("mutations", dossiers=asked, accepted=0, crashes=0)


def test_the_log_shows_a_mutated_dossier_though_the_writer_signs_it_anew(
    dossier: Honest, figures: Figures
) -> None:
    """Of the acts only their order in the file may be another: it says nothing."""
    log, folder = dossier
    kept = {name: (folder / name).read_bytes() for name in (packing.MANIFEST, packing.SIGNATURE)}
    truth = sorted((folder / "events.jsonl").read_bytes().splitlines())
    names = ["events.jsonl", "index.pdf", "case.json", "papers/01.pdf", "files/01.txt"]
    random, verdicts = Random(mutations.seed()), Counter[int]()
    asked = count(20, long=1_000)
    for _ in range(asked):
        for name in mutations.mutated(folder, random, names):
            exports.sign_again(log, folder, [name])
            status = _judged(folder, log)
            if status == verify.OK:
                assert sorted((folder / "events.jsonl").read_bytes().splitlines()) == truth
            verdicts[status] += 1
    for name, content in kept.items():
        (folder / name).write_bytes(content)
    assert verdicts.total() == asked
    same = verdicts[verify.OK]
    figures("mutations", dossiers_signed_anew=asked, same_acts_in_other_order=same, crashes=0)
    assert _judged(folder, log) == verify.OK


def test_what_the_outsider_signs_would_be_sound_with_his_key(
    export: Honest, tmp_path: Path
) -> None:
    """The control: it is the key from outside that refuses him, not a slip of his hand."""
    log, _ = export
    own = Log(writer=outsider.WRITER, sealer=outsider.SEALER).fill(30, every=7)
    folder = exports.write(own, tmp_path / "own")
    status, found = verify.run(verify.options_of([str(folder)]))
    assert (status, found.problems) == (verify.OK, [])
    assert json.loads((folder / "keys.json").read_text())["log"] == str(outsider.OWN)
    assert _judged(folder, log) == verify.BROKEN
