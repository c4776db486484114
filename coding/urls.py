"""URLs of the coding side: pages first, then fragments, then verbs."""

from django.urls import path

from coding.views import guidance, suggestions

app_name = "coding"

margin = [path("notes/<uuid:pk>/suggestions/", suggestions.suggestions, name="suggestions")]

guidance_pages = [
    path("<slug:practice>/guidance/", guidance.guidance_index, name="guidance-index"),
    path("<slug:practice>/guidance/found/", guidance.guidance_found, name="guidance-found"),
    path("<slug:practice>/guidance/<slug:slug>/", guidance.guidance, name="guidance"),
    path("<slug:practice>/guidance/<slug:slug>/panel/", guidance.guidance_panel, name="guidance-panel"),
    path("<slug:practice>/guidance/<slug:slug>/edit/", guidance.guidance_edit, name="guidance-edit"),
    path("<slug:practice>/guidance/<slug:slug>/preview/", guidance.guidance_preview, name="guidance-preview"),
    path("<slug:practice>/guidance/<slug:slug>/history/", guidance.guidance_history, name="guidance-history"),
    path("<slug:practice>/guidance/<slug:slug>/restore/", guidance.guidance_restore, name="guidance-restore"),
]

urlpatterns = [*margin, *guidance_pages]
