"""Qui voit quoi: the table of rights, as the application obeys it."""

from dashboard.ui import about, components, guard

guard.enter("who_sees_what")

components.page_title("who_sees_what")
components.key_sentence(
    "Chacun ne voit que ce que son travail demande ; l’animation ne saisit que pour ses propres télécentres."
)
rights, pages = about.rights_table(), about.pages_table()
with components.one_text():
    components.contents(None, ("droits", rights.title), ("pages", pages.title))
    components.heading(rights.title, "droits")
    components.table(rights)
    components.files(rights, key="rights")
    components.heading(pages.title, "pages")
    components.table(pages)
    components.files(pages, key="pages")
components.note(
    "Le même tableau règle le menu, l’entrée de chaque page et chaque lecture ou écriture dans la base. "
    "Un accès refusé à une personne connectée est inscrit au journal."
)
