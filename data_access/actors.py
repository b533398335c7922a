"""Who acts: every write is told, checks it, and writes it down."""

from dataclasses import dataclass, field
from typing import Final, Literal

Role = Literal["administrator", "coordinator", "animator", "viewer", "public", "check_in", "open_data"]
"""The last three have no account: a visitor at a fair, whoever scans the code on the wall of a centre, and the publication
of open data."""


@dataclass(frozen=True)
class Actor:
    """A person who is using the application, or a program that acts in their place.

    `name` is what the audit keeps: the e-mail address of the account. `centres` are the codes of the centres an
    animator keeps, or the one whose code was scanned; the other roles have none of their own.
    """

    name: str
    role: Role
    centres: frozenset[str] = field(default_factory=frozenset)

    def owns(self, centre_code: str) -> bool:
        """Whether what is done at that centre is this person's to ask about, where their role lets them ask."""
        return self.role == "coordinator" or centre_code in self.centres

    def may_enter(self, centre_code: str) -> bool:
        """Whether this person may record figures of that centre."""
        return self.enters and self.owns(centre_code)

    def may_check_in(self, centre_code: str) -> bool:
        """Whether this person may note an anonymous arrival at that centre, and its departure."""
        return (self.enters or self.role == "check_in") and self.owns(centre_code)

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
PUBLICATION: Final = Actor("publication", "open_data")
"""What is published for anybody: it sees no name and no count of few people."""


def check_in_of(centre_code: str) -> Actor:
    """Whoever stands before the code of that centre."""
    return Actor(f"code QR {centre_code}", "check_in", frozenset({centre_code}))
