"""Who acts: every write is told, checks it, and writes it down."""

from dataclasses import dataclass, field
from typing import Final, Literal

Role = Literal["administrator", "coordinator", "animator", "viewer", "public"]
"""The last one has no account: a visitor at a fair."""


@dataclass(frozen=True)
class Actor:
    """A person who is using the application, or a program that acts in their place.

    `name` is what the audit keeps: the e-mail address of the account. `centres` are the codes of the centres an
    animator keeps; the other roles have none of their own.
    """

    name: str
    role: Role
    centres: frozenset[str] = field(default_factory=frozenset)

    def may_enter(self, centre_code: str) -> bool:
        """Whether this person may record figures of that centre."""
        return self.role == "coordinator" or (self.role == "animator" and centre_code in self.centres)

    @property
    def coordinates(self) -> bool:
        """Whether this person may record what concerns the whole network."""
        return self.role == "coordinator"

    @property
    def enters(self) -> bool:
        """Whether this person records figures at all, be it for one centre."""
        return self.role in ("coordinator", "animator")


COMMAND_LINE: Final = Actor("commande@localhost", "coordinator")
"""Who runs a command on the server has its database in hand anyway."""
VISITOR: Final = Actor("visite", "public")
"""Who has not said who they are."""
PUBLICATION: Final = Actor("publication", "viewer")
"""What is published for anybody is read with the rights of a viewer, who sees no name and no count of few people."""
