"""Who is in front of the screen."""

from data_access.actors import Actor


def current_actor() -> Actor:
    """The person who acts. Without sign-in the application serves its own machine only, and its user coordinates."""
    return Actor(name="coordination@localhost", role="coordinator")
