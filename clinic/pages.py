"""URLs of the practice: signing in, people, payers, patients, visits."""

from django.urls import path

from clinic.views import session

app_name = "clinic"
urlpatterns = [
    path("", session.home, name="home"),
    path("login/", session.login, name="login"),
    path("logout/", session.logout, name="logout"),
    path("signed-in/", session.signed_in, name="signed-in"),
    path("token/", session.token, name="token"),
    path("healthz", session.healthz, name="healthz"),
]
