"""Accounts and posts, in the administrator's hands. A generated password is shown once and kept nowhere."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangtin.hub.accounts import actions, queries
from bangtin.hub.accounts.models import Post, Role, User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.portal.forms.administration import AccountForm, EmailForm, EndPostForm, PostForm, show_refusal
from bangtin.hub.portal.forms.persons import PartForm, SamePersonForm
from bangtin.hub.portal.views.administration import administrator


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Every account with its posts; open ones first."""
    _user, _now, today = administrator(request)
    posts = Prefetch(
        "posts", Post.objects.select_related("agency", "delegated_from__user").prefetch_related("agency__names")
    )
    found = User.objects.prefetch_related(posts).order_by("-is_active", "display_name", "pk")
    rows = [(one, [_post_row(post, today) for post in one.posts.all()]) for one in found]
    without = sum(one.is_active and not any(row["is_held"] for row in some) for one, some in rows)
    context = {"rows": rows, "open": sum(one.is_active for one, _some in rows), "without": without}
    return render(request, "administration/accounts.html", context)


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A new account; the answer to the post shows the password, this once."""
    user, now, _today = administrator(request)
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        password = actions.generated_password()
        try:
            made = actions.create_account(
                username=form.cleaned_data["username"],
                password=password,
                display_name=form.cleaned_data["display_name"],
                same_person_as=User.objects.filter(pk=form.cleaned_data["same_as"] or 0).first(),
                actor=user,
                at=now,
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            return _shown_once(request, made, password)
    return render(request, "administration/account_add.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def account(request: HttpRequest, user_id: int) -> HttpResponse:
    """One account: its posts, a form that gives another, lock and password."""
    user, now, today = administrator(request)
    other = get_object_or_404(User, pk=user_id)
    form = PostForm(request.POST or None, on=today)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.give_post(
                user=other,
                agency=get_object_or_404(Agency, pk=given["agency"]),
                role=Role(given["role"]),
                actor=user,
                at=now,
                starts_on=given["starts_on"],
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The post is given."))
            return redirect("admin-account", user_id=other.pk)
    posts = (
        Post.objects.filter(user=other)
        .select_related("agency", "delegated_from__user")
        .prefetch_related("agency__names")
    )
    context = {
        "other": other,
        "posts": [_post_row(one, today) for one in posts],
        "form": form,
        "email_form": EmailForm(initial={"email": other.email}),
        "is_own": other.pk == user.pk,
        **_person_of(other),
    }
    return render(request, "administration/account.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    """Record that an account is another account's person."""
    user, now, _today = administrator(request)
    other = get_object_or_404(User, pk=user_id)
    form = SamePersonForm(request.POST or None, user=other)
    if request.method == "POST" and form.is_valid():
        try:
            actions.join_person(
                user=other,
                same_as=get_object_or_404(User, pk=form.cleaned_data["same_as"]),
                reason=form.cleaned_data["reason"],
                actor=user,
                at=now,
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The accounts are one person from now on."))
            return redirect("admin-account", user_id=other.pk)
    context = {
        "title": _("Whose second account is %(name)s?") % {"name": other.display_name},
        "text": _("Separation of duties asks for persons: what one account did counts for the other as well."),
        "reach": _("Approvals that the two gave on the same item no longer hold. The history keeps this entry."),
        "form": form,
        "action": request.path,
        "back": reverse("admin-account", args=[other.pk]),
        "confirm": _("Record one person"),
    }
    return render(request, "confirm.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def part(request: HttpRequest, user_id: int) -> HttpResponse:
    """Record that an account is a person of its own after all."""
    user, now, _today = administrator(request)
    other = get_object_or_404(User, pk=user_id)
    form = PartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.part_person(user=other, reason=form.cleaned_data["reason"], actor=user, at=now)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The account is a person of its own from now on."))
            return redirect("admin-account", user_id=other.pk)
    context = {
        "title": _("Is %(name)s another person after all?") % {"name": other.display_name},
        "text": _("From now on this account counts as a person of its own."),
        "reach": _("The history keeps what was recorded before, and who changed it."),
        "form": form,
        "action": request.path,
        "back": reverse("admin-account", args=[other.pk]),
        "confirm": _("Record two persons"),
        "is_danger": True,
    }
    return render(request, "confirm.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def end_post(request: HttpRequest, post_id: int) -> HttpResponse:
    """End a post on a day."""
    user, now, today = administrator(request)
    post = get_object_or_404(Post.objects.select_related("user", "agency"), pk=post_id)
    form = EndPostForm(request.POST or None, initial={"ends_on": today})
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_post(post=post, ends_on=form.cleaned_data["ends_on"], actor=user, at=now)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The post has a last day."))
            return redirect("admin-account", user_id=post.user_id)
    context = {
        "title": _("End this post?"),
        "text": f"{post.user.display_name}: {post.get_role_display()}, {post.agency.name(today)}",
        "reach": _("What was done under the post stays as it is."),
        "form": form,
        "action": request.path,
        "back": f"/quan-tri/tai-khoan/{post.user_id}/",
        "confirm": _("End the post"),
    }
    return render(request, "confirm.html", context, status=422 if form.errors else 200)


@require_POST
def email(request: HttpRequest, user_id: int) -> HttpResponse:
    """Set where an account gets its mail."""
    user, now, _today = administrator(request)
    other = get_object_or_404(User, pk=user_id)
    try:
        actions.set_email(user=other, email=request.POST.get("email", "").strip(), actor=user, at=now)
    except Refusal as refusal:
        messages.error(request, f"{refusal} ({refusal.code})")
    else:
        messages.success(request, _("The mail address is recorded."))
    return redirect("admin-account", user_id=other.pk)


@require_POST
def lock(request: HttpRequest, user_id: int) -> HttpResponse:
    """Lock an open account, open a locked one."""
    user, now, _today = administrator(request)
    other = get_object_or_404(User, pk=user_id)
    if other.is_active:
        actions.deactivate(user=other, actor=user, at=now)
        messages.success(request, _("The account is locked; its sessions have ended."))
    else:
        actions.reactivate(user=other, actor=user, at=now)
        messages.success(request, _("The account is open again."))
    return redirect("admin-account", user_id=other.pk)


@require_POST
def new_password(request: HttpRequest, user_id: int) -> HttpResponse:
    """Give an account a new generated password; the answer shows it, this once."""
    user, now, _today = administrator(request)
    other = get_object_or_404(User, pk=user_id)
    password = actions.generated_password()
    actions.set_password(user=other, password=password, actor=user, at=now)
    return _shown_once(request, other, password)


def _shown_once(request: HttpRequest, other: User, password: str) -> HttpResponse:
    # no redirect here: a password that waits for the next page would lie in the session table meanwhile
    answer = render(request, "administration/password.html", {"other": other, "password": password})
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _person_of(other: User) -> dict[str, Any]:
    """The other accounts of the same person, and how that was recorded."""
    same = [one for one in queries.accounts_of(other).order_by("username") if one.pk != other.pk]
    return {"same": same, "person_changes": list(other.person_changes.select_related("by"))}


def _post_row(post: Post, today: date) -> dict[str, Any]:
    has_begun = post.starts_on is None or post.starts_on <= today
    has_ended = post.ends_on is not None and post.ends_on < today
    return {
        "post": post,
        "agency": post.agency.name(today),
        "is_held": has_begun and not has_ended,
        "has_ended": has_ended,
    }
