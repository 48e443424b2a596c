"""Language and look: kept with the account, and in a cookie for the sign-in page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBadRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from bangtin.hub.accounts import actions
from bangtin.hub.accounts.models import Theme, User
from bangtin.hub.portal.context import THEME_COOKIE

YEAR_S = 365 * 24 * 3600


def _back(request: HttpRequest) -> HttpResponseRedirect:
    address = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()})
    return HttpResponseRedirect(address if is_ours else "/")


def _remember(response: HttpResponseRedirect, name: str, value: str) -> HttpResponseRedirect:
    response.set_cookie(name, value, max_age=YEAR_S, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return response


@require_POST
def set_language(request: HttpRequest) -> HttpResponseBase:
    """Switch the language and go back to the page (POST `language`, `next`)."""
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest()
    if isinstance(request.user, User):
        actions.choose_language(user=request.user, language=language)
    return _remember(_back(request), settings.LANGUAGE_COOKIE_NAME, language)


@require_POST
def set_theme(request: HttpRequest) -> HttpResponseBase:
    """Switch light and dark and go back to the page (POST `theme`, `next`)."""
    theme = request.POST.get("theme", "")
    if theme not in Theme.values:
        return HttpResponseBadRequest()
    if isinstance(request.user, User):
        actions.choose_theme(user=request.user, theme=theme)
    return _remember(_back(request), THEME_COOKIE, theme)
