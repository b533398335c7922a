"""Comptes: who may sign in, with which rights."""

from dashboard.ui import components, guard
from dashboard.ui.forms import accounts

guard.enter("accounts")

components.page_title("accounts")
accounts.draw()
