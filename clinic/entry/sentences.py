"""What Plumbline says where Django's own fields and columns refuse: what was seen, and what to do.

These are defaults. A field that can say more (why it matters, an example) has messages of its own, and so has a constraint
that a form can meet.
"""

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.db import models

LONG = "%(show_value)s characters, and at most %(limit_value)s fit. Nothing was cut off; shorten it here."
UNREADABLE = (
    "There is a character in this that cannot be stored: a NUL, which pasted text has at times. It was not saved. Delete the "
    "character (it may show as \ufffd), or type the words around it anew."
)
NONE_OF_THESE = "\u201c%(value).40s\u201d is none of the choices here. Choose among those that are shown."
GONE = "What was chosen is not on the list, or not any more. Choose among those that are shown."
NOT_A_LIST = "This could not be read as a list of choices. Choose among those that are shown."

OF_FORMS: dict[type[forms.Field], dict[str, str]] = {
    forms.Field: {
        "required": "Nothing stands here yet. Please fill this in.",
        "max_length": LONG,
        "min_length": "%(show_value)s characters, and at least %(limit_value)s are needed.",
        "max_value": "This says %(show_value).40s, and at most %(limit_value)s fits here.",
        "min_value": "This says %(show_value).40s, and at least %(limit_value)s is needed here.",
        "max_digits": "This number is too long. At most %(max)s digits fit.",
        "max_whole_digits": "This number is too large. At most %(max)s digits fit before the point.",
        "max_decimal_places": "This number is too fine. At most %(max)s digits fit behind the point.",
        "null_characters_not_allowed": UNREADABLE,
    },
    forms.IntegerField: {"invalid": "This is not a whole number. Write it in digits, such as 12."},
    forms.FloatField: {"invalid": "This is not a number. Write it in digits, such as 12.5."},
    forms.DecimalField: {"invalid": "This is not a number. Write it in digits, such as 12.50."},
    forms.DateField: {"invalid": "This is no date that can be read. Write it as 3/4/1984."},
    forms.TimeField: {"invalid": "This is no time that can be read. Write it as 14:30."},
    forms.EmailField: {"invalid": "This is not an email address. Write it as name@example.com."},
    forms.UUIDField: {"invalid": "This page did not send what it should. Load it again, and then repeat this."},
    forms.BooleanField: {"required": "This is not ticked yet. Tick it to go on."},
    forms.ChoiceField: {
        "required": "Nothing is chosen here yet. Choose one.",
        "invalid_choice": NONE_OF_THESE,
    },
    forms.MultipleChoiceField: {
        "required": "Nothing is chosen here yet. Choose at least one.",
        "invalid_choice": NONE_OF_THESE,
        "invalid_list": NOT_A_LIST,
    },
    forms.ModelChoiceField: {"invalid_choice": GONE},
    forms.ModelMultipleChoiceField: {"invalid_choice": GONE, "invalid_pk_value": GONE, "invalid_list": NOT_A_LIST},
}
OF_COLUMNS = {
    "blank": "Nothing stands here yet. Please fill this in.",
    "null": "Nothing stands here yet. Please fill this in.",
    "invalid_choice": NONE_OF_THESE,
    "unique": "Another one has this already. Choose a different one.",
    "unique_for_date": "Another one of this day has this already. Choose a different one.",
}


def become_the_default() -> None:
    """Let every field say these. Call it before any form is declared: fields copy their messages when they are made."""
    for field, sentences in OF_FORMS.items():
        field.default_error_messages = {**field.__dict__.get("default_error_messages", {}), **sentences}
    ProhibitNullCharactersValidator.message = UNREADABLE  # a field for a row of a table asks it by itself
    models.Field.default_error_messages = {**models.Field.default_error_messages, **OF_COLUMNS}
