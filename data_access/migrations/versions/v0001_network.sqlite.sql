CREATE TABLE account (
    id INTEGER NOT NULL,
    email TEXT NOT NULL,
    display_name TEXT NOT NULL,
    role TEXT NOT NULL,
    password_hash TEXT,
    oidc_subject TEXT,
    active INTEGER DEFAULT 1 NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    CONSTRAINT pk_account PRIMARY KEY (id),
    CONSTRAINT ck_account_email_length CHECK (length(email) BETWEEN 1 AND 254),
    CONSTRAINT ck_account_display_name_length CHECK (length(display_name) BETWEEN 1 AND 120),
    CONSTRAINT ck_account_role CHECK (role IN ('administrator', 'coordinator', 'animator', 'viewer')),
    CONSTRAINT uq_account_email UNIQUE (email),
    CONSTRAINT uq_account_oidc_subject UNIQUE (oidc_subject),
    CONSTRAINT ck_account_email_lower_case CHECK (email = lower(email)),
    CONSTRAINT ck_account_active_format CHECK (active IN (0, 1))
)
 STRICT;

CREATE TABLE audit_entry (
    id INTEGER NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    table_name TEXT NOT NULL,
    row_key TEXT NOT NULL,
    "before" TEXT,
    "after" TEXT,
    CONSTRAINT pk_audit_entry PRIMARY KEY (id),
    CONSTRAINT ck_audit_entry_actor_length CHECK (length(actor) BETWEEN 1 AND 254),
    CONSTRAINT ck_audit_entry_action_length CHECK (length(action) BETWEEN 1 AND 60),
    CONSTRAINT ck_audit_entry_table_name_length CHECK (length(table_name) BETWEEN 1 AND 60),
    CONSTRAINT ck_audit_entry_row_key_length CHECK (length(row_key) BETWEEN 1 AND 200),
    CONSTRAINT ck_audit_entry_at_format CHECK (at IS datetime(at, '+0 days') AND at >= '0001-01-02' AND at < '9999-12-31'),
    CONSTRAINT ck_audit_entry_before_format CHECK (before IS NULL OR json_valid(before)),
    CONSTRAINT ck_audit_entry_after_format CHECK (after IS NULL OR json_valid(after))
)
 STRICT;

CREATE INDEX ix_audit_entry_at ON audit_entry (at);

CREATE INDEX ix_audit_entry_table_name_row_key ON audit_entry (table_name, row_key);

CREATE TABLE calendar_day (
    day TEXT NOT NULL,
    weekday INTEGER NOT NULL,
    week_start TEXT NOT NULL,
    month_start TEXT NOT NULL,
    public_holiday TEXT,
    CONSTRAINT pk_calendar_day PRIMARY KEY (day),
    CONSTRAINT ck_calendar_day_day_format CHECK (day IS date(day, '+0 days') AND day >= '0001-01-01'),
    CONSTRAINT ck_calendar_day_week_start_format CHECK (week_start IS date(week_start, '+0 days') AND week_start >= '0001-01-01'),
    CONSTRAINT ck_calendar_day_month_start_format CHECK (month_start IS date(month_start, '+0 days') AND month_start >= '0001-01-01')
)
 STRICT;

CREATE INDEX ix_calendar_day_month_start ON calendar_day (month_start);

CREATE INDEX ix_calendar_day_week_start ON calendar_day (week_start);

CREATE TABLE centre (
    id INTEGER NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    insee_code TEXT NOT NULL,
    address TEXT,
    postcode TEXT,
    latitude REAL,
    longitude REAL,
    location_precision TEXT,
    operator_name TEXT,
    operator_kind TEXT,
    phone TEXT,
    email TEXT,
    website TEXT,
    opened_on TEXT,
    closed_on TEXT,
    note TEXT,
    version INTEGER DEFAULT 1 NOT NULL,
    CONSTRAINT pk_centre PRIMARY KEY (id),
    CONSTRAINT ck_centre_code_length CHECK (length(code) BETWEEN 1 AND 40),
    CONSTRAINT ck_centre_name_length CHECK (length(name) BETWEEN 1 AND 160),
    CONSTRAINT ck_centre_kind CHECK (kind IN ('telecentre', 'coworking', 'telecentre_coworking_fablab')),
    CONSTRAINT ck_centre_status CHECK (status IN ('open', 'planned', 'closed')),
    CONSTRAINT ck_centre_address_length CHECK (length(address) BETWEEN 1 AND 200),
    CONSTRAINT ck_centre_location_precision CHECK (location_precision IN ('address', 'street', 'commune')),
    CONSTRAINT ck_centre_operator_name_length CHECK (length(operator_name) BETWEEN 1 AND 160),
    CONSTRAINT ck_centre_operator_kind CHECK (operator_kind IN ('intercommunality', 'commune', 'chamber', 'association', 'university', 'department', 'other')),
    CONSTRAINT ck_centre_phone_length CHECK (length(phone) BETWEEN 1 AND 40),
    CONSTRAINT ck_centre_email_length CHECK (length(email) BETWEEN 1 AND 254),
    CONSTRAINT ck_centre_website_length CHECK (length(website) BETWEEN 1 AND 300),
    CONSTRAINT ck_centre_note_length CHECK (length(note) BETWEEN 1 AND 2000),
    CONSTRAINT uq_centre_code UNIQUE (code),
    CONSTRAINT ck_centre_insee_code CHECK (length(insee_code) = 5),
    CONSTRAINT ck_centre_postcode CHECK (length(postcode) = 5),
    CONSTRAINT ck_centre_latitude CHECK (latitude BETWEEN -90 AND 90),
    CONSTRAINT ck_centre_longitude CHECK (longitude BETWEEN -180 AND 180),
    CONSTRAINT ck_centre_closed_after_opened CHECK (closed_on >= opened_on),
    CONSTRAINT ck_centre_open_has_a_date CHECK (status <> 'open' OR opened_on IS NOT NULL),
    CONSTRAINT ck_centre_closed_has_a_date CHECK (status <> 'closed' OR closed_on IS NOT NULL),
    CONSTRAINT ck_centre_opened_on_format CHECK (opened_on IS date(opened_on, '+0 days') AND opened_on >= '0001-01-01'),
    CONSTRAINT ck_centre_closed_on_format CHECK (closed_on IS date(closed_on, '+0 days') AND closed_on >= '0001-01-01')
)
 STRICT;

CREATE TABLE commune (
    insee_code TEXT NOT NULL,
    name TEXT NOT NULL,
    population INTEGER NOT NULL,
    epci_siren TEXT NOT NULL,
    epci_name TEXT NOT NULL,
    longitude REAL NOT NULL,
    latitude REAL NOT NULL,
    CONSTRAINT pk_commune PRIMARY KEY (insee_code),
    CONSTRAINT ck_commune_name_length CHECK (length(name) BETWEEN 1 AND 120),
    CONSTRAINT ck_commune_epci_name_length CHECK (length(epci_name) BETWEEN 1 AND 160),
    CONSTRAINT ck_commune_insee_code CHECK (length(insee_code) = 5)
)
 STRICT;

CREATE TABLE data_version (
    id INTEGER NOT NULL,
    n INTEGER NOT NULL,
    CONSTRAINT pk_data_version PRIMARY KEY (id),
    CONSTRAINT ck_data_version_one_row CHECK (id = 1)
)
 STRICT;

CREATE TABLE dataset (
    id INTEGER NOT NULL,
    demonstration INTEGER DEFAULT 0 NOT NULL,
    as_of TEXT,
    seed INTEGER,
    CONSTRAINT pk_dataset PRIMARY KEY (id),
    CONSTRAINT ck_dataset_one_row CHECK (id = 1),
    CONSTRAINT ck_dataset_demonstration_format CHECK (demonstration IN (0, 1)),
    CONSTRAINT ck_dataset_as_of_format CHECK (as_of IS date(as_of, '+0 days') AND as_of >= '0001-01-01')
)
 STRICT;

CREATE TABLE information_meeting (
    id INTEGER NOT NULL,
    held_on TEXT NOT NULL,
    place TEXT NOT NULL,
    attendees INTEGER,
    interested INTEGER,
    version INTEGER DEFAULT 1 NOT NULL,
    CONSTRAINT pk_information_meeting PRIMARY KEY (id),
    CONSTRAINT ck_information_meeting_place_length CHECK (length(place) BETWEEN 1 AND 160),
    CONSTRAINT uq_information_meeting_held_on_place UNIQUE (held_on, place),
    CONSTRAINT ck_information_meeting_attendees CHECK (attendees >= 0),
    CONSTRAINT ck_information_meeting_interested CHECK (interested BETWEEN 0 AND attendees),
    CONSTRAINT ck_information_meeting_held_on_format CHECK (held_on IS date(held_on, '+0 days') AND held_on >= '0001-01-01')
)
 STRICT;

