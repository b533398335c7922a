"""Journal: who changed what, when, from what to what."""

from dashboard.ui import components, guard
from dashboard.ui import journal as view

guard.enter("journal")

components.page_title("journal")
view.draw()
components.note("Chaque changement est noté dans la même opération que lui : rien n’est enregistré sans trace.")
