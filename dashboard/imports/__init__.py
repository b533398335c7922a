"""Files that people bring: read as texts, matched to the columns of a kind, turned into records. Nothing in them is run."""
