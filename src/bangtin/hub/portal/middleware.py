"""What stands before every page: sign-in, the user's language, a strict content policy, refusals as pages."""

from collections.abc import Callable
from contextlib import nullcontext

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation

from bangtin.hub.kit import reading
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.regulations import queries as regulations

GetResponse = Callable[[HttpRequest], HttpResponse]
# Addresses that need no account: each names its own guard (device keys, public pages, the sign-in itself).
OPEN_PREFIXES = (
    "/api/v1/",
    "/static/",
    "/dang-nhap/",
    "/ngon-ngu",
    "/giao-dien",
    "/lich-han/",
    "/lich-phat/",
    "/theo-doi/",
    "/khan-cap/cap",
)
WITHOUT_OWN_PASSWORD = ("/mat-khau/", "/dang-xuat", "/tro-giup/")
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'; "
    "frame-src 'self'; manifest-src 'self'"
)


class SignInRequired:
    """Default deny: a page is shown to a signed-in account unless its prefix is in OPEN_PREFIXES."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated or request.path.startswith(OPEN_PREFIXES):
            return self.get_response(request)
        return redirect_to_login(request.get_full_path())


class OneReading:
    """The province's own rows are read once while a page is made; who holds which post, while one is only read."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_reading = request.method in {"GET", "HEAD"}
        with regulations.remembered(), reading.one_page() if is_reading else nullcontext():
            return self.get_response(request)


class OwnPassword:
    """Who signed in with a password that someone else made chooses an own one before anything else opens."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_due = getattr(request.user, "is_password_provisional", False)
        if not is_due or request.path.startswith((*OPEN_PREFIXES, *WITHOUT_OWN_PASSWORD)):
            return self.get_response(request)
        return redirect("password")


class TextOnly:
    """A NUL is in no text that anyone types, and PostgreSQL cannot hold it: no such page, and no such field."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, *_arguments: object) -> None:
        """Stands behind the check of the form's token, which has read the form already; devices send no form."""
        if "\0" in request.path:
            raise Http404
        form = [] if getattr(view, "csrf_exempt", False) else request.POST.lists()
        fields = [*request.GET.lists(), *form]
        if any("\0" in text for name, values in fields for text in (name, *values)):
            raise BadRequest("a field holds a NUL")


class UserLanguage:
    """Vietnamese unless the account, or the visitor's cookie, says English; the browser's list is not asked."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = getattr(request.user, "language", None) or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response


class ContentSecurityPolicy:
    """No inline script, no inline style, nothing from another origin."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CSP)
        response.headers.setdefault("Permissions-Policy", "camera=(self), microphone=(), geolocation=()")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        return response


class RefusalPage:
    """A refusal that no form caught becomes a page that says what, why and what next."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        return render(request, "refusal.html", {"refusal": exception}, status=exception.http_status)
