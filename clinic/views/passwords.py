"""Setting a password: the first one by a one-time link, later ones by oneself."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from clinic.forms.passwords import FirstPasswordForm, NewPasswordForm
from clinic.requests.access import PracticeRequest, for_roles
from clinic.roles import EVERYONE
from clinic.signin.people import change_password, invited, set_first_password

# Pages


@sensitive_post_parameters("new_password1", "new_password2")
@never_cache
@login_not_required
def welcome(request: HttpRequest, uidb64: str, token: str) -> HttpResponse:
    """Whoever holds the link sets the password of whom it was made for; then it is used up."""
    user = invited(uidb64, token)
    if user is None:
        return render(request, "clinic/welcome_over.html", status=410)
    form = FirstPasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not set_first_password(user, token, form.cleaned_data["new_password1"]):
            return render(request, "clinic/welcome_over.html", status=410)
        logout(request)
        messages.success(request, f"Your password is set. Sign in as {user.get_username()}.")
        return redirect("clinic:login")
    context = {"form": form, "person": user}
    return render(request, "clinic/welcome.html", context, status=422 if form.is_bound else 200)


@sensitive_post_parameters("password", "code", "passkey", "new_password1", "new_password2")
@for_roles(*EVERYONE)
def password(request: PracticeRequest) -> HttpResponse:
    """Change one's own password. Other devices are signed out, this one stays."""
    form = NewPasswordForm(request.POST or None, request=request)
    if form.is_valid() and form.prove():
        change_password(request, form.cleaned_data["new_password1"])
        messages.success(request, "Your password is changed. Other devices are signed out.")
        return redirect("clinic:factors")
    return render(request, "clinic/password.html", {"form": form}, status=422 if form.is_bound else 200)