CREATE TABLE person (
    id INTEGER NOT NULL,
    family_name TEXT,
    given_name TEXT,
    email TEXT,
    phone TEXT,
    status TEXT NOT NULL,
    home_insee_code TEXT,
    directory_consent TEXT,
    created_at TEXT DEFAULT CURRENT_TIMESTAMP NOT NULL,
    erased_at TEXT,
    version INTEGER DEFAULT 1 NOT NULL,
    CONSTRAINT pk_person PRIMARY KEY (id),
    CONSTRAINT ck_person_family_name_length CHECK (length(family_name) BETWEEN 1 AND 120),
    CONSTRAINT ck_person_given_name_length CHECK (length(given_name) BETWEEN 1 AND 120),
    CONSTRAINT ck_person_email_length CHECK (length(email) BETWEEN 1 AND 254),
    CONSTRAINT ck_person_phone_length CHECK (length(phone) BETWEEN 1 AND 40),
    CONSTRAINT ck_person_status CHECK (status IN ('independent', 'employee', 'mobile', 'founder', 'job_seeker', 'other')),
    CONSTRAINT ck_person_home_insee_code CHECK (length(home_insee_code) = 5),
    CONSTRAINT ck_person_named_unless_erased CHECK (erased_at IS NOT NULL OR family_name IS NOT NULL),
    CONSTRAINT ck_person_erased_is_nameless CHECK (erased_at IS NULL OR (family_name IS NULL AND given_name IS NULL AND email IS NULL AND phone IS NULL)),
    CONSTRAINT ck_person_directory_consent_format CHECK (directory_consent IS date(directory_consent, '+0 days') AND directory_consent >= '0001-01-01'),
    CONSTRAINT ck_person_created_at_format CHECK (created_at IS datetime(created_at, '+0 days') AND created_at >= '0001-01-02' AND created_at < '9999-12-31'),
    CONSTRAINT ck_person_erased_at_format CHECK (erased_at IS datetime(erased_at, '+0 days') AND erased_at >= '0001-01-02' AND erased_at < '9999-12-31')
)
 STRICT;

CREATE INDEX ix_person_family_name_given_name ON person (family_name, given_name);

CREATE TABLE published_figure (
    id INTEGER NOT NULL,
    indicator TEXT NOT NULL,
    label TEXT NOT NULL,
    year_from INTEGER NOT NULL,
    year_to INTEGER NOT NULL,
    value REAL NOT NULL,
    unit TEXT NOT NULL,
    precision TEXT NOT NULL,
    source TEXT NOT NULL,
    CONSTRAINT pk_published_figure PRIMARY KEY (id),
    CONSTRAINT ck_published_figure_indicator_length CHECK (length(indicator) BETWEEN 1 AND 60),
    CONSTRAINT ck_published_figure_label_length CHECK (length(label) BETWEEN 1 AND 160),
    CONSTRAINT ck_published_figure_unit_length CHECK (length(unit) BETWEEN 1 AND 40),
    CONSTRAINT ck_published_figure_precision_length CHECK (length(precision) BETWEEN 1 AND 160),
    CONSTRAINT ck_published_figure_source_length CHECK (length(source) BETWEEN 1 AND 300),
    CONSTRAINT uq_published_figure_indicator_year_from_year_to_source UNIQUE (indicator, year_from, year_to, source),
    CONSTRAINT ck_published_figure_year_to CHECK (year_to >= year_from)
)
 STRICT;

CREATE TABLE stale_mark (
    id INTEGER NOT NULL,
    centre_id INTEGER NOT NULL,
    first_day TEXT NOT NULL,
    last_day TEXT,
    CONSTRAINT pk_stale_mark PRIMARY KEY (id),
    CONSTRAINT ck_stale_mark_first_day_format CHECK (first_day IS date(first_day, '+0 days') AND first_day >= '0001-01-01'),
    CONSTRAINT ck_stale_mark_last_day_format CHECK (last_day IS date(last_day, '+0 days') AND last_day >= '0001-01-01')
)
 STRICT;

CREATE INDEX ix_stale_mark_centre_id_first_day ON stale_mark (centre_id, first_day);

CREATE TABLE welcome_session (
    id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    starts_on TEXT,
    ends_on TEXT,
    place TEXT,
    applications INTEGER,
    selected INTEGER,
    project_holders INTEGER,
    people INTEGER,
    precision TEXT,
    source TEXT,
    version INTEGER DEFAULT 1 NOT NULL,
    CONSTRAINT pk_welcome_session PRIMARY KEY (id),
    CONSTRAINT ck_welcome_session_place_length CHECK (length(place) BETWEEN 1 AND 160),
    CONSTRAINT ck_welcome_session_precision_length CHECK (length(precision) BETWEEN 1 AND 120),
    CONSTRAINT ck_welcome_session_source_length CHECK (length(source) BETWEEN 1 AND 300),
    CONSTRAINT uq_welcome_session_number UNIQUE (number),
    CONSTRAINT ck_welcome_session_number CHECK (number >= 1),
    CONSTRAINT ck_welcome_session_ends_on CHECK (ends_on >= starts_on),
    CONSTRAINT ck_welcome_session_applications CHECK (applications >= 0 AND selected >= 0),
    CONSTRAINT ck_welcome_session_project_holders CHECK (project_holders >= 0),
    CONSTRAINT ck_welcome_session_people CHECK (people >= project_holders),
    CONSTRAINT ck_welcome_session_starts_on_format CHECK (starts_on IS date(starts_on, '+0 days') AND starts_on >= '0001-01-01'),
    CONSTRAINT ck_welcome_session_ends_on_format CHECK (ends_on IS date(ends_on, '+0 days') AND ends_on >= '0001-01-01')
)
 STRICT;

CREATE TABLE account_centre (
    account_id INTEGER NOT NULL,
    centre_id INTEGER NOT NULL,
    CONSTRAINT pk_account_centre PRIMARY KEY (account_id, centre_id),
    CONSTRAINT fk_account_centre_account_id FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE,
    CONSTRAINT fk_account_centre_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id) ON DELETE CASCADE
)
 STRICT;

CREATE TABLE agreement (
    id INTEGER NOT NULL,
    centre_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    seat_kind TEXT NOT NULL,
    formula TEXT NOT NULL,
    signed_on TEXT NOT NULL,
    ended_on TEXT,
    exit_reason TEXT,
    version INTEGER DEFAULT 1 NOT NULL,
    CONSTRAINT pk_agreement PRIMARY KEY (id),
    CONSTRAINT ck_agreement_seat_kind CHECK (seat_kind IN ('office', 'open_space')),
    CONSTRAINT ck_agreement_formula CHECK (formula IN ('half_day', 'day', 'week', 'month')),
    CONSTRAINT ck_agreement_exit_reason CHECK (exit_reason IN ('own_premises', 'moved', 'job_change', 'project_stopped', 'price', 'other')),
    CONSTRAINT uq_agreement_centre_id_person_id_signed_on UNIQUE (centre_id, person_id, signed_on),
    CONSTRAINT ck_agreement_ended_on CHECK (ended_on >= signed_on),
    CONSTRAINT ck_agreement_exit_reason_needs_an_end CHECK (exit_reason IS NULL OR ended_on IS NOT NULL),
    CONSTRAINT ck_agreement_signed_on_format CHECK (signed_on IS date(signed_on, '+0 days') AND signed_on >= '0001-01-01'),
    CONSTRAINT ck_agreement_ended_on_format CHECK (ended_on IS date(ended_on, '+0 days') AND ended_on >= '0001-01-01'),
    CONSTRAINT fk_agreement_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
    CONSTRAINT fk_agreement_person_id FOREIGN KEY(person_id) REFERENCES person (id)
)
 STRICT;

CREATE INDEX ix_agreement_person_id ON agreement (person_id);

CREATE INDEX ix_agreement_signed_on_ended_on ON agreement (signed_on, ended_on);

CREATE TABLE attendance_summary (
    centre_id INTEGER NOT NULL,
    seat_kind TEXT NOT NULL,
    week_start TEXT NOT NULL,
    month_start TEXT NOT NULL,
    calendar_half_days INTEGER NOT NULL,
    offered_half_days INTEGER NOT NULL,
    occupied_half_days INTEGER NOT NULL,
    occupied_hours REAL NOT NULL,
    CONSTRAINT pk_attendance_summary PRIMARY KEY (centre_id, month_start, week_start, seat_kind),
    CONSTRAINT ck_attendance_summary_seat_kind CHECK (seat_kind IN ('office', 'open_space')),
    CONSTRAINT ck_attendance_summary_week_start_format CHECK (week_start IS date(week_start, '+0 days') AND week_start >= '0001-01-01'),
    CONSTRAINT ck_attendance_summary_month_start_format CHECK (month_start IS date(month_start, '+0 days') AND month_start >= '0001-01-01'),
    CONSTRAINT fk_attendance_summary_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id) ON DELETE CASCADE
)
 STRICT;

CREATE INDEX ix_attendance_summary_month_start ON attendance_summary (month_start);

CREATE INDEX ix_attendance_summary_week_start ON attendance_summary (week_start);

