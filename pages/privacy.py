"""Confidentialité: what is recorded of people, why, for how long, and who sees it."""

from dashboard.ui import about, components, guard

guard.enter("privacy")

components.page_title("privacy")
components.key_sentence(
    "Le tableau de bord compte des places et des semaines ; il ne connaît des personnes que ce que leur accueil demande."
)
components.table(about.recorded_table())
components.files(about.recorded_table(), key="recorded")
components.notes(about.rights_of_people())
