"""Running Plumbline: starts that are refused, readiness, headers and logs, backups, the list of its URLs."""
