"""One writer at a time for what no row stands for yet: a request being stored, the next number of a list."""

import sqlalchemy as sa


def take_turn(connection: sa.Connection, about: str) -> None:
    """Waits until nobody else writes about the same thing, then keeps the turn until the transaction ends.

    SQLite has one writer at a time for the whole database, whose turn `writing` took.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(about, 0))))
