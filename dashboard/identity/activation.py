"""The link with which somebody chooses the password of their account, once, within a day."""

from datetime import datetime

import sqlalchemy as sa

from dashboard.configuration.settings import load_settings
from dashboard.identity.sessions import real_now
from dashboard.identity.tokens import fingerprint, new_secret
from data_access.engine import writing
from data_access.rights import Actor
from data_access.writes.accounts import issue_code


def new_link(engine: sa.Engine, actor: Actor, account_id: int) -> tuple[str, datetime]:
    """The link to hand over, and until when it is good; links given before are worth nothing any more."""
    secret, settings = new_secret(), load_settings()
    with writing(engine, actor) as connection:
        until = issue_code(connection, actor, account_id=account_id, code_hash=fingerprint(secret), now=real_now())
    here = settings.public_address.rstrip("/") or f"http://{settings.host}:{settings.port}"
    return f"{here}/activation?code={secret}", until
