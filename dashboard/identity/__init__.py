"""Who somebody is: passwords, cookies, sessions, and identity providers."""