CREATE TABLE attendance_week (
    id INTEGER NOT NULL,
    centre_id INTEGER NOT NULL,
    week_start TEXT NOT NULL,
    status TEXT NOT NULL,
    distinct_people INTEGER,
    comment TEXT,
    version INTEGER DEFAULT 1 NOT NULL,
    entered_by TEXT,
    entered_at TEXT,
    completed_at TEXT,
    CONSTRAINT pk_attendance_week PRIMARY KEY (id),
    CONSTRAINT ck_attendance_week_status CHECK (status IN ('draft', 'complete', 'closed')),
    CONSTRAINT ck_attendance_week_comment_length CHECK (length(comment) BETWEEN 1 AND 1000),
    CONSTRAINT ck_attendance_week_entered_by_length CHECK (length(entered_by) BETWEEN 1 AND 254),
    CONSTRAINT uq_attendance_week_centre_id_week_start UNIQUE (centre_id, week_start),
    CONSTRAINT ck_attendance_week_week_starts_on_monday CHECK (strftime('%w', week_start) = '1'),
    CONSTRAINT ck_attendance_week_distinct_people CHECK (distinct_people >= 0),
    CONSTRAINT ck_attendance_week_version CHECK (version >= 1),
    CONSTRAINT ck_attendance_week_week_start_format CHECK (week_start IS date(week_start, '+0 days') AND week_start >= '0001-01-01'),
    CONSTRAINT ck_attendance_week_entered_at_format CHECK (entered_at IS datetime(entered_at, '+0 days') AND entered_at >= '0001-01-02' AND entered_at < '9999-12-31'),
    CONSTRAINT ck_attendance_week_completed_at_format CHECK (completed_at IS datetime(completed_at, '+0 days') AND completed_at >= '0001-01-02' AND completed_at < '9999-12-31'),
    CONSTRAINT fk_attendance_week_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
)
 STRICT;

CREATE INDEX ix_attendance_week_week_start ON attendance_week (week_start);

CREATE TABLE centre_capacity (
    id INTEGER NOT NULL,
    centre_id INTEGER NOT NULL,
    seat_kind TEXT NOT NULL,
    seats INTEGER NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    CONSTRAINT pk_centre_capacity PRIMARY KEY (id),
    CONSTRAINT ck_centre_capacity_seat_kind CHECK (seat_kind IN ('office', 'open_space')),
    CONSTRAINT uq_centre_capacity_centre_id_seat_kind_valid_from UNIQUE (centre_id, seat_kind, valid_from),
    CONSTRAINT ck_centre_capacity_seats CHECK (seats BETWEEN 0 AND 200),
    CONSTRAINT ck_centre_capacity_valid_to CHECK (valid_to >= valid_from),
    CONSTRAINT ck_centre_capacity_valid_from_format CHECK (valid_from IS date(valid_from, '+0 days') AND valid_from >= '0001-01-01'),
    CONSTRAINT ck_centre_capacity_valid_to_format CHECK (valid_to IS date(valid_to, '+0 days') AND valid_to >= '0001-01-01'),
    CONSTRAINT fk_centre_capacity_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id) ON DELETE CASCADE
)
 STRICT;

CREATE TABLE centre_cost (
    id INTEGER NOT NULL,
    centre_id INTEGER NOT NULL,
    year INTEGER NOT NULL,
    cost_eur REAL NOT NULL,
    revenue_eur REAL,
    source TEXT NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    CONSTRAINT pk_centre_cost PRIMARY KEY (id),
    CONSTRAINT ck_centre_cost_source_length CHECK (length(source) BETWEEN 1 AND 200),
    CONSTRAINT uq_centre_cost_centre_id_year UNIQUE (centre_id, year),
    CONSTRAINT ck_centre_cost_year CHECK (year BETWEEN 1998 AND 2100),
    CONSTRAINT ck_centre_cost_cost_eur CHECK (cost_eur >= 0),
    CONSTRAINT ck_centre_cost_revenue_eur CHECK (revenue_eur >= 0),
    CONSTRAINT fk_centre_cost_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id) ON DELETE CASCADE
)
 STRICT;

CREATE TABLE closure (
    id INTEGER NOT NULL,
    centre_id INTEGER,
    starts_on TEXT NOT NULL,
    ends_on TEXT NOT NULL,
    reason TEXT NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    CONSTRAINT pk_closure PRIMARY KEY (id),
    CONSTRAINT ck_closure_reason_length CHECK (length(reason) BETWEEN 1 AND 200),
    CONSTRAINT ck_closure_ends_on CHECK (ends_on >= starts_on),
    CONSTRAINT ck_closure_starts_on_format CHECK (starts_on IS date(starts_on, '+0 days') AND starts_on >= '0001-01-01'),
    CONSTRAINT ck_closure_ends_on_format CHECK (ends_on IS date(ends_on, '+0 days') AND ends_on >= '0001-01-01'),
    CONSTRAINT fk_closure_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id) ON DELETE CASCADE
)
 STRICT;

CREATE INDEX ix_closure_centre_id_starts_on_ends_on ON closure (centre_id, starts_on, ends_on);

CREATE TABLE course (
    id INTEGER NOT NULL,
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    provider_centre_id INTEGER,
    theme TEXT,
    duration_hours REAL,
    active INTEGER DEFAULT 1 NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    CONSTRAINT pk_course PRIMARY KEY (id),
    CONSTRAINT ck_course_code_length CHECK (length(code) BETWEEN 1 AND 40),
    CONSTRAINT ck_course_title_length CHECK (length(title) BETWEEN 1 AND 200),
    CONSTRAINT ck_course_theme_length CHECK (length(theme) BETWEEN 1 AND 80),
    CONSTRAINT uq_course_code UNIQUE (code),
    CONSTRAINT ck_course_duration_hours CHECK (duration_hours > 0),
    CONSTRAINT ck_course_active_format CHECK (active IN (0, 1)),
    CONSTRAINT fk_course_provider_centre_id FOREIGN KEY(provider_centre_id) REFERENCES centre (id)
)
 STRICT;

CREATE TABLE member_service (
    id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    centre_id INTEGER,
    service TEXT NOT NULL,
    starts_on TEXT NOT NULL,
    ends_on TEXT,
    version INTEGER DEFAULT 1 NOT NULL,
    CONSTRAINT pk_member_service PRIMARY KEY (id),
    CONSTRAINT ck_member_service_service CHECK (service IN ('domiciliation', 'directory', 'mail', 'webinar')),
    CONSTRAINT uq_member_service_person_id_service_starts_on UNIQUE (person_id, service, starts_on),
    CONSTRAINT ck_member_service_ends_on CHECK (ends_on >= starts_on),
    CONSTRAINT ck_member_service_starts_on_format CHECK (starts_on IS date(starts_on, '+0 days') AND starts_on >= '0001-01-01'),
    CONSTRAINT ck_member_service_ends_on_format CHECK (ends_on IS date(ends_on, '+0 days') AND ends_on >= '0001-01-01'),
    CONSTRAINT fk_member_service_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_member_service_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
)
 STRICT;

CREATE TABLE opening_hours (
    id INTEGER NOT NULL,
    centre_id INTEGER NOT NULL,
    weekday INTEGER NOT NULL,
    half_day TEXT NOT NULL,
    opens_at TEXT NOT NULL,
    closes_at TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    CONSTRAINT pk_opening_hours PRIMARY KEY (id),
    CONSTRAINT ck_opening_hours_half_day CHECK (half_day IN ('am', 'pm')),
    CONSTRAINT uq_opening_hours_centre_id_weekday_half_day_valid_from UNIQUE (centre_id, weekday, half_day, valid_from),
    CONSTRAINT ck_opening_hours_weekday CHECK (weekday BETWEEN 1 AND 7),
    CONSTRAINT ck_opening_hours_closes_after_opens CHECK (closes_at > opens_at),
    CONSTRAINT ck_opening_hours_valid_to CHECK (valid_to >= valid_from),
    CONSTRAINT ck_opening_hours_opens_at_format CHECK (opens_at IS strftime('%H:%M', opens_at, '+0 days')),
    CONSTRAINT ck_opening_hours_closes_at_format CHECK (closes_at IS strftime('%H:%M', closes_at, '+0 days')),
    CONSTRAINT ck_opening_hours_valid_from_format CHECK (valid_from IS date(valid_from, '+0 days') AND valid_from >= '0001-01-01'),
    CONSTRAINT ck_opening_hours_valid_to_format CHECK (valid_to IS date(valid_to, '+0 days') AND valid_to >= '0001-01-01'),
    CONSTRAINT fk_opening_hours_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id) ON DELETE CASCADE
)
 STRICT;

CREATE TABLE pass_membership (
    id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    member_number TEXT NOT NULL,
    joined_on TEXT NOT NULL,
    free_until TEXT NOT NULL,
    ended_on TEXT,
    end_reason TEXT,
    version INTEGER DEFAULT 1 NOT NULL,
    CONSTRAINT pk_pass_membership PRIMARY KEY (id),
    CONSTRAINT ck_pass_membership_member_number_length CHECK (length(member_number) BETWEEN 1 AND 20),
    CONSTRAINT ck_pass_membership_end_reason CHECK (end_reason IN ('own_premises', 'moved', 'job_change', 'end_of_free_period', 'not_renewed', 'other')),
    CONSTRAINT uq_pass_membership_member_number UNIQUE (member_number),
    CONSTRAINT ck_pass_membership_free_until CHECK (free_until > joined_on),
    CONSTRAINT ck_pass_membership_ended_on CHECK (ended_on >= joined_on),
    CONSTRAINT ck_pass_membership_end_reason_needs_an_end CHECK (end_reason IS NULL OR ended_on IS NOT NULL),
    CONSTRAINT ck_pass_membership_joined_on_format CHECK (joined_on IS date(joined_on, '+0 days') AND joined_on >= '0001-01-01'),
    CONSTRAINT ck_pass_membership_free_until_format CHECK (free_until IS date(free_until, '+0 days') AND free_until >= '0001-01-01'),
    CONSTRAINT ck_pass_membership_ended_on_format CHECK (ended_on IS date(ended_on, '+0 days') AND ended_on >= '0001-01-01'),
    CONSTRAINT fk_pass_membership_person_id FOREIGN KEY(person_id) REFERENCES person (id)
)
 STRICT;

