"""Who stands in for whom, on which days: an officer's own posts, and all of them for the administration."""

from datetime import date, datetime

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bangtin.hub.accounts import actions, policies, queries
from bangtin.hub.accounts.models import Delegation, Post, User
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.policies import require
from bangtin.hub.portal.forms.administration import show_refusal
from bangtin.hub.portal.forms.persons import DelegationForm
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.portal.views.administration import administrator

MOST_SHOWN = 200


@require_http_methods(["GET", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """Who stands in for the officer, for whom the officer does, and a form to pass an own post on."""
    user, now, today = reader(request)
    require(bool(queries.held_on(user, today)))
    posts = list(queries.posts_on(user, today).filter(delegated_from=None))
    return _page(request, user, now, today, posts=posts, is_administration=False)


@require_http_methods(["GET", "POST"])
def everyones(request: HttpRequest) -> HttpResponse:
    """Every delegation, and a form for somebody who cannot do it: ill, or already away."""
    user, now, today = administrator(request)
    held = (Q(starts_on=None) | Q(starts_on__lte=today)) & (Q(ends_on=None) | Q(ends_on__gte=today))
    rows = Post.objects.filter(held, delegated_from=None, user__is_active=True).select_related("user", "agency")
    posts = list(rows.prefetch_related("agency__names").order_by("user__display_name", "role"))
    return _page(request, user, now, today, posts=posts, is_administration=True)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, delegation_id: int) -> HttpResponse:
    """End a delegation at once, after a page that says what this means.

    Raises: Http404 for one that is none of the account's business.
    """
    user, now, today = reader(request)
    row = get_object_or_404(
        Delegation.objects.select_related("post__user", "post__agency", "delegate"), pk=delegation_id
    )
    if not policies.may_withdraw(user, row, on=today):
        raise Http404
    is_theirs = user.pk in (row.post.user_id, row.delegate_id)
    back = "/uy-quyen/" if is_theirs else "/quan-tri/uy-quyen/"
    if request.method == "POST":
        actions.withdraw_delegation(delegation=row, actor=user, at=now)
        messages.success(request, _("The delegation has ended."))
        return redirect(back)
    words = {"delegate": row.delegate.display_name, "holder": row.post.user.display_name}
    context = {
        "title": _("End this delegation?"),
        "text": _("%(delegate)s stands in for %(holder)s.") % words
        + f" {row.post.get_role_display()}, {row.post.agency.name(today)}.",
        "reach": _("It ends at once. What was done in these days stays as it is."),
        "action": request.path,
        "back": back,
        "confirm": _("End the delegation"),
        "is_danger": True,
    }
    return render(request, "confirm.html", context)


def _page(
    request: HttpRequest, user: User, now: datetime, today: date, *, posts: list[Post], is_administration: bool
) -> HttpResponse:
    only = None if is_administration else user
    form = DelegationForm(
        request.POST or None, posts=posts, on=today, user=only, initial={"starts_on": today, "ends_on": today}
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.delegate_post(
                post=form.posts[given["post"]],
                to=get_object_or_404(User, pk=given["to"]),
                starts_on=given["starts_on"],
                ends_on=given["ends_on"],
                reason=given["reason"],
                actor=user,
                at=now,
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The delegation is recorded; it begins and ends by itself."))
            return redirect(request.path)
    rows = [_row(one, user, today) for one in queries.delegations(on=today, user=only)[:MOST_SHOWN]]
    context = {
        "form": form,
        "posts": posts,
        "rows": rows,
        "holding": sum(not row["is_over"] for row in rows),
        "is_administration": is_administration,
    }
    return render(request, "administration/delegations.html", context, status=422 if form.errors else 200)


def _row(one: Delegation, user: User, today: date) -> dict[str, object]:
    is_over = one.withdrawn_at is not None or one.ends_on < today
    return {
        "one": one,
        "agency": one.post.agency.name(today),
        "is_over": is_over,
        "is_to_come": not is_over and one.starts_on > today,
        "may_end": not is_over and policies.may_withdraw(user, one, on=today),
    }
