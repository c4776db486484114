"""The database engine: Django's own, which notices that the server is away (see base.py)."""
