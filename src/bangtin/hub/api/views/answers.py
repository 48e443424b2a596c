"""How views of the devices' API read requests and answer refusals."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from bangtin.bundle.errors import BundleRefusal
from bangtin.hub.api.errors import ApiRefusal
from bangtin.hub.api.policies import Message
from bangtin.hub.kit.errors import Refusal

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def endpoint(method: str, *, most_bytes: int = 0) -> Callable[[View[P]], View[P]]:
    """An endpoint for one method with a body of at most `most_bytes`; every refusal becomes JSON `{code, message}`."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.method != method:
                return _refused(ApiRefusal("method_unknown", f"expected {method}", status=405))
            try:
                _check_size(request, most_bytes)
                return view(request, *args, **kwargs)
            except ApiRefusal as refusal:
                return _refused(refusal)
            except BundleRefusal as refusal:
                return _refused(ApiRefusal(refusal.code, refusal.detail, status=422))
            except Refusal as refusal:
                code = getattr(refusal, "wire", refusal.code)
                return _refused(ApiRefusal(code, str(refusal), status=refusal.http_status))

        return csrf_exempt(answer)

    return decorate


def message(request: HttpRequest) -> Message:
    """The request as its signature sees it."""
    body = request.body if request.method == "POST" else None
    url = f"{request.scheme}://{request.get_host()}{request.get_full_path()}"
    return Message(method=request.method or "", url=url, headers=request.headers, body=body)


def _check_size(request: HttpRequest, most_bytes: int) -> None:
    """trust 7.1: size before anything else."""
    try:
        size = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        size = most_bytes + 1
    if size > most_bytes:
        raise ApiRefusal("request_too_large", f"the body may have {most_bytes} bytes", status=413)


def _refused(refusal: ApiRefusal) -> JsonResponse:
    return JsonResponse(refusal.to_object(), status=refusal.status)
