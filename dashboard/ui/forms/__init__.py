"""The forms: what a person types, turned into a record, recorded at once, and told back."""
