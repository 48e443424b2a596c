"""Signing in and out, and one's own password; everything else about accounts is the administrator's."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from bangtin.hub.accounts import actions
from bangtin.hub.accounts.actions import signing_in
from bangtin.hub.kit import clock
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.portal import formats
from bangtin.hub.portal.forms.session import PasswordForm
from bangtin.hub.portal.signed_in import reader


class SignIn(LoginView):
    """The sign-in page; who is signed in already goes on to the first page. Guessing is slowed down."""

    template_name = "registration/sign_in.html"
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Not even the right password opens a locked account: nobody learns which guess was right."""
        until = signing_in.locked_until(self._attempt(), at=clock.now())
        if until is None:
            return super().post(request, *args, **kwargs)
        form = AuthenticationForm(request, initial={"username": request.POST.get("username", "")})
        return self._refused(form, _told(until))

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Let in, and forget the failures."""
        signing_in.note_success(self._attempt())
        return super().form_valid(form)

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Count the failure; the one too many says until when."""
        if not all(form.data.get(name) for name in ("username", "password")):
            return super().form_invalid(form)
        until = signing_in.note_failure(self._attempt(), at=clock.now())
        return super().form_invalid(form) if until is None else self._refused(form, _told(until))

    def _attempt(self) -> signing_in.Attempt:
        meta, post = self.request.META, self.request.POST
        return signing_in.Attempt(str(post.get("username", "")), str(meta.get("REMOTE_ADDR", "")))

    def _refused(self, form: AuthenticationForm, words: str) -> HttpResponse:
        context = self.get_context_data(form=form, locked=words)
        return self.render_to_response(context, status=429)


class SignOut(LogoutView):
    """Ends the session; by POST alone, so that no link of another page does it."""

    http_method_names = ("post", "options")


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """One's own password; asked for at the first sign-in with one that was made by someone else."""
    user, now, _today = reader(request)
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_password(user=user, password=form.cleaned_data["password"], actor=user, at=now)
        except Refusal as refusal:
            form.add_error("password", str(refusal))
        else:
            update_session_auth_hash(request, user)
            messages.success(request, _("Your new password holds from now on."))
            return redirect("work")
    context = {"form": form, "is_due": user.is_password_provisional}
    return render(request, "registration/password.html", context, status=422 if form.errors else 200)


def _told(until: datetime) -> str:
    words = _("Too many failed tries. Try again after %(time)s; the administrator renews a forgotten password.")
    return words % {"time": formats.clock(until)}
