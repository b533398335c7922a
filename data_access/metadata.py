"""What a database says of its own data: invented or real, and which writing it has reached."""

from datetime import date

import sqlalchemy as sa

from data_access.schema import data_version as version_table
from data_access.schema import dataset


def is_demonstration(connection: sa.Connection) -> bool:
    """Whether the data are invented; every screen and export then says so."""
    return bool(connection.execute(sa.select(dataset.c.demonstration).where(dataset.c.id == 1)).scalar())


def demonstration_as_of(connection: sa.Connection) -> date | None:
    """The day the demonstration data were made for; None for real data."""
    return connection.execute(sa.select(dataset.c.as_of).where(dataset.c.id == 1)).scalar()


def data_version(connection: sa.Connection) -> int:
    """A number that grows with every write, whoever made it: what was read at one number still holds at the same."""
    return int(connection.execute(sa.select(version_table.c.n).where(version_table.c.id == 1)).scalar_one())
