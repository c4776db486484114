"""URLs of the coding side: pages first, then fragments, then verbs."""

from django.urls import path

from coding.views import guidance, review, suggestions

app_name = "coding"

margin = [path("notes/<uuid:pk>/suggestions/", suggestions.suggestions, name="suggestions")]

review_pages = [
    path("notes/<uuid:pk>/review/", review.review, name="review"),
    path("notes/<uuid:pk>/review/record-only/", review.record_only, name="record-only"),
    path("notes/<uuid:pk>/review/bill-again/", review.bill_again, name="bill-again"),
    path("notes/<uuid:pk>/review/acknowledge/", review.acknowledge, name="acknowledge"),
    path("notes/<uuid:pk>/review/take-back/", review.take_back, name="take-back"),
    path("notes/<uuid:pk>/sign/", review.sign, name="sign"),
]

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

urlpatterns = [*margin, *review_pages, *guidance_pages]
