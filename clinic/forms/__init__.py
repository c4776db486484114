"""Forms of the practice, by subject. They clean input and decide nothing; keeping.py keeps what one of a row holds."""
