"""Dates with the month in letters, so that no day is taken for a month; hours as clinics' calendars show them."""

DATE_FORMAT = "j M Y"
SHORT_DATE_FORMAT = "j M"
TIME_FORMAT = "G:i"
DATETIME_FORMAT = "j M Y, G:i"