CREATE INDEX ix_pass_membership_joined_on_ended_on ON pass_membership (joined_on, ended_on);

CREATE INDEX ix_pass_membership_person_id ON pass_membership (person_id);

CREATE TABLE placement (
    id INTEGER NOT NULL,
    aim INTEGER NOT NULL,
    candidate_ref TEXT NOT NULL,
    employer TEXT,
    employer_in_cantal INTEGER,
    contract_kind TEXT,
    stage TEXT NOT NULL,
    informed_on TEXT,
    interested_on TEXT,
    trained_on TEXT,
    applied_on TEXT,
    hired_on TEXT,
    ended_on TEXT,
    centre_id INTEGER,
    version INTEGER DEFAULT 1 NOT NULL,
    CONSTRAINT pk_placement PRIMARY KEY (id),
    CONSTRAINT ck_placement_candidate_ref_length CHECK (length(candidate_ref) BETWEEN 1 AND 40),
    CONSTRAINT ck_placement_employer_length CHECK (length(employer) BETWEEN 1 AND 160),
    CONSTRAINT ck_placement_contract_kind CHECK (contract_kind IN ('permanent', 'fixed_term', 'temporary', 'other')),
    CONSTRAINT ck_placement_stage CHECK (stage IN ('informed', 'interested', 'trained', 'applied', 'hired')),
    CONSTRAINT uq_placement_candidate_ref UNIQUE (candidate_ref),
    CONSTRAINT ck_placement_aim CHECK (aim IN (1, 2, 3)),
    CONSTRAINT ck_placement_ended_on CHECK (ended_on >= hired_on),
    CONSTRAINT ck_placement_hired_has_a_date CHECK ((stage = 'hired') = (hired_on IS NOT NULL)),
    CONSTRAINT ck_placement_hired_has_a_contract CHECK (stage <> 'hired' OR contract_kind IS NOT NULL),
    CONSTRAINT ck_placement_employer_in_cantal_format CHECK (employer_in_cantal IN (0, 1)),
    CONSTRAINT ck_placement_informed_on_format CHECK (informed_on IS date(informed_on, '+0 days') AND informed_on >= '0001-01-01'),
    CONSTRAINT ck_placement_interested_on_format CHECK (interested_on IS date(interested_on, '+0 days') AND interested_on >= '0001-01-01'),
    CONSTRAINT ck_placement_trained_on_format CHECK (trained_on IS date(trained_on, '+0 days') AND trained_on >= '0001-01-01'),
    CONSTRAINT ck_placement_applied_on_format CHECK (applied_on IS date(applied_on, '+0 days') AND applied_on >= '0001-01-01'),
    CONSTRAINT ck_placement_hired_on_format CHECK (hired_on IS date(hired_on, '+0 days') AND hired_on >= '0001-01-01'),
    CONSTRAINT ck_placement_ended_on_format CHECK (ended_on IS date(ended_on, '+0 days') AND ended_on >= '0001-01-01'),
    CONSTRAINT fk_placement_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
)
 STRICT;

CREATE INDEX ix_placement_hired_on ON placement (hired_on);

CREATE TABLE price (
    id INTEGER NOT NULL,
    centre_id INTEGER,
    period TEXT NOT NULL,
    formula TEXT NOT NULL,
    lowest_eur REAL,
    highest_eur REAL,
    note TEXT,
    CONSTRAINT pk_price PRIMARY KEY (id),
    CONSTRAINT ck_price_period_length CHECK (length(period) BETWEEN 1 AND 20),
    CONSTRAINT ck_price_formula CHECK (formula IN ('half_day', 'day', 'week', 'month')),
    CONSTRAINT ck_price_note_length CHECK (length(note) BETWEEN 1 AND 300),
    CONSTRAINT ck_price_highest_eur CHECK (highest_eur >= lowest_eur),
    CONSTRAINT fk_price_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id) ON DELETE CASCADE
)
 STRICT;

CREATE TABLE reminder (
    id INTEGER NOT NULL,
    centre_id INTEGER NOT NULL,
    week_start TEXT NOT NULL,
    sent_at TEXT NOT NULL,
    recipient TEXT NOT NULL,
    channel TEXT NOT NULL,
    CONSTRAINT pk_reminder PRIMARY KEY (id),
    CONSTRAINT ck_reminder_recipient_length CHECK (length(recipient) BETWEEN 1 AND 254),
    CONSTRAINT ck_reminder_channel CHECK (channel IN ('email', 'copied')),
    CONSTRAINT ck_reminder_week_start_format CHECK (week_start IS date(week_start, '+0 days') AND week_start >= '0001-01-01'),
    CONSTRAINT ck_reminder_sent_at_format CHECK (sent_at IS datetime(sent_at, '+0 days') AND sent_at >= '0001-01-02' AND sent_at < '9999-12-31'),
    CONSTRAINT fk_reminder_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id) ON DELETE CASCADE
)
 STRICT;

CREATE INDEX ix_reminder_centre_id_week_start ON reminder (centre_id, week_start);

CREATE TABLE summary_extent (
    centre_id INTEGER NOT NULL,
    last_month TEXT NOT NULL,
    CONSTRAINT pk_summary_extent PRIMARY KEY (centre_id),
    CONSTRAINT ck_summary_extent_last_month_format CHECK (last_month IS date(last_month, '+0 days') AND last_month >= '0001-01-01'),
    CONSTRAINT fk_summary_extent_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id) ON DELETE CASCADE
)
 STRICT;

CREATE TABLE visit (
    id INTEGER NOT NULL,
    centre_id INTEGER NOT NULL,
    seat_kind TEXT NOT NULL,
    person_id INTEGER,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    source TEXT NOT NULL,
    CONSTRAINT pk_visit PRIMARY KEY (id),
    CONSTRAINT ck_visit_seat_kind CHECK (seat_kind IN ('office', 'open_space')),
    CONSTRAINT ck_visit_source CHECK (source IN ('desk', 'qr', 'import', 'sensor')),
    CONSTRAINT ck_visit_ended_at CHECK (ended_at >= started_at),
    CONSTRAINT ck_visit_started_at_format CHECK (started_at IS datetime(started_at, '+0 days') AND started_at >= '0001-01-02' AND started_at < '9999-12-31'),
    CONSTRAINT ck_visit_ended_at_format CHECK (ended_at IS datetime(ended_at, '+0 days') AND ended_at >= '0001-01-02' AND ended_at < '9999-12-31'),
    CONSTRAINT fk_visit_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
    CONSTRAINT fk_visit_person_id FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE SET NULL
)
 STRICT;

CREATE INDEX ix_visit_centre_id_started_at ON visit (centre_id, started_at);

CREATE INDEX ix_visit_open ON visit (centre_id, seat_kind) WHERE ended_at IS NULL;

CREATE INDEX ix_visit_person_id ON visit (person_id);

CREATE TABLE week_summary (
    centre_id INTEGER NOT NULL,
    week_start TEXT NOT NULL,
    month_start TEXT NOT NULL,
    state TEXT NOT NULL,
    CONSTRAINT pk_week_summary PRIMARY KEY (centre_id, week_start),
    CONSTRAINT ck_week_summary_state CHECK (state IN ('complete', 'draft', 'missing', 'closed')),
    CONSTRAINT ck_week_summary_week_start_format CHECK (week_start IS date(week_start, '+0 days') AND week_start >= '0001-01-01'),
    CONSTRAINT ck_week_summary_month_start_format CHECK (month_start IS date(month_start, '+0 days') AND month_start >= '0001-01-01'),
    CONSTRAINT fk_week_summary_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id) ON DELETE CASCADE
)
 STRICT;

CREATE INDEX ix_week_summary_month_start ON week_summary (month_start);

CREATE INDEX ix_week_summary_week_start ON week_summary (week_start);

CREATE TABLE weekday_summary (
    centre_id INTEGER NOT NULL,
    seat_kind TEXT NOT NULL,
    month_start TEXT NOT NULL,
    weekday INTEGER NOT NULL,
    offered_half_days INTEGER NOT NULL,
    occupied_half_days INTEGER NOT NULL,
    occupied_hours REAL NOT NULL,
    CONSTRAINT pk_weekday_summary PRIMARY KEY (centre_id, month_start, weekday, seat_kind),
    CONSTRAINT ck_weekday_summary_seat_kind CHECK (seat_kind IN ('office', 'open_space')),
    CONSTRAINT ck_weekday_summary_month_start_format CHECK (month_start IS date(month_start, '+0 days') AND month_start >= '0001-01-01'),
    CONSTRAINT fk_weekday_summary_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id) ON DELETE CASCADE
)
 STRICT;

CREATE INDEX ix_weekday_summary_month_start ON weekday_summary (month_start);

