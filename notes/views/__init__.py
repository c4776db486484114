"""Pages of the clinical record, by subject."""
