CREATE TABLE sign_in_attempt (
    id INTEGER NOT NULL,
    email_hash TEXT NOT NULL,
    at TEXT NOT NULL,
    succeeded INTEGER NOT NULL,
    CONSTRAINT pk_sign_in_attempt PRIMARY KEY (id),
    CONSTRAINT ck_sign_in_attempt_email_hash_length CHECK (length(email_hash) BETWEEN 1 AND 64),
    CONSTRAINT ck_sign_in_attempt_at_format CHECK (at IS datetime(at, '+0 days') AND at >= '0001-01-02' AND at < '9999-12-31'),
    CONSTRAINT ck_sign_in_attempt_succeeded_format CHECK (succeeded IN (0, 1))
)
 STRICT;

CREATE INDEX ix_sign_in_attempt_email_hash_at ON sign_in_attempt (email_hash, at);

CREATE TABLE activation (
    id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    code_hash TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT,
    CONSTRAINT pk_activation PRIMARY KEY (id),
    CONSTRAINT ck_activation_code_hash_length CHECK (length(code_hash) BETWEEN 1 AND 64),
    CONSTRAINT uq_activation_code_hash UNIQUE (code_hash),
    CONSTRAINT ck_activation_expires_at CHECK (expires_at > created_at),
    CONSTRAINT ck_activation_created_at_format CHECK (created_at IS datetime(created_at, '+0 days') AND created_at >= '0001-01-02' AND created_at < '9999-12-31'),
    CONSTRAINT ck_activation_expires_at_format CHECK (expires_at IS datetime(expires_at, '+0 days') AND expires_at >= '0001-01-02' AND expires_at < '9999-12-31'),
    CONSTRAINT ck_activation_used_at_format CHECK (used_at IS datetime(used_at, '+0 days') AND used_at >= '0001-01-02' AND used_at < '9999-12-31'),
    CONSTRAINT fk_activation_account_id FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE
)
 STRICT;

CREATE INDEX ix_activation_account_id ON activation (account_id);

CREATE TABLE sign_in_session (
    id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    token_hash TEXT NOT NULL,
    created_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    revoked_at TEXT,
    CONSTRAINT pk_sign_in_session PRIMARY KEY (id),
    CONSTRAINT ck_sign_in_session_token_hash_length CHECK (length(token_hash) BETWEEN 1 AND 64),
    CONSTRAINT uq_sign_in_session_token_hash UNIQUE (token_hash),
    CONSTRAINT ck_sign_in_session_expires_at CHECK (expires_at > created_at),
    CONSTRAINT ck_sign_in_session_created_at_format CHECK (created_at IS datetime(created_at, '+0 days') AND created_at >= '0001-01-02' AND created_at < '9999-12-31'),
    CONSTRAINT ck_sign_in_session_last_seen_at_format CHECK (last_seen_at IS datetime(last_seen_at, '+0 days') AND last_seen_at >= '0001-01-02' AND last_seen_at < '9999-12-31'),
    CONSTRAINT ck_sign_in_session_expires_at_format CHECK (expires_at IS datetime(expires_at, '+0 days') AND expires_at >= '0001-01-02' AND expires_at < '9999-12-31'),
    CONSTRAINT ck_sign_in_session_revoked_at_format CHECK (revoked_at IS datetime(revoked_at, '+0 days') AND revoked_at >= '0001-01-02' AND revoked_at < '9999-12-31'),
    CONSTRAINT fk_sign_in_session_account_id FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE
)
 STRICT;

CREATE INDEX ix_sign_in_session_account_id ON sign_in_session (account_id);
