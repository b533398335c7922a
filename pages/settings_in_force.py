"""Réglages: how the product is set, without its secrets."""

from dashboard.ui import components, guard
from dashboard.ui.views import rights_and_settings as view

guard.enter("settings_in_force")

components.page_title("settings_in_force")
components.key_sentence("Les réglages se changent par des variables d’environnement, puis un redémarrage.")
components.table(view.settings_table())
components.files(view.settings_table(), key="settings")
