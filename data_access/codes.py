"""The coded values of the database, each list declared once: the schema checks them, the records and screens name them."""

from typing import Final

SEAT_KINDS: Final = ("office", "open_space")
HALF_DAYS: Final = ("am", "pm")

CENTRE_KINDS: Final = ("telecentre", "coworking", "telecentre_coworking_fablab")
CENTRE_STATUSES: Final = ("open", "planned", "closed")
LOCATION_PRECISIONS: Final = ("address", "street", "commune")
OPERATOR_KINDS: Final = ("intercommunality", "commune", "chamber", "association", "university", "department", "other")

PERSON_STATUSES: Final = ("independent", "employee", "mobile", "founder", "job_seeker", "other")
AGREEMENT_FORMULAS: Final = ("half_day", "day", "week", "month")
AGREEMENT_EXIT_REASONS: Final = ("own_premises", "moved", "job_change", "project_stopped", "price", "other")
PASS_END_REASONS: Final = ("own_premises", "moved", "job_change", "end_of_free_period", "not_renewed", "other")
MEMBER_SERVICES: Final = ("domiciliation", "directory", "mail", "webinar")
SUPPORT_KINDS: Final = ("housing", "business_creation", "entrepreneur_residence")
SUPPORT_OUTCOMES: Final = ("achieved", "redirected", "dropped")

VISIT_SOURCES: Final = ("desk", "qr", "import", "sensor")
WEEK_STATUSES: Final = ("draft", "complete", "closed")

PLACEMENT_AIMS: Final = (1, 2, 3)
CONTRACT_KINDS: Final = ("permanent", "fixed_term", "temporary", "other")
PLACEMENT_STAGES: Final = ("informed", "interested", "trained", "applied", "hired")
PROJECT_KINDS: Final = ("business_creation", "business_takeover", "farming", "employment", "telework", "other")
HOUSEHOLD_OUTCOMES: Final = ("pending", "settled", "dropped")

EVENT_KINDS: Final = (
    "open_day",
    "round_table",
    "talk",
    "demonstration",
    "workshop",
    "training",
    "webinar",
    "forum",
    "fair",
    "animators_meeting",
)

ROLES: Final = ("administrator", "coordinator", "animator", "viewer")
REMINDER_CHANNELS: Final = ("email", "copied")
PRESENTATION_THEMES: Final = ("auto", "light", "dark")

IMPORT_STATES: Final = ("waiting", "returned", "running", "done", "undoing", "undone")

ERASURE_REASONS: Final = ("request", "mistake", "retention")
