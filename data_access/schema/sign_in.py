"""Who is signed in, who tried to, and the codes that open an account; secrets are kept as fingerprints only."""

import sqlalchemy as sa

from data_access.schema.columns import Flag, Instant, check, identifier, reference_to, strict_table, text

sign_in_session = strict_table(
    "sign_in_session",
    identifier(),
    reference_to("account", ondelete="CASCADE"),
    text("token_hash", 64, nullable=False, comment="SHA-256 of the cookie; the cookie itself is stored nowhere"),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("last_seen_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False, comment="the session ends then, however busy it is"),
    sa.Column("revoked_at", Instant, comment="NULL = not signed out"),
    sa.UniqueConstraint("token_hash"),
    sa.Index("ix_sign_in_session_account_id", "account_id"),
    check("expires_at > created_at", "expires_at"),
    comment="A browser that signed in",
)

sign_in_attempt = strict_table(
    "sign_in_attempt",
    identifier(),
    text("email_hash", 64, nullable=False, comment="SHA-256 of the address that was typed, known or not"),
    sa.Column("at", Instant, nullable=False),
    sa.Column("succeeded", Flag, nullable=False),
    sa.Index("ix_sign_in_attempt_email_hash_at", "email_hash", "at"),
    comment="One try at signing in with a password, kept for a day to slow down guessing",
)

activation = strict_table(
    "activation",
    identifier(),
    reference_to("account", ondelete="CASCADE"),
    text(
        "code_hash", 64, nullable=False, comment="SHA-256 of the code that was given; the code itself is stored nowhere"
    ),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("used_at", Instant, comment="NULL = not used; a code is used once"),
    sa.UniqueConstraint("code_hash"),
    sa.Index("ix_activation_account_id", "account_id"),
    check("expires_at > created_at", "expires_at"),
    comment="A code with which somebody chooses the password of their account",
)
