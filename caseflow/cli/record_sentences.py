"""Sentences for what the record's own commands refuse: keys, checkpoints, proofs, ceremonies."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "log_key": (
        "{file} 不是封存密钥。请换回原密钥文件；密钥遗失时按《留痕运维》更换密钥。",
        (
            "{file} holds no sealer's key. Put the former file back, or change the key as told in"
            " docs/operations/record.md."
        ),
    ),
}