CREATE TABLE welcome_household (
    id INTEGER NOT NULL,
    welcome_session_id INTEGER NOT NULL,
    project_kind TEXT NOT NULL,
    holders INTEGER NOT NULL,
    people INTEGER NOT NULL,
    teleworker INTEGER DEFAULT 0 NOT NULL,
    visited_centre_id INTEGER,
    outcome TEXT NOT NULL,
    settled_on TEXT,
    settled_insee_code TEXT,
    version INTEGER DEFAULT 1 NOT NULL,
    CONSTRAINT pk_welcome_household PRIMARY KEY (id),
    CONSTRAINT ck_welcome_household_project_kind CHECK (project_kind IN ('business_creation', 'business_takeover', 'farming', 'employment', 'telework', 'other')),
    CONSTRAINT ck_welcome_household_outcome CHECK (outcome IN ('pending', 'settled', 'dropped')),
    CONSTRAINT ck_welcome_household_holders CHECK (holders >= 1),
    CONSTRAINT ck_welcome_household_people CHECK (people >= holders),
    CONSTRAINT ck_welcome_household_settled_has_a_date CHECK ((outcome = 'settled') = (settled_on IS NOT NULL)),
    CONSTRAINT ck_welcome_household_settled_insee_code CHECK (length(settled_insee_code) = 5),
    CONSTRAINT ck_welcome_household_teleworker_format CHECK (teleworker IN (0, 1)),
    CONSTRAINT ck_welcome_household_settled_on_format CHECK (settled_on IS date(settled_on, '+0 days') AND settled_on >= '0001-01-01'),
    CONSTRAINT fk_welcome_household_welcome_session_id FOREIGN KEY(welcome_session_id) REFERENCES welcome_session (id) ON DELETE CASCADE,
    CONSTRAINT fk_welcome_household_visited_centre_id FOREIGN KEY(visited_centre_id) REFERENCES centre (id)
)
 STRICT;

CREATE INDEX ix_welcome_household_welcome_session_id ON welcome_household (welcome_session_id);

CREATE TABLE attendance_day (
    id INTEGER NOT NULL,
    attendance_week_id INTEGER NOT NULL,
    day TEXT NOT NULL,
    seat_kind TEXT NOT NULL,
    half_days INTEGER NOT NULL,
    closed INTEGER DEFAULT 0 NOT NULL,
    CONSTRAINT pk_attendance_day PRIMARY KEY (id),
    CONSTRAINT ck_attendance_day_seat_kind CHECK (seat_kind IN ('office', 'open_space')),
    CONSTRAINT uq_attendance_day_attendance_week_id_day_seat_kind UNIQUE (attendance_week_id, day, seat_kind),
    CONSTRAINT ck_attendance_day_half_days CHECK (half_days BETWEEN 0 AND 400),
    CONSTRAINT ck_attendance_day_closed_is_empty CHECK (closed = 0 OR half_days = 0),
    CONSTRAINT ck_attendance_day_day_format CHECK (day IS date(day, '+0 days') AND day >= '0001-01-01'),
    CONSTRAINT ck_attendance_day_closed_format CHECK (closed IN (0, 1)),
    CONSTRAINT fk_attendance_day_attendance_week_id FOREIGN KEY(attendance_week_id) REFERENCES attendance_week (id) ON DELETE CASCADE
)
 STRICT;

CREATE TABLE event (
    id INTEGER NOT NULL,
    centre_id INTEGER,
    course_id INTEGER,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    starts_at TEXT NOT NULL,
    ends_at TEXT,
    place TEXT,
    audience TEXT,
    booking_advised INTEGER DEFAULT 0 NOT NULL,
    contact TEXT,
    attendance INTEGER,
    parent_id INTEGER,
    version INTEGER DEFAULT 1 NOT NULL,
    CONSTRAINT pk_event PRIMARY KEY (id),
    CONSTRAINT ck_event_kind CHECK (kind IN ('open_day', 'round_table', 'talk', 'demonstration', 'workshop', 'training', 'webinar', 'forum', 'fair', 'animators_meeting')),
    CONSTRAINT ck_event_title_length CHECK (length(title) BETWEEN 1 AND 200),
    CONSTRAINT ck_event_place_length CHECK (length(place) BETWEEN 1 AND 200),
    CONSTRAINT ck_event_audience_length CHECK (length(audience) BETWEEN 1 AND 80),
    CONSTRAINT ck_event_contact_length CHECK (length(contact) BETWEEN 1 AND 200),
    CONSTRAINT uq_event_title_starts_at UNIQUE (title, starts_at),
    CONSTRAINT ck_event_ends_at CHECK (ends_at >= starts_at),
    CONSTRAINT ck_event_attendance CHECK (attendance >= 0),
    CONSTRAINT ck_event_course_is_training CHECK (course_id IS NULL OR kind = 'training'),
    CONSTRAINT ck_event_starts_at_format CHECK (starts_at IS datetime(starts_at, '+0 days') AND starts_at >= '0001-01-02' AND starts_at < '9999-12-31'),
    CONSTRAINT ck_event_ends_at_format CHECK (ends_at IS datetime(ends_at, '+0 days') AND ends_at >= '0001-01-02' AND ends_at < '9999-12-31'),
    CONSTRAINT ck_event_booking_advised_format CHECK (booking_advised IN (0, 1)),
    CONSTRAINT fk_event_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
    CONSTRAINT fk_event_course_id FOREIGN KEY(course_id) REFERENCES course (id),
    CONSTRAINT fk_event_parent_id FOREIGN KEY(parent_id) REFERENCES event (id)
)
 STRICT;

CREATE INDEX ix_event_starts_at ON event (starts_at);

CREATE TABLE support (
    id INTEGER NOT NULL,
    person_id INTEGER,
    welcome_household_id INTEGER,
    kind TEXT NOT NULL,
    opened_on TEXT NOT NULL,
    closed_on TEXT,
    outcome TEXT,
    version INTEGER DEFAULT 1 NOT NULL,
    CONSTRAINT pk_support PRIMARY KEY (id),
    CONSTRAINT ck_support_kind CHECK (kind IN ('housing', 'business_creation', 'entrepreneur_residence')),
    CONSTRAINT ck_support_outcome CHECK (outcome IN ('achieved', 'redirected', 'dropped')),
    CONSTRAINT ck_support_closed_on CHECK (closed_on >= opened_on),
    CONSTRAINT ck_support_one_beneficiary CHECK ((person_id IS NULL) <> (welcome_household_id IS NULL)),
    CONSTRAINT ck_support_opened_on_format CHECK (opened_on IS date(opened_on, '+0 days') AND opened_on >= '0001-01-01'),
    CONSTRAINT ck_support_closed_on_format CHECK (closed_on IS date(closed_on, '+0 days') AND closed_on >= '0001-01-01'),
    CONSTRAINT fk_support_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_support_welcome_household_id FOREIGN KEY(welcome_household_id) REFERENCES welcome_household (id)
)
 STRICT;

CREATE TABLE welcome_attendance (
    id INTEGER NOT NULL,
    welcome_household_id INTEGER NOT NULL,
    day TEXT NOT NULL,
    people_present INTEGER NOT NULL,
    CONSTRAINT pk_welcome_attendance PRIMARY KEY (id),
    CONSTRAINT uq_welcome_attendance_welcome_household_id_day UNIQUE (welcome_household_id, day),
    CONSTRAINT ck_welcome_attendance_people_present CHECK (people_present >= 0),
    CONSTRAINT ck_welcome_attendance_day_format CHECK (day IS date(day, '+0 days') AND day >= '0001-01-01'),
    CONSTRAINT fk_welcome_attendance_welcome_household_id FOREIGN KEY(welcome_household_id) REFERENCES welcome_household (id) ON DELETE CASCADE
)
 STRICT;

