"""Qui voit quoi: the table of rights, as the application obeys it."""

from dashboard.ui import components, guard
from dashboard.ui.views import rights_and_settings as view

guard.enter("who_sees_what")

components.page_title("who_sees_what")
components.key_sentence(view.sentence())
components.table(view.rights_table())
components.files(view.rights_table(), key="rights")
components.table(view.pages_table())
components.files(view.pages_table(), key="pages")
components.note(
    "Le même tableau règle le menu, l’entrée de chaque page et chaque lecture ou écriture dans la base. "
    "Un accès refusé à une personne connectée est inscrit au journal."
)
