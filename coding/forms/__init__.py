"""Forms of the coding side, by subject."""
