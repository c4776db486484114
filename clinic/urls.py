"""Every URL of Plumbline. Pages of one practice carry its slug; pages of one object carry the object's id alone."""

from django.urls import include, path

handler400 = "clinic.views.errors.bad_request"
handler403 = "clinic.views.errors.forbidden"
handler404 = "clinic.views.errors.not_found"
handler500 = "clinic.views.errors.server_error"
urlpatterns = [path("", include("clinic.pages")), path("", include("notes.urls")), path("", include("coding.urls"))]
