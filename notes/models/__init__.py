"""The clinical record: episodes with their diagnoses and goals, and the notes of visits with their parts.

A note is a draft until it is signed; `signed_at` and `signed_by` are the state, and there is no way back.
"""

from notes.models.corrections import AmendmentRequest, AmendmentStep, Correction, Retraction
from notes.models.episodes import Diagnosis, DiagnosisCode, Episode, Goal, PlannedService
from notes.models.history import Edit, Holder
from notes.models.notes import Note, NoteEpisode
from notes.models.parts import Activity, Adjustment, AlertAnswer, ExamFinding, GoalProgress, Part, place
from notes.models.signatures import Addendum, Attestation, ChainHead, Sealed, Signature

__all__ = [
    "Activity",
    "Addendum",
    "Adjustment",
    "AlertAnswer",
    "AmendmentRequest",
    "AmendmentStep",
    "Attestation",
    "ChainHead",
    "Correction",
    "Diagnosis",
    "DiagnosisCode",
    "Edit",
    "Episode",
    "ExamFinding",
    "Goal",
    "GoalProgress",
    "Holder",
    "Note",
    "NoteEpisode",
    "Part",
    "PlannedService",
    "Retraction",
    "Sealed",
    "Signature",
    "place",
]
