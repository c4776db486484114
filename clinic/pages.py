"""URLs of the practice: signing in, people, payers, patients, visits."""

from django.urls import path

from clinic.views import alerts, coverages, patients, search, session, visits

app_name = "clinic"
urlpatterns = [
    path("", session.home, name="home"),
    path("login/", session.login, name="login"),
    path("logout/", session.logout, name="logout"),
    path("signed-in/", session.signed_in, name="signed-in"),
    path("token/", session.token, name="token"),
    path("healthz", session.healthz, name="healthz"),
    path("<slug:practice>/patients/", patients.patients, name="patients"),
    path("<slug:practice>/patients/add/", patients.patient_add, name="patient-add"),
    path("<slug:practice>/patients/begin/", patients.patient_begin, name="patient-begin"),
    path("<slug:practice>/search/", search.search, name="search"),
    path("<slug:practice>/walk-in/", search.walk_in, name="walk-in"),
    path("<slug:practice>/walk-in/search/", search.walk_in_search, name="walk-in-search"),
    path("patients/<uuid:pk>/", patients.patient, name="patient"),
    path("patients/<uuid:pk>/banner/", patients.banner, name="banner"),
    path("patients/<uuid:pk>/who/", patients.who, name="who"),
    path("patients/<uuid:pk>/edit/", patients.patient_edit, name="patient-edit"),
    path("patients/<uuid:pk>/alerts/", alerts.alerts, name="alerts"),
    path("patients/<uuid:pk>/alerts/add/", alerts.alert_add, name="alert-add"),
    path("alerts/<uuid:pk>/retire/", alerts.alert_retire, name="alert-retire"),
    path("patients/<uuid:pk>/coverages/", coverages.coverages, name="coverages"),
    path("patients/<uuid:pk>/coverages/add/", coverages.coverage_add, name="coverage-add"),
    path("coverages/<uuid:pk>/edit/", coverages.coverage_edit, name="coverage-edit"),
    path("coverages/<uuid:pk>/retire/", coverages.coverage_retire, name="coverage-retire"),
    path("patients/<uuid:pk>/visits/", visits.visits, name="visits"),
    path("patients/<uuid:pk>/visits/add/", visits.visit_add, name="visit-add"),
    path("visits/<uuid:pk>/state/", visits.visit_state, name="visit-state"),
    path("visits/<uuid:pk>/payments/", visits.payments, name="payments"),
    path("visits/<uuid:pk>/payments/add/", visits.payment_add, name="payment-add"),
]
