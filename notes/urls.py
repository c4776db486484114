"""URLs of the clinical record: pages first, then fragments, then verbs."""

from django.urls import path

from notes.views import (
    adjustments,
    amendments,
    diagnoses,
    earlier,
    episodes,
    glass,
    goals,
    here,
    note,
    rows,
    today,
    visits,
)

app_name = "notes"

note_page = [
    path("notes/<uuid:pk>/", note.note, name="note"),
    path("visits/<uuid:pk>/note/", note.note_begin, name="note-begin"),
    path("visits/<uuid:pk>/note/start/", note.note_start, name="note-start"),
    path("notes/<uuid:pk>/save/", note.note_save, name="note-save"),
    path("notes/<uuid:pk>/discard/", note.note_discard, name="note-discard"),
    path("notes/<uuid:pk>/here/", here.here, name="here"),
    path("notes/<uuid:pk>/take/", here.take, name="take"),
    path("notes/<uuid:pk>/leave/<uuid:page>/", here.leave, name="leave"),
    path("notes/<uuid:pk>/diagnoses/", note.note_diagnoses, name="note-diagnoses"),
    path("notes/<uuid:pk>/earlier/", earlier.earlier, name="earlier"),
    path("notes/<uuid:pk>/serve/", note.episode_serve, name="episode-serve"),
    path("notes/<uuid:pk>/goals/<uuid:goal>/", note.goal_progress, name="goal-progress"),
    path("notes/<uuid:pk>/alerts/<uuid:alert>/", note.alert_answer, name="alert-answer"),
    path("notes/<uuid:pk>/activities/quick/", rows.activity_quick, name="activity-quick"),
    path("notes/<uuid:pk>/adjustments/said/", adjustments.adjustment_said, name="adjustment-said"),
    path("notes/<uuid:pk>/column/press/", adjustments.column_press, name="column-press"),
]

# The three kinds of rows have the same deeds under their own names: activity-add, finding-save and so on.
note_rows = [
    route
    for kind, folder in (("finding", "findings"), ("adjustment", "adjustments"), ("activity", "activities"))
    for route in (
        path(f"notes/<uuid:pk>/{folder}/add/", rows.row_add, {"kind": kind}, name=f"{kind}-add"),
        path(f"notes/<uuid:pk>/{folder}/confirm/", rows.rows_confirm, {"kind": kind}, name=f"{folder}-confirm"),
        path(f"notes/<uuid:pk>/{folder}/decline/", rows.rows_decline, {"kind": kind}, name=f"{folder}-decline"),
        path(f"{folder}/<uuid:pk>/", rows.row, {"kind": kind}, name=kind),
        path(f"{folder}/<uuid:pk>/edit/", rows.row_edit, {"kind": kind}, name=f"{kind}-edit"),
        path(f"{folder}/<uuid:pk>/save/", rows.row_save, {"kind": kind}, name=f"{kind}-save"),
        path(f"{folder}/<uuid:pk>/remove/", rows.row_remove, {"kind": kind}, name=f"{kind}-remove"),
        path(f"{folder}/<uuid:pk>/up/", rows.row_move, {"kind": kind, "way": "up"}, name=f"{kind}-up"),
        path(f"{folder}/<uuid:pk>/down/", rows.row_move, {"kind": kind, "way": "down"}, name=f"{kind}-down"),
        path(f"{folder}/<uuid:pk>/confirm/", rows.row_confirm, {"kind": kind}, name=f"{kind}-confirm"),
    )
    if not (kind == "finding" and str(route.name).endswith(("confirm", "decline")))
]

emergency = [
    path("emergency/<uuid:pk>/", glass.glass, name="glass"),
    path("emergency/<uuid:pk>/notes/<uuid:note>/", glass.glass_note, name="glass-note"),
]

day = [
    path("<slug:practice>/today/", today.today, name="today"),
    path("patients/<uuid:pk>/notes/", visits.visit_notes, name="visit-notes"),
]

amendment_pages = [
    path("patients/<uuid:pk>/amendments/", amendments.amendments, name="amendments"),
    path("patients/<uuid:pk>/amendments/add/", amendments.amendment_add, name="amendment-add"),
    path("amendments/<uuid:pk>/step/", amendments.amendment_step, name="amendment-step"),
]

episode_page = [
    path("episodes/<uuid:pk>/", episodes.episode, name="episode"),
    path("patients/<uuid:pk>/episodes/add/", episodes.episode_add, name="episode-add"),
    path("patients/<uuid:pk>/episodes/", episodes.episodes, name="episodes"),
    path("episodes/<uuid:pk>/about/", episodes.about, name="episode-about"),
    path("episodes/<uuid:pk>/about/edit/", episodes.about_edit, name="episode-about-edit"),
    path("episodes/<uuid:pk>/course/", episodes.course, name="episode-course"),
    path("episodes/<uuid:pk>/plan/", episodes.plan, name="plan"),
    path("episodes/<uuid:pk>/plan/edit/", episodes.plan_edit, name="plan-edit"),
    path("episodes/<uuid:pk>/plan/reviewed/", episodes.plan_reviewed, name="plan-reviewed"),
    path("episodes/<uuid:pk>/services/add/", episodes.service_add, name="service-add"),
    path("services/<uuid:pk>/end/", episodes.service_end, name="service-end"),
]

episode_goals = [
    path("goals/<uuid:pk>/", goals.goal, name="goal"),
    path("episodes/<uuid:pk>/goals/add/", goals.goal_add, name="goal-add"),
    path("goals/<uuid:pk>/edit/", goals.goal_edit, name="goal-edit"),
    path("goals/<uuid:pk>/met/", goals.goal_close, {"outcome": "met"}, name="goal-met"),
    path("goals/<uuid:pk>/drop/", goals.goal_close, {"outcome": "dropped"}, name="goal-drop"),
    path("goals/<uuid:pk>/reopen/", goals.goal_close, {"outcome": "open"}, name="goal-reopen"),
]

episode_diagnoses = [
    path("episodes/<uuid:pk>/diagnoses/", diagnoses.diagnoses, name="diagnoses"),
    path("episodes/<uuid:pk>/diagnoses/search/", diagnoses.diagnosis_search, name="diagnosis-search"),
    path("episodes/<uuid:pk>/diagnoses/add/", diagnoses.diagnosis_add, name="diagnosis-add"),
    path("diagnoses/<uuid:pk>/up/", diagnoses.diagnosis_move, {"way": "up"}, name="diagnosis-up"),
    path("diagnoses/<uuid:pk>/down/", diagnoses.diagnosis_move, {"way": "down"}, name="diagnosis-down"),
    path("diagnoses/<uuid:pk>/end/", diagnoses.diagnosis_end, name="diagnosis-end"),
]

urlpatterns = [
    *day,
    *amendment_pages,
    *emergency,
    *note_page,
    *note_rows,
    *episode_page,
    *episode_goals,
    *episode_diagnoses,
]
