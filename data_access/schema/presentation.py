"""The shows that coordinators compose for fairs."""

import sqlalchemy as sa

from data_access import codes
from data_access.schema.columns import Document, check, coded, identifier, strict_table, text, version

presentation = strict_table(
    "presentation",
    identifier(),
    text("name", 60, nullable=False, comment="what its link says"),
    text("slides", 2000, nullable=False, comment="codes of its slides in order, separated by commas"),
    sa.Column("seconds", sa.Integer, nullable=False, comment="how long each slide stays"),
    coded("theme", codes.PRESENTATION_THEMES, "light or dark; auto = as the device asks"),
    sa.Column("titles", Document, comment="titles that were changed, by code of slide; NULL = none"),
    version(),
    sa.UniqueConstraint("name"),
    check("seconds BETWEEN 3 AND 120", "seconds"),
    check("version >= 1", "version"),
    comment="A show for a fair: which slides, in which order, how long",
)
