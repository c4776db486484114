"""What of a practice's set-up grows old on the side of the record: the list of diagnoses."""

from clinic.models import Practice
from clinic.practice.setup import watches
from notes.diagnosis_search import is_overtaken
from notes.models import DiagnosisCode


@watches
def diagnoses(practice: Practice) -> str:
    """Say that a newer list of diagnoses is in force. One comes each 1 October."""
    newest = DiagnosisCode.objects.order_by("-valid_from").first()
    if newest is None or not is_overtaken(newest.valid_from, on=practice.today()):
        return ""
    return (
        f"The list of diagnoses is that of {newest.edition}, and a newer one is in force since 1 October. Codes may have "
        "ended or changed. Whoever runs Plumbline here downloads the list from CMS and loads it with import_icd10 "
        "(docs/tables.md)."
    )
