"""Signing in and out; everything else about accounts is the administrator's."""

from django.contrib.auth.views import LoginView, LogoutView


class SignIn(LoginView):
    """The sign-in page; who is signed in already goes on to the first page."""

    template_name = "registration/sign_in.html"
    redirect_authenticated_user = True


class SignOut(LogoutView):
    """Ends the session; by POST alone, so that no link of another page does it."""

    http_method_names = ("post", "options")
