"""The coded values of the database, each list declared once: records have its type, the schema checks it, screens name it."""

from typing import Final, Literal, get_args

SeatKind = Literal["office", "open_space"]
SEAT_KINDS: Final = get_args(SeatKind)
HALF_DAYS: Final = ("am", "pm")

CENTRE_KINDS: Final = ("telecentre", "coworking", "telecentre_coworking_fablab")
CENTRE_STATUSES: Final = ("open", "planned", "closed")
LOCATION_PRECISIONS: Final = ("address", "street", "commune")
OPERATOR_KINDS: Final = ("intercommunality", "commune", "chamber", "association", "university", "department", "other")

PersonStatus = Literal["independent", "employee", "mobile", "founder", "job_seeker", "other"]
PERSON_STATUSES: Final = get_args(PersonStatus)
AgreementFormula = Literal["half_day", "day", "week", "month"]
AGREEMENT_FORMULAS: Final = get_args(AgreementFormula)
AgreementExitReason = Literal["own_premises", "moved", "job_change", "project_stopped", "price", "other"]
AGREEMENT_EXIT_REASONS: Final = get_args(AgreementExitReason)
PassEndReason = Literal["own_premises", "moved", "job_change", "end_of_free_period", "not_renewed", "other"]
PASS_END_REASONS: Final = get_args(PassEndReason)
MemberService = Literal["domiciliation", "directory", "mail", "webinar"]
MEMBER_SERVICES: Final = get_args(MemberService)
SupportKind = Literal["housing", "business_creation", "entrepreneur_residence"]
SUPPORT_KINDS: Final = get_args(SupportKind)
SupportOutcome = Literal["achieved", "redirected", "dropped"]
SUPPORT_OUTCOMES: Final = get_args(SupportOutcome)

VISIT_SOURCES: Final = ("desk", "qr", "import", "sensor")
WeekStatus = Literal["draft", "complete", "closed"]
WEEK_STATUSES: Final = get_args(WeekStatus)

PlacementAim = Literal[1, 2, 3]
PLACEMENT_AIMS: Final = get_args(PlacementAim)
ContractKind = Literal["permanent", "fixed_term", "temporary", "other"]
CONTRACT_KINDS: Final = get_args(ContractKind)
PlacementStage = Literal["informed", "interested", "trained", "applied", "hired"]
PLACEMENT_STAGES: Final = get_args(PlacementStage)
ProjectKind = Literal["business_creation", "business_takeover", "farming", "employment", "telework", "other"]
PROJECT_KINDS: Final = get_args(ProjectKind)
HouseholdOutcome = Literal["pending", "settled", "dropped"]
HOUSEHOLD_OUTCOMES: Final = get_args(HouseholdOutcome)

EventKind = Literal[
    "open_day", "round_table", "talk", "demonstration", "workshop", "training", "webinar", "forum", "fair",
    "animators_meeting",
]  # fmt: skip
EVENT_KINDS: Final = get_args(EventKind)

AccountRole = Literal["manager", "administrator", "coordinator", "animator", "viewer"]
ROLES: Final = get_args(AccountRole)
REMINDER_CHANNELS: Final = ("email", "copied")
PresentationTheme = Literal["auto", "light", "dark"]
PRESENTATION_THEMES: Final = get_args(PresentationTheme)

IMPORT_STATES: Final = ("waiting", "returned", "running", "done", "undoing", "undone")

ERASURE_REASONS: Final = ("request", "mistake", "retention")
