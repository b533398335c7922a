"""Accounts, as an administrator enters them."""

from typing import Literal

from data_access.records.entries import EntryRecord, OptionalText


class AccountRecord(EntryRecord):
    """Somebody who may sign in; `centres` are the codes of those an animator keeps."""

    email: OptionalText = None
    display_name: OptionalText = None
    role: Literal["administrator", "coordinator", "animator", "viewer"] = "viewer"
    centres: tuple[str, ...] = ()
    active: bool = True