CREATE TRIGGER account_insert_version AFTER INSERT ON account BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER account_update_version AFTER UPDATE ON account BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER account_delete_version AFTER DELETE ON account BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER audit_entry_insert_version AFTER INSERT ON audit_entry BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER audit_entry_update_version AFTER UPDATE ON audit_entry BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER audit_entry_delete_version AFTER DELETE ON audit_entry BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER calendar_day_insert_version AFTER INSERT ON calendar_day BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER calendar_day_update_version AFTER UPDATE ON calendar_day BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER calendar_day_delete_version AFTER DELETE ON calendar_day BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER centre_insert_version AFTER INSERT ON centre BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER centre_update_version AFTER UPDATE ON centre BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER centre_delete_version AFTER DELETE ON centre BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER commune_insert_version AFTER INSERT ON commune BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER commune_update_version AFTER UPDATE ON commune BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER commune_delete_version AFTER DELETE ON commune BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER dataset_insert_version AFTER INSERT ON dataset BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER dataset_update_version AFTER UPDATE ON dataset BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER dataset_delete_version AFTER DELETE ON dataset BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER information_meeting_insert_version AFTER INSERT ON information_meeting BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER information_meeting_update_version AFTER UPDATE ON information_meeting BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER information_meeting_delete_version AFTER DELETE ON information_meeting BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER person_insert_version AFTER INSERT ON person BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER person_update_version AFTER UPDATE ON person BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER person_delete_version AFTER DELETE ON person BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER published_figure_insert_version AFTER INSERT ON published_figure BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER published_figure_update_version AFTER UPDATE ON published_figure BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER published_figure_delete_version AFTER DELETE ON published_figure BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER welcome_session_insert_version AFTER INSERT ON welcome_session BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER welcome_session_update_version AFTER UPDATE ON welcome_session BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER welcome_session_delete_version AFTER DELETE ON welcome_session BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER account_centre_insert_version AFTER INSERT ON account_centre BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER account_centre_update_version AFTER UPDATE ON account_centre BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER account_centre_delete_version AFTER DELETE ON account_centre BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER agreement_insert_version AFTER INSERT ON agreement BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER agreement_update_version AFTER UPDATE ON agreement BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER agreement_delete_version AFTER DELETE ON agreement BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER attendance_week_insert_version AFTER INSERT ON attendance_week BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER attendance_week_update_version AFTER UPDATE ON attendance_week BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER attendance_week_delete_version AFTER DELETE ON attendance_week BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER centre_capacity_insert_version AFTER INSERT ON centre_capacity BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER centre_capacity_update_version AFTER UPDATE ON centre_capacity BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER centre_capacity_delete_version AFTER DELETE ON centre_capacity BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER centre_cost_insert_version AFTER INSERT ON centre_cost BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER centre_cost_update_version AFTER UPDATE ON centre_cost BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER centre_cost_delete_version AFTER DELETE ON centre_cost BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER closure_insert_version AFTER INSERT ON closure BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER closure_update_version AFTER UPDATE ON closure BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER closure_delete_version AFTER DELETE ON closure BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER course_insert_version AFTER INSERT ON course BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER course_update_version AFTER UPDATE ON course BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER course_delete_version AFTER DELETE ON course BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER member_service_insert_version AFTER INSERT ON member_service BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER member_service_update_version AFTER UPDATE ON member_service BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER member_service_delete_version AFTER DELETE ON member_service BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER opening_hours_insert_version AFTER INSERT ON opening_hours BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER opening_hours_update_version AFTER UPDATE ON opening_hours BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER opening_hours_delete_version AFTER DELETE ON opening_hours BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER pass_membership_insert_version AFTER INSERT ON pass_membership BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER pass_membership_update_version AFTER UPDATE ON pass_membership BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER pass_membership_delete_version AFTER DELETE ON pass_membership BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER placement_insert_version AFTER INSERT ON placement BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER placement_update_version AFTER UPDATE ON placement BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER placement_delete_version AFTER DELETE ON placement BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER price_insert_version AFTER INSERT ON price BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER price_update_version AFTER UPDATE ON price BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER price_delete_version AFTER DELETE ON price BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER reminder_insert_version AFTER INSERT ON reminder BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER reminder_update_version AFTER UPDATE ON reminder BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER reminder_delete_version AFTER DELETE ON reminder BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER visit_insert_version AFTER INSERT ON visit BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER visit_update_version AFTER UPDATE ON visit BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER visit_delete_version AFTER DELETE ON visit BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER welcome_household_insert_version AFTER INSERT ON welcome_household BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER welcome_household_update_version AFTER UPDATE ON welcome_household BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER welcome_household_delete_version AFTER DELETE ON welcome_household BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER attendance_day_insert_version AFTER INSERT ON attendance_day BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER attendance_day_update_version AFTER UPDATE ON attendance_day BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER attendance_day_delete_version AFTER DELETE ON attendance_day BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER event_insert_version AFTER INSERT ON event BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER event_update_version AFTER UPDATE ON event BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER event_delete_version AFTER DELETE ON event BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER support_insert_version AFTER INSERT ON support BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER support_update_version AFTER UPDATE ON support BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER support_delete_version AFTER DELETE ON support BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER welcome_attendance_insert_version AFTER INSERT ON welcome_attendance BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER welcome_attendance_update_version AFTER UPDATE ON welcome_attendance BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER welcome_attendance_delete_version AFTER DELETE ON welcome_attendance BEGIN
  UPDATE data_version SET n = n + 1;
END;

CREATE TRIGGER attendance_week_insert_stale AFTER INSERT ON attendance_week BEGIN
  INSERT INTO stale_mark (centre_id, first_day, last_day)
  SELECT s.centre_id, s.first_day, s.last_day FROM (SELECT r.centre_id, r.week_start AS first_day, r.week_start AS last_day FROM (SELECT NEW.centre_id AS centre_id, NEW.week_start AS week_start) r) s
  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id AND m.first_day = s.first_day AND m.last_day IS s.last_day);
END;

CREATE TRIGGER attendance_week_update_stale AFTER UPDATE ON attendance_week BEGIN
  INSERT INTO stale_mark (centre_id, first_day, last_day)
  SELECT s.centre_id, s.first_day, s.last_day FROM (SELECT r.centre_id, r.week_start AS first_day, r.week_start AS last_day FROM (SELECT OLD.centre_id AS centre_id, OLD.week_start AS week_start) r) s
  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id AND m.first_day = s.first_day AND m.last_day IS s.last_day);
  INSERT INTO stale_mark (centre_id, first_day, last_day)
  SELECT s.centre_id, s.first_day, s.last_day FROM (SELECT r.centre_id, r.week_start AS first_day, r.week_start AS last_day FROM (SELECT NEW.centre_id AS centre_id, NEW.week_start AS week_start) r) s
  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id AND m.first_day = s.first_day AND m.last_day IS s.last_day);
END;

CREATE TRIGGER attendance_week_delete_stale AFTER DELETE ON attendance_week BEGIN
  INSERT INTO stale_mark (centre_id, first_day, last_day)
  SELECT s.centre_id, s.first_day, s.last_day FROM (SELECT r.centre_id, r.week_start AS first_day, r.week_start AS last_day FROM (SELECT OLD.centre_id AS centre_id, OLD.week_start AS week_start) r) s
  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id AND m.first_day = s.first_day AND m.last_day IS s.last_day);
END;

CREATE TRIGGER attendance_week_replace_stale BEFORE INSERT ON attendance_week BEGIN
  INSERT INTO stale_mark (centre_id, first_day, last_day)
  SELECT s.centre_id, s.first_day, s.last_day FROM (SELECT r.centre_id, r.week_start AS first_day, r.week_start AS last_day FROM (SELECT * FROM attendance_week WHERE (centre_id = NEW.centre_id AND week_start = NEW.week_start) OR (id = NEW.id)) r) s
  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id AND m.first_day = s.first_day AND m.last_day IS s.last_day);
END;

CREATE TRIGGER attendance_day_insert_stale AFTER INSERT ON attendance_day BEGIN
  INSERT INTO stale_mark (centre_id, first_day, last_day)
  SELECT s.centre_id, s.first_day, s.last_day FROM (SELECT w.centre_id, w.week_start AS first_day, w.week_start AS last_day FROM (SELECT NEW.attendance_week_id AS attendance_week_id) r JOIN attendance_week w ON w.id = r.attendance_week_id) s
  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id AND m.first_day = s.first_day AND m.last_day IS s.last_day);
END;

CREATE TRIGGER attendance_day_update_stale AFTER UPDATE ON attendance_day BEGIN
  INSERT INTO stale_mark (centre_id, first_day, last_day)
  SELECT s.centre_id, s.first_day, s.last_day FROM (SELECT w.centre_id, w.week_start AS first_day, w.week_start AS last_day FROM (SELECT OLD.attendance_week_id AS attendance_week_id) r JOIN attendance_week w ON w.id = r.attendance_week_id) s
  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id AND m.first_day = s.first_day AND m.last_day IS s.last_day);
  INSERT INTO stale_mark (centre_id, first_day, last_day)
  SELECT s.centre_id, s.first_day, s.last_day FROM (SELECT w.centre_id, w.week_start AS first_day, w.week_start AS last_day FROM (SELECT NEW.attendance_week_id AS attendance_week_id) r JOIN attendance_week w ON w.id = r.attendance_week_id) s
  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id AND m.first_day = s.first_day AND m.last_day IS s.last_day);
END;

CREATE TRIGGER attendance_day_delete_stale AFTER DELETE ON attendance_day BEGIN
  INSERT INTO stale_mark (centre_id, first_day, last_day)
  SELECT s.centre_id, s.first_day, s.last_day FROM (SELECT w.centre_id, w.week_start AS first_day, w.week_start AS last_day FROM (SELECT OLD.attendance_week_id AS attendance_week_id) r JOIN attendance_week w ON w.id = r.attendance_week_id) s
  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id AND m.first_day = s.first_day AND m.last_day IS s.last_day);
END;

CREATE TRIGGER attendance_day_replace_stale BEFORE INSERT ON attendance_day BEGIN
  INSERT INTO stale_mark (centre_id, first_day, last_day)
  SELECT s.centre_id, s.first_day, s.last_day FROM (SELECT w.centre_id, w.week_start AS first_day, w.week_start AS last_day FROM (SELECT * FROM attendance_day WHERE (attendance_week_id = NEW.attendance_week_id AND day = NEW.day AND seat_kind = NEW.seat_kind) OR (id = NEW.id)) r JOIN attendance_week w ON w.id = r.attendance_week_id) s
  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id AND m.first_day = s.first_day AND m.last_day IS s.last_day);
