"""The practice: how it is started and set up, and what its payers want."""
