"""Réglages: how the product is set, without its secrets."""

from dashboard.ui import about, components, guard

guard.enter("settings_in_force")

components.page_title("settings_in_force")
about.draw_last_backup()
about.draw_check()
components.key_sentence("Les réglages se changent par des variables d’environnement, puis un redémarrage.")
components.table(about.settings_table())
components.files(about.settings_table(), key="settings")
