"""The second factor: a device that shows one-time codes, and the codes kept for its loss.

A code is taken once. Secrets are sealed with a key that lies outside the database, so that who
reads the database alone cannot show a code.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import ColumnElement, delete, exists, func, select, update
from sqlalchemy.orm import Session

from caseflow import clock, one_time_codes
from caseflow.models import RecoveryCode, SecondFactor
from caseflow.services import place, record
from caseflow.vocabulary import Actor, Conflict, Invalid, NotFound

RECOVERY_CODES = 10
_RECOVERY_BYTES = 10
_NONCE_BYTES = 12
_KEY_BYTES = 32


def is_set(session: Session, user_id: int) -> bool:
    """Whether a person has a second factor that was confirmed."""
    factor = session.get(SecondFactor, user_id)
    return factor is not None and factor.confirmed_at is not None


def has_device(user_id: int) -> ColumnElement[bool]:
    """The condition that ``is_set`` decides."""
    return exists().where(SecondFactor.user_id == user_id, SecondFactor.confirmed_at.is_not(None))


def recovery_left(session: Session, user_id: int) -> int:
    """How many recovery codes are not used yet."""
    left = select(func.count()).where(
        RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None)
    )
    return session.scalar(left) or 0


def begin(session: Session, actor: Actor, user_id: int) -> bytes:
    """Make a secret to be confirmed; one begun before and not confirmed is replaced.

    Raises:
        Conflict: there is a factor already; it is removed first.
    """
    if is_set(session, user_id):
        raise Conflict("factor_is_set")
    secret = secrets.token_bytes(one_time_codes.SECRET_BYTES)
    session.execute(delete(SecondFactor).where(SecondFactor.user_id == user_id))
    session.add(
        SecondFactor(
            user_id=user_id,
            secret=_sealed(user_id, secret),
            created_at=clock.wall(),
            confirmed_at=None,
            last_step=None,
        )
    )
    session.flush()  # a second one beside it is refused here, not at the end
    record.append(session, actor, f"user:{user_id}", action="factor.begun", payload={})
    return secret


def begun(session: Session, user_id: int) -> bytes | None:
    """The secret that waits to be confirmed."""
    factor = session.get(SecondFactor, user_id)
    if factor is None or factor.confirmed_at is not None:
        return None
    return _opened(user_id, factor.secret)


def confirm(session: Session, actor: Actor, user_id: int, typed: str) -> tuple[str, ...]:
    """Take the first code of a new device; returns the recovery codes, which are told once.

    Raises:
        NotFound: nothing was begun; Invalid: the code does not fit.
    """
    factor = session.get(SecondFactor, user_id, with_for_update=True)
    if factor is None or factor.confirmed_at is not None:
        raise NotFound("factor_not_begun")
    step = one_time_codes.fitting_step(
        _opened(user_id, factor.secret), typed, now=clock.wall(), after=None
    )
    if step is None:
        raise Invalid("code_wrong")
    factor.confirmed_at, factor.last_step = clock.wall(), step
    record.append(session, actor, f"user:{user_id}", action="factor.set", payload={})
    return _new_recovery_codes(session, user_id)


def take(session: Session, actor: Actor, user_id: int, typed: str) -> bool:
    """Take a code of the device, or a recovery code, once; False when it does not fit."""
    factor = session.get(SecondFactor, user_id, with_for_update=True, populate_existing=True)
    if factor is None or factor.confirmed_at is None:
        return False
    step = one_time_codes.fitting_step(
        _opened(user_id, factor.secret), typed, now=clock.wall(), after=factor.last_step
    )
    if step is not None:
        factor.last_step = step
        return True
    used = session.scalar(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.code_sha256 == _digest(user_id, typed),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.wall())
        .returning(RecoveryCode.user_id)
    )
    if used is None:
        return False
    left = recovery_left(session, user_id)
    payload = {"left": left}
    record.append(session, actor, f"user:{user_id}", action="factor.recovery_used", payload=payload)
    return True


def was_last(session: Session, user_id: int, typed: str) -> bool:
    """Whether this is the code that was last taken, while it would still be shown.

    Who is told so has shown a code that was right and is spent: it opens nothing any more.
    """
    factor = session.get(SecondFactor, user_id)
    if factor is None or factor.last_step is None:
        return False
    secret = _opened(user_id, factor.secret)
    return factor.last_step == one_time_codes.fitting_step(
        secret, typed, now=clock.wall(), after=factor.last_step - 1
    )


def renew_recovery_codes(session: Session, actor: Actor, user_id: int) -> tuple[str, ...]:
    """Make new recovery codes; the old ones are worth nothing any more.

    Raises:
        NotFound: there is no second factor to recover.
    """
    if not is_set(session, user_id):
        raise NotFound("factor_not_set")
    record.append(session, actor, f"user:{user_id}", action="factor.recovery_renewed", payload={})
    return _new_recovery_codes(session, user_id)


def remove(session: Session, actor: Actor, user_id: int) -> None:
    """Take a second factor away with its recovery codes.

    Raises:
        NotFound: there is none.
    """
    if not is_set(session, user_id):
        raise NotFound("factor_not_set")
    session.execute(delete(SecondFactor).where(SecondFactor.user_id == user_id))
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    record.append(session, actor, f"user:{user_id}", action="factor.removed", payload={})


def _new_recovery_codes(session: Session, user_id: int) -> tuple[str, ...]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = tuple(_recovery_code() for _ in range(RECOVERY_CODES))
    session.add_all(
        RecoveryCode(user_id=user_id, code_sha256=_digest(user_id, code), used_at=None)
        for code in codes
    )
    return codes


def _recovery_code() -> str:
    """Eighty random bits in four groups of letters and digits that are not mistaken."""
    text = base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode().lower()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def _digest(user_id: int, code: str) -> bytes:
    plain = "".join(each for each in code.lower() if each.isalnum())
    return hashlib.sha256(f"{user_id}:{plain}".encode("utf-8", "replace")).digest()


def _sealed(user_id: int, secret: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(_key()).encrypt(nonce, secret, _bound_to(user_id))


def _opened(user_id: int, sealed: bytes) -> bytes:
    """The secret.

    Raises:
        Conflict: it was sealed for somebody else, or with a key that is no longer here.
    """
    nonce, text = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        return AESGCM(_key()).decrypt(nonce, text, _bound_to(user_id))
    except InvalidTag as error:
        raise Conflict("factor_sealed") from error


def _bound_to(user_id: int) -> bytes:
    """What is sealed for one person does not open for another."""
    return f"caseflow/second-factor/{user_id}".encode()


def _key() -> bytes:
    """The key of this installation; made once, read by every process."""
    folder: Path = place.here().keys
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "factors"
    if not path.exists():
        draft = path.with_name(f"factors.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        # A link appears whole or not at all: two processes starting together agree on one key.
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_bytes()
