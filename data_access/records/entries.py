"""What every entry has beside its own fields, and how its texts are made plain."""

import re
import unicodedata
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from data_access.records.visits import RequestKey
from data_access.refusals import Rule

_UNSEEN: Final = dict.fromkeys(map(ord, "\u200b\u200c\u2060\ufeff\u00ad"))
# No database stores them, nor can be asked about them.
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
LOST_SIGN: Final = "\ufffd"
"""Stands where a sign could not be kept; a text that holds one is refused."""


def clean(text: object) -> object:
    """A text in composed form, without what nobody sees at its ends or inside; None for one that says nothing."""
    if not isinstance(text, str):
        return text
    seen = unicodedata.normalize("NFC", text).translate(_UNSEEN).strip()
    return _UNSTORABLE.sub(LOST_SIGN, seen) or None


PlainText = Annotated[str, BeforeValidator(clean)]
"""A text that says something."""
OptionalText = Annotated[str | None, BeforeValidator(clean)]
"""A text, None for a blank."""


class EntryRecord(BaseModel):
    """One entry as its author sees it when saving.

    `base_version` is the version that was read before correcting, 0 for a new entry; `request_key` is made once for each
    thing that somebody wants recorded: sent twice, it is recorded once. `confirmed` are the unusual things the author has
    already said are right.
    """

    model_config = ConfigDict(frozen=True, strict=True)

    base_version: int = 0
    request_key: RequestKey | None = None
    confirmed: frozenset[Rule] = Field(default_factory=frozenset)
