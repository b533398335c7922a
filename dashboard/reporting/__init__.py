"""The report of a year and the note of each place: facts are asked for once, then written to files."""
