"""Pages of the practice, by subject."""