END;

CREATE TRIGGER opening_hours_insert_stale AFTER INSERT ON opening_hours BEGIN
  INSERT INTO stale_mark (centre_id, first_day, last_day)
  SELECT s.centre_id, s.first_day, s.last_day FROM (SELECT r.centre_id, r.valid_from AS first_day, r.valid_to AS last_day FROM (SELECT NEW.centre_id AS centre_id, NEW.valid_from AS valid_from, NEW.valid_to AS valid_to) r) s
  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id AND m.first_day = s.first_day AND m.last_day IS s.last_day);
END;

CREATE TRIGGER opening_hours_update_stale AFTER UPDATE ON opening_hours BEGIN
  INSERT INTO stale_mark (centre_id, first_day, last_day)
  SELECT s.centre_id, s.first_day, s.last_day FROM (SELECT r.centre_id, r.valid_from AS first_day, r.valid_to AS last_day FROM (SELECT OLD.centre_id AS centre_id, OLD.valid_from AS valid_from, OLD.valid_to AS valid_to) r) s
  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id AND m.first_day = s.first_day AND m.last_day IS s.last_day);
  INSERT INTO stale_mark (centre_id, first_day, last_day)
  SELECT s.centre_id, s.first_day, s.last_day FROM (SELECT r.centre_id, r.valid_from AS first_day, r.valid_to AS last_day FROM (SELECT NEW.centre_id AS centre_id, NEW.valid_from AS valid_from, NEW.valid_to AS valid_to) r) s
  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id AND m.first_day = s.first_day AND m.last_day IS s.last_day);
END;

CREATE TRIGGER opening_hours_delete_stale AFTER DELETE ON opening_hours BEGIN
  INSERT INTO stale_mark (centre_id, first_day, last_day)
  SELECT s.centre_id, s.first_day, s.last_day FROM (SELECT r.centre_id, r.valid_from AS first_day, r.valid_to AS last_day FROM (SELECT OLD.centre_id AS centre_id, OLD.valid_from AS valid_from, OLD.valid_to AS valid_to) r) s
  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id AND m.first_day = s.first_day AND m.last_day IS s.last_day);
END;

CREATE TRIGGER opening_hours_replace_stale BEFORE INSERT ON opening_hours BEGIN
  INSERT INTO stale_mark (centre_id, first_day, last_day)
  SELECT s.centre_id, s.first_day, s.last_day FROM (SELECT r.centre_id, r.valid_from AS first_day, r.valid_to AS last_day FROM (SELECT * FROM opening_hours WHERE (centre_id = NEW.centre_id AND weekday = NEW.weekday AND half_day = NEW.half_day AND valid_from = NEW.valid_from) OR (id = NEW.id)) r) s
  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id AND m.first_day = s.first_day AND m.last_day IS s.last_day);
END;

CREATE TRIGGER centre_capacity_insert_stale AFTER INSERT ON centre_capacity BEGIN
  INSERT INTO stale_mark (centre_id, first_day, last_day)
  SELECT s.centre_id, s.first_day, s.last_day FROM (SELECT r.centre_id, r.valid_from AS first_day, r.valid_to AS last_day FROM (SELECT NEW.centre_id AS centre_id, NEW.valid_from AS valid_from, NEW.valid_to AS valid_to) r) s
  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id AND m.first_day = s.first_day AND m.last_day IS s.last_day);
END;

CREATE TRIGGER centre_capacity_update_stale AFTER UPDATE ON centre_capacity BEGIN
  INSERT INTO stale_mark (centre_id, first_day, last_day)
  SELECT s.centre_id, s.first_day, s.last_day FROM (SELECT r.centre_id, r.valid_from AS first_day, r.valid_to AS last_day FROM (SELECT OLD.centre_id AS centre_id, OLD.valid_from AS valid_from, OLD.valid_to AS valid_to) r) s
  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id AND m.first_day = s.first_day AND m.last_day IS s.last_day);
  INSERT INTO stale_mark (centre_id, first_day, last_day)
  SELECT s.centre_id, s.first_day, s.last_day FROM (SELECT r.centre_id, r.valid_from AS first_day, r.valid_to AS last_day FROM (SELECT NEW.centre_id AS centre_id, NEW.valid_from AS valid_from, NEW.valid_to AS valid_to) r) s
  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id AND m.first_day = s.first_day AND m.last_day IS s.last_day);
END;

CREATE TRIGGER centre_capacity_delete_stale AFTER DELETE ON centre_capacity BEGIN
  INSERT INTO stale_mark (centre_id, first_day, last_day)
  SELECT s.centre_id, s.first_day, s.last_day FROM (SELECT r.centre_id, r.valid_from AS first_day, r.valid_to AS last_day FROM (SELECT OLD.centre_id AS centre_id, OLD.valid_from AS valid_from, OLD.valid_to AS valid_to) r) s
  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id AND m.first_day = s.first_day AND m.last_day IS s.last_day);
END;

CREATE TRIGGER centre_capacity_replace_stale BEFORE INSERT ON centre_capacity BEGIN
  INSERT INTO stale_mark (centre_id, first_day, last_day)
  SELECT s.centre_id, s.first_day, s.last_day FROM (SELECT r.centre_id, r.valid_from AS first_day, r.valid_to AS last_day FROM (SELECT * FROM centre_capacity WHERE (centre_id = NEW.centre_id AND seat_kind = NEW.seat_kind AND valid_from = NEW.valid_from) OR (id = NEW.id)) r) s
  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id AND m.first_day = s.first_day AND m.last_day IS s.last_day);
END;

CREATE TRIGGER closure_insert_stale AFTER INSERT ON closure BEGIN
  INSERT INTO stale_mark (centre_id, first_day, last_day)
  SELECT s.centre_id, s.first_day, s.last_day FROM (SELECT c.id AS centre_id, r.starts_on AS first_day, r.ends_on AS last_day FROM (SELECT NEW.centre_id AS centre_id, NEW.starts_on AS starts_on, NEW.ends_on AS ends_on) r JOIN centre c ON c.id = r.centre_id OR r.centre_id IS NULL) s
  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id AND m.first_day = s.first_day AND m.last_day IS s.last_day);
END;

CREATE TRIGGER closure_update_stale AFTER UPDATE ON closure BEGIN
  INSERT INTO stale_mark (centre_id, first_day, last_day)
  SELECT s.centre_id, s.first_day, s.last_day FROM (SELECT c.id AS centre_id, r.starts_on AS first_day, r.ends_on AS last_day FROM (SELECT OLD.centre_id AS centre_id, OLD.starts_on AS starts_on, OLD.ends_on AS ends_on) r JOIN centre c ON c.id = r.centre_id OR r.centre_id IS NULL) s
  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id AND m.first_day = s.first_day AND m.last_day IS s.last_day);
  INSERT INTO stale_mark (centre_id, first_day, last_day)
  SELECT s.centre_id, s.first_day, s.last_day FROM (SELECT c.id AS centre_id, r.starts_on AS first_day, r.ends_on AS last_day FROM (SELECT NEW.centre_id AS centre_id, NEW.starts_on AS starts_on, NEW.ends_on AS ends_on) r JOIN centre c ON c.id = r.centre_id OR r.centre_id IS NULL) s
  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id AND m.first_day = s.first_day AND m.last_day IS s.last_day);
END;

CREATE TRIGGER closure_delete_stale AFTER DELETE ON closure BEGIN
  INSERT INTO stale_mark (centre_id, first_day, last_day)
  SELECT s.centre_id, s.first_day, s.last_day FROM (SELECT c.id AS centre_id, r.starts_on AS first_day, r.ends_on AS last_day FROM (SELECT OLD.centre_id AS centre_id, OLD.starts_on AS starts_on, OLD.ends_on AS ends_on) r JOIN centre c ON c.id = r.centre_id OR r.centre_id IS NULL) s
  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id AND m.first_day = s.first_day AND m.last_day IS s.last_day);
END;

CREATE TRIGGER closure_replace_stale BEFORE INSERT ON closure BEGIN
  INSERT INTO stale_mark (centre_id, first_day, last_day)
  SELECT s.centre_id, s.first_day, s.last_day FROM (SELECT c.id AS centre_id, r.starts_on AS first_day, r.ends_on AS last_day FROM (SELECT * FROM closure WHERE (id = NEW.id)) r JOIN centre c ON c.id = r.centre_id OR r.centre_id IS NULL) s
  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id AND m.first_day = s.first_day AND m.last_day IS s.last_day);
END;

CREATE TRIGGER centre_insert_stale AFTER INSERT ON centre BEGIN
  INSERT INTO stale_mark (centre_id, first_day, last_day)
  SELECT s.centre_id, s.first_day, s.last_day FROM (SELECT c.id AS centre_id, '1900-01-01' AS first_day, NULL AS last_day FROM (SELECT NEW.id AS id) r JOIN centre c ON c.id = r.id) s
  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id AND m.first_day = s.first_day AND m.last_day IS s.last_day);
END;

