CREATE TABLE presentation (
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    slides TEXT NOT NULL,
    seconds INTEGER NOT NULL,
    theme TEXT NOT NULL,
    titles TEXT,
    version INTEGER DEFAULT 1 NOT NULL,
    CONSTRAINT pk_presentation PRIMARY KEY (id),
    CONSTRAINT ck_presentation_name_length CHECK (length(name) BETWEEN 1 AND 60),
    CONSTRAINT ck_presentation_slides_length CHECK (length(slides) BETWEEN 1 AND 2000),
    CONSTRAINT ck_presentation_theme CHECK (theme IN ('auto', 'light', 'dark')),
    CONSTRAINT uq_presentation_name UNIQUE (name),
    CONSTRAINT ck_presentation_seconds CHECK (seconds BETWEEN 3 AND 120),
    CONSTRAINT ck_presentation_version CHECK (version >= 1),
    CONSTRAINT ck_presentation_titles_format CHECK (titles IS NULL OR json_valid(titles))
)
 STRICT;

CREATE TRIGGER presentation_insert_version AFTER INSERT ON presentation BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER presentation_update_version AFTER UPDATE ON presentation BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER presentation_delete_version AFTER DELETE ON presentation BEGIN
  UPDATE data_version SET n = n + 1;
END;
