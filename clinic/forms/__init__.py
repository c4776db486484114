"""Forms of the practice, by subject. They clean input and decide nothing."""
