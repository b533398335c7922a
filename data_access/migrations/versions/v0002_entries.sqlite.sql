CREATE TABLE entry_draft (
    id INTEGER NOT NULL,
    actor TEXT NOT NULL,
    form TEXT NOT NULL,
    about TEXT NOT NULL,
    base_version INTEGER NOT NULL,
    typed TEXT NOT NULL,
    saved_at TEXT NOT NULL,
    CONSTRAINT pk_entry_draft PRIMARY KEY (id),
    CONSTRAINT ck_entry_draft_actor_length CHECK (length(actor) BETWEEN 1 AND 254),
    CONSTRAINT ck_entry_draft_form_length CHECK (length(form) BETWEEN 1 AND 60),
    CONSTRAINT ck_entry_draft_about_length CHECK (length(about) BETWEEN 1 AND 200),
    CONSTRAINT uq_entry_draft_actor_form_about UNIQUE (actor, form, about),
    CONSTRAINT ck_entry_draft_typed_format CHECK (typed IS NULL OR json_valid(typed)),
    CONSTRAINT ck_entry_draft_saved_at_format CHECK (saved_at IS datetime(saved_at, '+0 days') AND saved_at >= '0001-01-02' AND saved_at < '9999-12-31')
)
 STRICT;

CREATE TABLE import_batch (
    id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    file_name TEXT NOT NULL,
    imported_at TEXT NOT NULL,
    imported_by TEXT NOT NULL,
    added INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    undone_at TEXT,
    undone_by TEXT,
    CONSTRAINT pk_import_batch PRIMARY KEY (id),
    CONSTRAINT ck_import_batch_kind CHECK (kind IN ('attendance', 'members', 'placements', 'sessions', 'events')),
    CONSTRAINT ck_import_batch_file_name_length CHECK (length(file_name) BETWEEN 1 AND 200),
    CONSTRAINT ck_import_batch_imported_by_length CHECK (length(imported_by) BETWEEN 1 AND 254),
    CONSTRAINT ck_import_batch_undone_by_length CHECK (length(undone_by) BETWEEN 1 AND 254),
    CONSTRAINT ck_import_batch_counts CHECK (added >= 0 AND changed >= 0 AND unchanged >= 0),
    CONSTRAINT ck_import_batch_imported_at_format CHECK (imported_at IS datetime(imported_at, '+0 days') AND imported_at >= '0001-01-02' AND imported_at < '9999-12-31'),
    CONSTRAINT ck_import_batch_undone_at_format CHECK (undone_at IS datetime(undone_at, '+0 days') AND undone_at >= '0001-01-02' AND undone_at < '9999-12-31')
)
 STRICT;

CREATE TABLE week_reopening (
    id INTEGER NOT NULL,
    centre_id INTEGER NOT NULL,
    week_start TEXT NOT NULL,
    reopened_at TEXT NOT NULL,
    reopened_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    open_until TEXT NOT NULL,
    CONSTRAINT pk_week_reopening PRIMARY KEY (id),
    CONSTRAINT ck_week_reopening_reopened_by_length CHECK (length(reopened_by) BETWEEN 1 AND 254),
    CONSTRAINT ck_week_reopening_reason_length CHECK (length(reason) BETWEEN 1 AND 400),
    CONSTRAINT ck_week_reopening_week_start_format CHECK (week_start IS date(week_start, '+0 days') AND week_start >= '0001-01-01'),
    CONSTRAINT ck_week_reopening_reopened_at_format CHECK (reopened_at IS datetime(reopened_at, '+0 days') AND reopened_at >= '0001-01-02' AND reopened_at < '9999-12-31'),
    CONSTRAINT ck_week_reopening_open_until_format CHECK (open_until IS date(open_until, '+0 days') AND open_until >= '0001-01-01'),
    CONSTRAINT fk_week_reopening_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id) ON DELETE CASCADE
)
 STRICT;

CREATE INDEX ix_week_reopening_centre_id_week_start ON week_reopening (centre_id, week_start);

CREATE TRIGGER import_batch_insert_version AFTER INSERT ON import_batch BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER import_batch_update_version AFTER UPDATE ON import_batch BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER import_batch_delete_version AFTER DELETE ON import_batch BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER week_reopening_insert_version AFTER INSERT ON week_reopening BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER week_reopening_update_version AFTER UPDATE ON week_reopening BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER week_reopening_delete_version AFTER DELETE ON week_reopening BEGIN
  UPDATE data_version SET n = n + 1;
END;
