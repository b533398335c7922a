CREATE TABLE erasure (
    id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    salt TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    erased_at TEXT NOT NULL,
    reason TEXT NOT NULL,
    CONSTRAINT pk_erasure PRIMARY KEY (id),
    CONSTRAINT ck_erasure_salt_length CHECK (length(salt) BETWEEN 1 AND 32),
    CONSTRAINT ck_erasure_fingerprint_length CHECK (length(fingerprint) BETWEEN 1 AND 64),
    CONSTRAINT ck_erasure_reason CHECK (reason IN ('request', 'mistake', 'retention')),
    CONSTRAINT uq_erasure_fingerprint UNIQUE (fingerprint),
    CONSTRAINT ck_erasure_erased_at_format CHECK (erased_at IS datetime(erased_at, '+0 days') AND erased_at >= '0001-01-02' AND erased_at < '9999-12-31')
)
 STRICT;

CREATE INDEX ix_erasure_person_id ON erasure (person_id);
