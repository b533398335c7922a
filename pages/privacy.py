"""Confidentialité: what is recorded of people, why, for how long, and who sees it."""

from dashboard.ui import about, components, guard

guard.enter("privacy")

components.page_title("privacy")
components.key_sentence(
    "Le tableau de bord compte des places et des semaines ; il ne connaît des personnes que ce que leur accueil demande."
)
recorded = about.recorded_table()
with components.one_text():
    components.contents(None, ("enregistre", recorded.title), ("droits", "Vos droits"))
    components.heading(recorded.title, "enregistre")
    components.table(recorded)
    components.files(recorded, key="recorded")
    components.heading("Vos droits", "droits")
    components.notes(about.rights_of_people())
