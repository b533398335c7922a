"""The second factor: a secret that an application on one's telephone shares, its codes, and those for when it is lost."""

import secrets
from datetime import datetime
from typing import Final

import pyotp
import segno

from dashboard.configuration.database import database
from dashboard.identity import signing
from dashboard.identity.signing import fingerprint
from data_access.engine import writing
from data_access.reads.accounts import factor_of
from data_access.writes.accounts import set_second_factor, take_step, use_recovery_code

ISSUER: Final = "CyberCantal"
_PURPOSE: Final = "second factor"
_STEP_SECONDS: Final = 30
# A telephone may be late or early by half a minute.
_STEPS: Final = (-1, 0, 1)
_RECOVERY_CODES: Final = 10
# Without the letters and figures that are taken for one another. 16 of 32 signs: nobody guesses one.
_SIGNS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_GROUPS: Final = 4
_GROUP: Final = 4


def new_shared_secret() -> str:
    """A secret to share with an application: 160 bits, in base 32."""
    return pyotp.random_base32()


def qr_code(secret: str, email: str) -> str:
    """The picture that an application reads, as SVG."""
    address = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)
    return str(
        segno.make(address, error="m", micro=False).svg_inline(
            scale=4, border=4, dark="#000000", light="#FFFFFF", title="Code QR de la clé", omitsize=True
        )
    )


def new_recovery_codes() -> list[str]:
    """Codes to print and put away."""
    return [
        "-".join("".join(secrets.choice(_SIGNS) for _ in range(_GROUP)) for _ in range(_GROUPS))
        for _ in range(_RECOVERY_CODES)
    ]


def set_up(account_id: int, secret: str, code: str, *, now: datetime) -> list[str] | None:
    """Makes a secret the second factor of an account once a code proves that it is shared, and answers the recovery codes."""
    step = _step_of(secret, code, now)
    if step is None:
        return None
    codes = new_recovery_codes()
    with writing(database()) as connection:
        set_second_factor(
            connection,
            account_id=account_id,
            secret=signing.seal(_PURPOSE, secret),
            step=step,
            code_hashes=[recovery_print(account_id, code) for code in codes],
            now=now,
        )
    return codes


def is_right(account_id: int, typed: str, *, now: datetime) -> bool:
    """Whether somebody typed the code of now, or one of their recovery codes; either is good for once."""
    code = _plain(typed)
    with writing(database()) as connection:
        factor = factor_of(connection, account_id=account_id)
        if factor is None:
            return False
        if not (code.isascii() and code.isdigit()):
            return use_recovery_code(
                connection, account_id=account_id, code_hash=recovery_print(account_id, code), now=now
            )
        secret = signing.unseal(_PURPOSE, factor.secret)
        step = None if secret is None else _step_of(secret, code, now)
        return step is not None and take_step(connection, account_id=account_id, step=step)


def recovery_print(account_id: int, code: str) -> str:
    """What is stored in the place of a recovery code."""
    return fingerprint(f"{account_id} {_plain(code)}")


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """The half minute whose code it is; None for none near now."""
    # Counted in half minutes from now, so that a code of the half minute before is known as such.
    current, made = int(now.timestamp()) // _STEP_SECONDS, pyotp.HOTP(secret)
    return next((current + late for late in _STEPS if made.verify(_plain(code), current + late)), None)


def _plain(typed: str) -> str:
    return "".join(sign for sign in typed.upper() if sign.isalnum())[:40]
