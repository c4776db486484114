"""Check digits and forms of the numbers that identify providers and practices. Pure."""

from zoneinfo import available_timezones

from django.core.exceptions import ValidationError


def npi_is_valid(number: str) -> bool:
    """Say whether ten digits are a National Provider Identifier.

    Its last digit is the Luhn digit over the number prefixed with 80840 (45 CFR 162.406; CMS NPI check digit).

    >>> npi_is_valid("1234567893"), npi_is_valid("1234567890"), npi_is_valid("12345"), npi_is_valid("١٢٣٤٥٦٧٨٩٣")
    (True, False, False, False)
    """
    return len(number) == 10 and _is_ascii_digits(number) and luhn("80840" + number) == 0


def luhn(digits: str) -> int:
    """Return the Luhn sum modulo ten of a string of digits; 0 means that the last one checks.

    >>> luhn("808401234567893")
    0
    """
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10


def tax_id_is_valid(number: str) -> bool:
    """Say whether a number has the form of a US employer identification number or a social security number.

    >>> [tax_id_is_valid(n) for n in ("12-3456789", "123-45-678", "123456789", "1-23456789")]
    [True, False, True, False]
    """
    plain = number.replace("-", "", 1) if len(number) == 10 and number[2] == "-" else number
    return len(plain) == 9 and _is_ascii_digits(plain)


def _is_ascii_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def validate_npi(number: str) -> None:
    if not npi_is_valid(number):
        raise ValidationError("This is not a valid NPI: ten digits, the last of which checks the others.")


def validate_tax_id(number: str) -> None:
    if not tax_id_is_valid(number):
        raise ValidationError("A tax ID has nine digits, such as 12-3456789.")


def validate_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError("This is no time zone that we know; try America/New_York.")
