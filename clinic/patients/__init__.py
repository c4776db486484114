"""Patients at the desk: what their pages show, and what happens to a visit."""
