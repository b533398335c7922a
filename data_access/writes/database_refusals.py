"""A refusal of the database itself, as a problem the screens can tell: the last line, when the rules above missed it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import sqlalchemy as sa

from data_access.refusals import Problem, Refused, Rule

# A trigger names its rule itself; a check constraint is named in the message of both engines, quoted on PostgreSQL.
_TRIGGER_RULE: Final = re.compile(r"rule: (\w+)")
_INSUFFICIENT_PRIVILEGE: Final = "42501"
_CONSTRAINT: Final = re.compile(r"\bck_\w+")


@contextmanager
def told_as_refusals() -> Iterator[None]:
    """Turns what the database refuses by a trigger, a check or a key into Refused; the transaction is lost all the same.

    The message of the database stays out of it: it may quote what people typed. What row-level security refuses is a want
    of right.
    """
    try:
        yield
    except sa.exc.ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) != _INSUFFICIENT_PRIVILEGE:
            raise
        raise Refused([Problem(Rule.NOT_YOUR_ROLE)]) from None
    except sa.exc.IntegrityError as error:
        raise Refused([Problem(Rule.REFUSED_BY_DATABASE, "", {"rule": broken_rule(error)})]) from None


def broken_rule(error: sa.exc.IntegrityError) -> str:
    """The name of the rule, from the message of either engine; `integrity` for a key."""
    text = str(error.orig)
    named = _TRIGGER_RULE.search(text)
    if named:
        return named.group(1)
    constraint = _CONSTRAINT.search(text)
    return constraint.group(0) if constraint else "integrity"
