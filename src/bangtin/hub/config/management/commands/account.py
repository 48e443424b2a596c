"""`bangtin account`: accounts and posts from the command line: the first administrator, lost passwords."""

import secrets
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangtin.hub.accounts import actions
from bangtin.hub.accounts.models import Post, Role, User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.config import updating
from bangtin.hub.config.commanding import OurCommand, add_json_option, bad_input, print_json
from bangtin.hub.kit import clock


class Command(OurCommand):
    """Adds accounts, lists them, sets passwords."""

    help = gettext_noop("Add, list and mend accounts (add, list, set-password).")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One subcommand a deed; without `--ask` a strong password is made and printed once."""
        deeds = parser.add_subparsers(dest="deed", required=True)
        add = deeds.add_parser("add")
        add.add_argument("username")
        add.add_argument("--name", required=True)
        add.add_argument("--agency", required=True)
        add.add_argument("--role", required=True, choices=Role.values)
        add.add_argument("--ask", action="store_true")
        add.add_argument("--keep", action="store_true", help=_("the made password stays; none is asked for later"))
        add_json_option(deeds.add_parser("list"))
        again = deeds.add_parser("set-password")
        again.add_argument("username")
        again.add_argument("--ask", action="store_true")

    def handle(self, *args: Any, deed: str, **options: Any) -> None:
        """Do the deed asked for, in a database that is up to date; what only lists makes none."""
        if deed != "list":
            updating.migrate_or_refuse()
        if deed == "add":
            self._add(options)
        elif deed == "list":
            self._list(is_json=options["is_json"])
        else:
            self._set_password(options)

    def _add(self, options: dict[str, Any]) -> None:
        agency = Agency.objects.filter(pk=options["agency"]).first()
        if agency is None:
            known = ", ".join(Agency.objects.values_list("pk", flat=True)) or "–"
            raise bad_input(
                _("There is no agency “%(id)s”. Known: %(known)s") % {"id": options["agency"], "known": known}
            )
        password, at = _password(options), clock.now()
        user = actions.create_account(
            username=options["username"],
            password=password,
            display_name=options["name"],
            actor=None,
            at=at,
            is_provisional=not (options["ask"] or options["keep"]),
        )
        actions.give_post(user=user, agency=agency, role=Role(options["role"]), actor=None, at=at)
        self._say(user, password, options)

    def _set_password(self, options: dict[str, Any]) -> None:
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise bad_input(_("There is no account “%(name)s”.") % {"name": options["username"]})
        password = _password(options)
        actions.set_password(user=user, password=password, actor=None, at=clock.now())
        self._say(user, password, options)

    def _say(self, user: User, password: str, options: dict[str, Any]) -> None:
        print(_("Account “%(name)s” is ready.") % {"name": user.username})
        if not options["ask"]:
            print(_("Password, shown this once: %(password)s") % {"password": password})

    def _list(self, *, is_json: bool) -> None:
        posts = Post.objects.select_related("user", "agency").prefetch_related("agency__names")
        rows = [
            {
                "username": post.user.username,
                "name": post.user.display_name,
                "role": post.role,
                "agency": post.agency_id,
                "is_active": post.user.is_active,
            }
            for post in posts.order_by("user__username", "role")
        ]
        if is_json:
            print_json({"accounts": rows})
            return
        for row in rows:
            print(f"{row['username']:<20} {row['role']:<14} {row['agency']:<28} {row['name']}")


def _password(options: dict[str, Any]) -> str:
    return getpass(_("Password: ")) if options["ask"] else secrets.token_urlsafe(15)
