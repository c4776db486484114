"""URLs of the coding side: pages first, then fragments, then verbs."""

from django.urls import path

from coding.views import (
    addenda,
    cosigning,
    day,
    disclosures,
    exports,
    fees,
    guidance,
    packets,
    queue,
    retraction,
    review,
    services,
    signed,
    suggestions,
    superbills,
)

app_name = "coding"

margin = [
    path("notes/<uuid:pk>/suggestions/", suggestions.suggestions, name="suggestions"),
    path("notes/<uuid:pk>/lines/", signed.signed_lines, name="signed-lines"),
]

review_pages = [
    path("notes/<uuid:pk>/addendum/", addenda.addendum, name="addendum"),
    path("notes/<uuid:pk>/retract/", retraction.retract, name="retract"),
    path("notes/<uuid:pk>/co-sign/", cosigning.cosign, name="cosign"),
    path("notes/<uuid:pk>/review/", review.review, name="review"),
    path("notes/<uuid:pk>/review/record-only/", review.record_only, name="record-only"),
    path("notes/<uuid:pk>/review/bill-again/", review.bill_again, name="bill-again"),
    path("notes/<uuid:pk>/review/last-unit/", review.last_unit, name="last-unit"),
    path("notes/<uuid:pk>/review/acknowledge/", review.acknowledge, name="acknowledge"),
    path("notes/<uuid:pk>/review/take-back/", review.take_back, name="take-back"),
    path("notes/<uuid:pk>/sign/", review.sign, name="sign"),
    path("<slug:practice>/to-sign/", queue.to_sign, name="to-sign"),
]

services_of_a_note = [
    path("notes/<uuid:pk>/services/", services.services, name="services"),
    path("notes/<uuid:pk>/services/add/", services.service_add, name="service-add"),
    path("services/<uuid:pk>/remove/", services.service_remove, name="service-remove"),
]

desk = [
    path("<slug:practice>/superbills/", day.day, name="day"),
    path("<slug:practice>/superbills/<str:on>/", day.day, name="day"),
    path("<slug:practice>/superbills/<str:on>/board/", day.day_board, name="day-board"),
    path("visits/<uuid:pk>/row/", day.day_row, name="day-row"),
    path("superbills/<uuid:pk>/", superbills.superbill, name="superbill"),
    path("superbills/<uuid:pk>/pdf/", superbills.superbill_as_pdf, name="superbill-pdf"),
    path("superbills/<uuid:pk>/note/", disclosures.signed_note, name="signed-note"),
    path("superbills/<uuid:pk>/review/", superbills.superbill_review, name="superbill-review"),
    path("superbills/<uuid:pk>/hold/", superbills.superbill_hold, name="superbill-hold"),
    path("superbills/<uuid:pk>/release/", superbills.superbill_release, name="superbill-release"),
    path("superbills/<uuid:pk>/void/", superbills.superbill_void, name="superbill-void"),
    path("<slug:practice>/questions/", superbills.questions, name="questions"),
    path("<slug:practice>/exports/superbills/", exports.superbills_export, name="superbills-export"),
    path("<slug:practice>/fees/", fees.fees, name="fees"),
    path("<slug:practice>/fees/add/", fees.fee_add, name="fee-add"),
    path("fees/<uuid:pk>/edit/", fees.fee_edit, name="fee-edit"),
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

records = [path("patients/<uuid:pk>/packet/", packets.packet, name="packet")]

urlpatterns = [*records, *margin, *review_pages, *services_of_a_note, *desk, *guidance_pages]
