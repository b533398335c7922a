"""Who somebody is: accounts and their sessions, identity providers, and what the application signs."""
