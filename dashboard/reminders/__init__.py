"""What is written to a centre whose weeks are not entered, and how it is sent."""
