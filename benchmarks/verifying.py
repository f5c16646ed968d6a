"""Verifying an export with plain Python against the SHA-256 that no verifier can do without.

Usage: python -m benchmarks.verifying [EVENTS]
The floor hashes a leaf and a node for each event in the tightest loop Python has; the verifier
reads lines, computes every hash and chain, the tree and its checkpoints, on one core. Signatures
of writers are drawn from a long export, the same number whatever its length; they are timed apart,
and what the share is with them is told beside. Medians of interleaved rounds, in time of the
processor, since the machine may have other work. The more streams, the slower: their last links no
longer lie in the processor's cache.
"""

from __future__ import annotations

import gc
import hashlib
import statistics
import sys
import tempfile
import time
from pathlib import Path

from caseflow.verifier import verify
from tests.support import exports
from tests.support.exports import Log

EVENTS, ROUNDS = 200_000, 7
LEAST = 0.22
SIGNATURES = 2_000


def main() -> None:
    """Print the comparison; end with 1 when the share is too small."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS
    log = Log().fill(count, cases=count // 20, every=count // 20, note="核查" * 40)
    size = statistics.mean(len(event.leaf) for event in log.events[:1000])
    with tempfile.TemporaryDirectory() as folder:
        path = exports.write(log, Path(folder) / "export")
        told = [(_floor(count, round(size)), _verified(path, log)) for _ in range(ROUNDS)]
    floor, taken = (statistics.median(each) / count * 1e6 for each in zip(*told, strict=True))
    share = statistics.median(floor / taken for floor, taken in told)
    print(f"verifying {count:,} events of {size:.0f} bytes, one core, plain Python")
    print(f"  SHA-256 of leaf and node {floor:6.2f} us an event")
    print(f"  verifier                 {taken:6.2f} us an event, {1 / taken * 1e6:,.0f} a second")
    print(f"  share of raw SHA-256     {share:6.1%}  (at least {LEAST:.0%})")
    drawn = verify.DRAWN * _signature(log) / count * 1e6
    print(f"  with {verify.DRAWN:,} signatures    {floor / (taken + drawn):6.1%}")
    sys.exit(share < LEAST)


def _floor(count: int, size: int) -> float:
    leaf, node, sha256 = bytes(size + 1), bytes(65), hashlib.sha256
    begin = time.process_time()
    for _ in range(count):
        sha256(leaf).digest()
        sha256(node).digest()
    return time.process_time() - begin


def _verified(path: Path, log: Log) -> float:
    """Seconds for all but the writers' signatures."""
    options = verify.options_of([str(path), "--key", str(log.key)])
    drawn, verify.DRAWN = verify.DRAWN, 1
    gc.collect()
    gc.disable()  # as the verifier does where it runs alone
    begin = time.process_time()
    status, found = verify.run(options)
    taken = time.process_time() - begin
    gc.enable()
    verify.DRAWN = drawn
    if status != verify.OK:
        raise SystemExit(f"an honest export was refused: {found.problems[:3]}")
    return taken


def _signature(log: Log) -> float:
    """Seconds for one of many signatures."""
    rows = verify.EVENT.findall(
        "".join(f"{event.line}\n" for event in log.events[:SIGNATURES]).encode()
    )
    batches = [rows[at : at + verify.BATCH] for at in range(0, len(rows), verify.BATCH)]
    public = bytes.fromhex(log.public)
    begin = time.process_time()
    for batch in batches:
        wrong, _ = verify.forged([public], [verify.said(row) for row in batch])
        if wrong:
            raise SystemExit("an honest signature was refused")
    return (time.process_time() - begin) / len(rows)


if __name__ == "__main__":
    main()
