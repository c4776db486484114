"""Who did what to whom: the log and how it is read, and access that somebody watches over."""
