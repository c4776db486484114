"""What all forms for rows of a practice share: clean text, plain layout, and no form tag of their own."""

from typing import Any
from uuid import UUID

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from clinic.entry.fields import ClinicalLine, Day
from clinic.entry.fingerprints import in_words, of_values
from clinic.models import Owned


def fields_for(column: "models.Field[Any, Any]", **kwargs: Any) -> forms.Field | None:
    """Choose the form field of a column: text is cleaned as text of the record is, a date is picked or typed."""
    if isinstance(column, models.EmailField):
        return column.formfield(**kwargs)
    if isinstance(column, models.CharField) and not column.choices:
        return column.formfield(form_class=ClinicalLine, **kwargs)
    if isinstance(column, models.DateField):
        return column.formfield(form_class=Day, **kwargs)
    return column.formfield(**kwargs)


PROOFS = ("password", "pin", "code", "passkey")  # the fields of a ProofForm that stands beside


class BareHelper(FormHelper):  # type: ignore[misc]
    """Fields without a form tag and a token of their own: the page around them has both."""

    form_tag = False
    disable_csrf = True


class RowForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form for one row. The row knows its practice (and patient) before anything is typed.

    A form for a row that is there carries what was seen when it was opened, so that nobody overwrites unseen what somebody
    else has saved in the meantime.
    """

    instance: Owned

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored: dict[str, Any] = {}
        if self.pk:
            self.stored = self.values_of(self.instance)
            self.initial.update(self.stored)
            self.fields["seen"] = forms.CharField(
                widget=forms.HiddenInput, required=False, initial=of_values(self.stored)
            )
        self.helper = BareHelper()
        self.helper.render_hidden_fields = True
        self.helper.layout = self.layout()
        self._start_in_the_first_field()

    def _start_in_the_first_field(self) -> None:
        first = self.fields[self.helper.layout.get_field_names()[0].name]
        if not isinstance(first.widget, forms.RadioSelect):
            first.widget.attrs["autofocus"] = True

    def layout(self) -> Layout:
        return Layout(*(name for name, field in self.fields.items() if not field.widget.is_hidden))

    @property
    def own_key(self) -> UUID | None:
        """The key under which this form is saved once; forms that only change a row have none."""
        return None

    @property
    def sent(self) -> dict[str, list[str]]:
        """Everything that was typed, as it came; not what proved who typed it, of which not even a digest is kept."""
        beside = {"key", "csrfmiddlewaretoken", *(set(PROOFS) - set(self.fields))}
        return {name: self.data.getlist(name) for name in sorted(self.data) if name not in beside}  # type: ignore[attr-defined]

    def hold(self) -> None:
        """Lock the row until the transaction ends, and see what is stored now."""
        row = type(self.instance)._default_manager.select_for_update(of=("self",)).get(pk=self.pk)
        self.stored = self.values_of(row)

    def values_of(self, row: Any) -> dict[str, Any]:
        """Return a row's values as this form holds them."""
        return forms.model_to_dict(row, self._meta.fields, self._meta.exclude)

    def clean(self) -> dict[str, Any] | None:
        given = super().clean()
        if self.pk and self.cleaned_data.get("seen") != of_values(self.stored):
            data: Any = self.data.copy()  # type: ignore[attr-defined]
            data[self.add_prefix("seen")] = of_values(self.stored)
            self.data = data
            self.add_error(None, f"Somebody else changed this since you opened it. {self._differences()}")
        return given

    def _differences(self) -> str:
        """Say what stands there now where it differs from what was typed."""
        given = self.cleaned_data
        names = [n for n in self.stored if n in given and in_words(given[n]) != in_words(self.stored[n])]
        now = "; ".join(f"{self.fields[n].label}: {in_words(self.stored[n]) or 'nothing'}" for n in names)
        return f"There now: {now}. Save again to put yours in its place." if now else "Save again to keep it."

    def is_free(self, name: str) -> Any:
        """Return a value that no other row of the practice has, or say that it is taken."""
        value = self.cleaned_data[name]
        others = type(self.instance)._default_manager.filter(practice=self.instance.practice).exclude(pk=self.pk)
        if others.filter(**{f"{name}__iexact": value}).exists():
            raise ValidationError(self.taken(name, value))
        return value

    def taken(self, name: str, value: Any) -> str:
        return f"{value} is there already."

    @property
    def pk(self) -> Any:
        """The row's key, None while it is new: the database gives it one."""
        return None if self.instance._state.adding else self.instance.pk

    def clean_state(self) -> str:
        return read_state(self.cleaned_data["state"])


def read_state(text: str) -> str:
    """Return the two letters of a state in capitals, or nothing."""
    if text and not (text.isascii() and text.isalpha() and len(text) == 2):
        raise ValidationError("Two letters, such as NC.")
    return text.upper()


def line(**widths: int) -> Div:
    """Set fields side by side as far as there is room, with these widths to each other."""
    return Div(*(Div(name, css_class=f"w{width}") for name, width in widths.items()), css_class="line")


def in_use(form: RowForm) -> tuple[str, ...]:
    """A row that is there can be taken out of use; a new one is in use."""
    if form.pk:
        return ("is_active",)
    del form.fields["is_active"]
    return ()


ADDRESS = ("street", "city", "state", "postal_code")


def address() -> tuple[Any, ...]:
    return "street", line(city=6, state=3, postal_code=3)
