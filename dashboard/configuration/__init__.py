"""How the product is set: its settings, its clock, and where it keeps what it must not lose."""
