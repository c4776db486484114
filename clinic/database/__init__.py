"""The database: the engine, which is Django's own and notices that the server is away (see base.py), what tables refuse, and
the server that comes with a checkout.
"""