CREATE TRIGGER centre_update_stale AFTER UPDATE ON centre BEGIN
  INSERT INTO stale_mark (centre_id, first_day, last_day)
  SELECT s.centre_id, s.first_day, s.last_day FROM (SELECT c.id AS centre_id, '1900-01-01' AS first_day, NULL AS last_day FROM (SELECT OLD.id AS id) r JOIN centre c ON c.id = r.id) s
  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id AND m.first_day = s.first_day AND m.last_day IS s.last_day);
  INSERT INTO stale_mark (centre_id, first_day, last_day)
  SELECT s.centre_id, s.first_day, s.last_day FROM (SELECT c.id AS centre_id, '1900-01-01' AS first_day, NULL AS last_day FROM (SELECT NEW.id AS id) r JOIN centre c ON c.id = r.id) s
  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id AND m.first_day = s.first_day AND m.last_day IS s.last_day);
END;

CREATE TRIGGER centre_delete_stale AFTER DELETE ON centre BEGIN
  INSERT INTO stale_mark (centre_id, first_day, last_day)
  SELECT s.centre_id, s.first_day, s.last_day FROM (SELECT c.id AS centre_id, '1900-01-01' AS first_day, NULL AS last_day FROM (SELECT OLD.id AS id) r JOIN centre c ON c.id = r.id) s
  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id AND m.first_day = s.first_day AND m.last_day IS s.last_day);
END;

CREATE TRIGGER centre_replace_stale BEFORE INSERT ON centre BEGIN
  INSERT INTO stale_mark (centre_id, first_day, last_day)
  SELECT s.centre_id, s.first_day, s.last_day FROM (SELECT c.id AS centre_id, '1900-01-01' AS first_day, NULL AS last_day FROM (SELECT * FROM centre WHERE (code = NEW.code) OR (id = NEW.id)) r JOIN centre c ON c.id = r.id) s
  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id AND m.first_day = s.first_day AND m.last_day IS s.last_day);
END;

CREATE TRIGGER calendar_day_insert_stale AFTER INSERT ON calendar_day BEGIN
  INSERT INTO stale_mark (centre_id, first_day, last_day)
  SELECT s.centre_id, s.first_day, s.last_day FROM (SELECT c.id AS centre_id, r.day AS first_day, r.day AS last_day FROM (SELECT NEW.day AS day) r CROSS JOIN centre c) s
  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id AND m.first_day = s.first_day AND m.last_day IS s.last_day);
END;

CREATE TRIGGER calendar_day_update_stale AFTER UPDATE ON calendar_day BEGIN
  INSERT INTO stale_mark (centre_id, first_day, last_day)
  SELECT s.centre_id, s.first_day, s.last_day FROM (SELECT c.id AS centre_id, r.day AS first_day, r.day AS last_day FROM (SELECT OLD.day AS day) r CROSS JOIN centre c) s
  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id AND m.first_day = s.first_day AND m.last_day IS s.last_day);
  INSERT INTO stale_mark (centre_id, first_day, last_day)
  SELECT s.centre_id, s.first_day, s.last_day FROM (SELECT c.id AS centre_id, r.day AS first_day, r.day AS last_day FROM (SELECT NEW.day AS day) r CROSS JOIN centre c) s
  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id AND m.first_day = s.first_day AND m.last_day IS s.last_day);
END;

CREATE TRIGGER calendar_day_delete_stale AFTER DELETE ON calendar_day BEGIN
  INSERT INTO stale_mark (centre_id, first_day, last_day)
  SELECT s.centre_id, s.first_day, s.last_day FROM (SELECT c.id AS centre_id, r.day AS first_day, r.day AS last_day FROM (SELECT OLD.day AS day) r CROSS JOIN centre c) s
  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id AND m.first_day = s.first_day AND m.last_day IS s.last_day);
END;

CREATE TRIGGER calendar_day_replace_stale BEFORE INSERT ON calendar_day BEGIN
  INSERT INTO stale_mark (centre_id, first_day, last_day)
  SELECT s.centre_id, s.first_day, s.last_day FROM (SELECT c.id AS centre_id, r.day AS first_day, r.day AS last_day FROM (SELECT * FROM calendar_day WHERE (day = NEW.day)) r CROSS JOIN centre c) s
  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id AND m.first_day = s.first_day AND m.last_day IS s.last_day);
END;

CREATE TRIGGER centre_capacity_insert_capacity_overlaps AFTER INSERT ON centre_capacity
WHEN EXISTS (SELECT 1 FROM centre_capacity o WHERE o.centre_id = NEW.centre_id AND o.id <> NEW.id AND o.seat_kind = NEW.seat_kind AND o.valid_from <= coalesce(NEW.valid_to, '9999-12-31') AND NEW.valid_from <= coalesce(o.valid_to, '9999-12-31'))
BEGIN
  SELECT RAISE(ABORT, 'rule: capacity_overlaps');
END;

CREATE TRIGGER centre_capacity_update_capacity_overlaps AFTER UPDATE ON centre_capacity
WHEN EXISTS (SELECT 1 FROM centre_capacity o WHERE o.centre_id = NEW.centre_id AND o.id <> NEW.id AND o.seat_kind = NEW.seat_kind AND o.valid_from <= coalesce(NEW.valid_to, '9999-12-31') AND NEW.valid_from <= coalesce(o.valid_to, '9999-12-31'))
BEGIN
  SELECT RAISE(ABORT, 'rule: capacity_overlaps');
END;

CREATE TRIGGER opening_hours_insert_opening_hours_overlap AFTER INSERT ON opening_hours
WHEN EXISTS (SELECT 1 FROM opening_hours o WHERE o.centre_id = NEW.centre_id AND o.id <> NEW.id AND o.weekday = NEW.weekday AND o.half_day = NEW.half_day AND o.valid_from <= coalesce(NEW.valid_to, '9999-12-31') AND NEW.valid_from <= coalesce(o.valid_to, '9999-12-31'))
BEGIN
  SELECT RAISE(ABORT, 'rule: opening_hours_overlap');
END;

CREATE TRIGGER opening_hours_update_opening_hours_overlap AFTER UPDATE ON opening_hours
WHEN EXISTS (SELECT 1 FROM opening_hours o WHERE o.centre_id = NEW.centre_id AND o.id <> NEW.id AND o.weekday = NEW.weekday AND o.half_day = NEW.half_day AND o.valid_from <= coalesce(NEW.valid_to, '9999-12-31') AND NEW.valid_from <= coalesce(o.valid_to, '9999-12-31'))
BEGIN
  SELECT RAISE(ABORT, 'rule: opening_hours_overlap');
END;

CREATE TRIGGER attendance_day_insert_day_outside_week AFTER INSERT ON attendance_day
WHEN NOT EXISTS (SELECT 1 FROM attendance_week w WHERE w.id = NEW.attendance_week_id AND NEW.day >= w.week_start AND NEW.day <= date(w.week_start, '+6 days'))
BEGIN
  SELECT RAISE(ABORT, 'rule: day_outside_week');
END;

CREATE TRIGGER attendance_day_update_day_outside_week AFTER UPDATE ON attendance_day
WHEN NOT EXISTS (SELECT 1 FROM attendance_week w WHERE w.id = NEW.attendance_week_id AND NEW.day >= w.week_start AND NEW.day <= date(w.week_start, '+6 days'))
BEGIN
  SELECT RAISE(ABORT, 'rule: day_outside_week');
END;

CREATE TRIGGER attendance_week_insert_day_outside_week AFTER INSERT ON attendance_week
WHEN EXISTS (SELECT 1 FROM attendance_day d JOIN attendance_week w ON w.id = d.attendance_week_id WHERE w.id = NEW.id AND NOT (d.day >= w.week_start AND d.day <= date(w.week_start, '+6 days')))
BEGIN
  SELECT RAISE(ABORT, 'rule: day_outside_week');
END;

CREATE TRIGGER attendance_week_update_day_outside_week AFTER UPDATE ON attendance_week
WHEN EXISTS (SELECT 1 FROM attendance_day d JOIN attendance_week w ON w.id = d.attendance_week_id WHERE w.id = NEW.id AND NOT (d.day >= w.week_start AND d.day <= date(w.week_start, '+6 days')))
BEGIN
  SELECT RAISE(ABORT, 'rule: day_outside_week');
END;

CREATE TRIGGER attendance_day_insert_capacity_exceeded AFTER INSERT ON attendance_day
WHEN NEW.half_days > (SELECT 2 * c.seats FROM centre_capacity c JOIN attendance_week w ON w.centre_id = c.centre_id WHERE w.id = NEW.attendance_week_id AND c.seat_kind = NEW.seat_kind AND NEW.day >= c.valid_from AND NEW.day <= coalesce(c.valid_to, '9999-12-31'))
BEGIN
  SELECT RAISE(ABORT, 'rule: capacity_exceeded');
END;

CREATE TRIGGER attendance_day_update_capacity_exceeded AFTER UPDATE ON attendance_day
WHEN NEW.half_days > (SELECT 2 * c.seats FROM centre_capacity c JOIN attendance_week w ON w.centre_id = c.centre_id WHERE w.id = NEW.attendance_week_id AND c.seat_kind = NEW.seat_kind AND NEW.day >= c.valid_from AND NEW.day <= coalesce(c.valid_to, '9999-12-31'))
BEGIN
  SELECT RAISE(ABORT, 'rule: capacity_exceeded');
END;

INSERT INTO dataset (id, demonstration) VALUES (1, false);

INSERT INTO data_version (id, n) VALUES (1, 0);
