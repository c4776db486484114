"""Pages of the coding side, by subject."""
