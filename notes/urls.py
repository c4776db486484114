"""URLs of the clinical record: pages first, then fragments, then verbs."""

from django.urls import path

from notes.views import note, rows

app_name = "notes"

note_page = [
    path("notes/<uuid:pk>/", note.note, name="note"),
    path("visits/<uuid:pk>/note/", note.note_begin, name="note-begin"),
    path("visits/<uuid:pk>/note/start/", note.note_start, name="note-start"),
    path("notes/<uuid:pk>/save/", note.note_save, name="note-save"),
    path("notes/<uuid:pk>/serve/", note.episode_serve, name="episode-serve"),
    path("notes/<uuid:pk>/goals/<uuid:goal>/", note.goal_progress, name="goal-progress"),
    path("notes/<uuid:pk>/alerts/<uuid:alert>/", note.alert_answer, name="alert-answer"),
    path("notes/<uuid:pk>/addenda/add/", note.addendum_add, name="addendum-add"),
    path("notes/<uuid:pk>/activities/quick/", rows.activity_quick, name="activity-quick"),
]

# The three kinds of rows have the same deeds under their own names: activity-add, finding-save and so on.
note_rows = [
    route
    for kind, folder in (("finding", "findings"), ("adjustment", "adjustments"), ("activity", "activities"))
    for route in (
        path(f"notes/<uuid:pk>/{folder}/add/", rows.row_add, {"kind": kind}, name=f"{kind}-add"),
        path(f"notes/<uuid:pk>/{folder}/confirm/", rows.rows_confirm, {"kind": kind}, name=f"{folder}-confirm"),
        path(f"{folder}/<uuid:pk>/", rows.row, {"kind": kind}, name=kind),
        path(f"{folder}/<uuid:pk>/edit/", rows.row_edit, {"kind": kind}, name=f"{kind}-edit"),
        path(f"{folder}/<uuid:pk>/save/", rows.row_save, {"kind": kind}, name=f"{kind}-save"),
        path(f"{folder}/<uuid:pk>/remove/", rows.row_remove, {"kind": kind}, name=f"{kind}-remove"),
        path(f"{folder}/<uuid:pk>/up/", rows.row_move, {"kind": kind, "way": "up"}, name=f"{kind}-up"),
        path(f"{folder}/<uuid:pk>/down/", rows.row_move, {"kind": kind, "way": "down"}, name=f"{kind}-down"),
        path(f"{folder}/<uuid:pk>/confirm/", rows.row_confirm, {"kind": kind}, name=f"{kind}-confirm"),
    )
    if not (kind == "finding" and route.name.endswith("confirm"))
]

urlpatterns = [*note_page, *note_rows]
