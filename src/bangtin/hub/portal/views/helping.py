"""The help page: what each office does first."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bangtin.hub.accounts.models import Role
from bangtin.hub.accounts.queries import posts_on
from bangtin.hub.portal import places
from bangtin.hub.portal.signed_in import reader


@dataclass(frozen=True)
class Guide:
    """An office's first steps; each step with the page where it is done."""

    role: Role
    steps: tuple[tuple[str | Promise, str], ...]


GUIDES = (
    Guide(
        Role.CONTRIBUTOR,
        (
            (
                _("Send a clip, a picture, a sound or a text notice. Keep the number of the receipt."),
                "/chuong-trinh/gui/",
            ),
            (_("Watch the technical check: a file that cannot be used is named with its reason."), "/chuong-trinh/"),
            (
                _("If it comes back, mend what the appraisal names and send it as a new version."),
                "/chuong-trinh/",
            ),
            (_("Look at what your agency owes this month."), "/nghia-vu/"),
        ),
    ),
    Guide(
        Role.APPRAISER,
        (
            (_("Open the first file in your list, look at it in the geometry of each screen."), "/tham-dinh/"),
            (
                _("Decide with grounds. A second officer confirms; nobody decides on what they sent themselves."),
                "/tham-dinh/",
            ),
            (_("See which duties are overdue and which agency to remind."), "/nghia-vu/"),
        ),
    ),
    Guide(
        Role.SCHEDULER,
        (
            (
                _("Place approved programmes in the week. Outside the hours they are refused with the article."),
                "/lich/",
            ),
            (_("On days off, set the hours yourself; a word of advice is not a refusal."), "/lich/"),
            (_("Publish the schedule, then see on the screens' page that each one has taken it."), "/man-hinh/"),
        ),
    ),
    Guide(
        Role.OPERATOR,
        (
            (_("See whether every screen runs as scheduled; the ones that need a hand stand first."), "/man-hinh/"),
            (_("After an outage, look in the play log which minutes are missing and why."), "/nhat-ky/"),
        ),
    ),
    Guide(
        Role.REPORTER,
        (
            (_("Begin the yearly report early: figures are provisional until you freeze them."), "/bao-cao/"),
            (_("Write the sections that only you can write; press a figure to see how it is counted."), "/bao-cao/"),
            (_("Freeze the figures, download the .docx for signature, then record it as sent."), "/bao-cao/"),
        ),
    ),
    Guide(
        Role.LEADER, ((_("One page tells whether the screens run, long enough, and who is behind."), "/toan-tinh/"),)
    ),
    Guide(
        Role.SECURITY,
        (
            (
                _("A new screen shows a code: compare it, then enrol it. Revoke the key of one that is lost."),
                "/man-hinh/ket-noi/",
            ),
        ),
    ),
    Guide(Role.FINANCE, ((_("The regulation says who pays for what; reports show what was done."), "/quy-dinh/"),)),
    Guide(
        Role.ADMINISTRATOR,
        (
            (
                _("Make an account for each person, then give it a post. Rights come from posts alone."),
                "/quan-tri/tai-khoan/",
            ),
            (
                _("Record swapped days off with the paper that orders them: duties and hours follow."),
                "/quan-tri/lich-nghi/",
            ),
            (_("Look in the audit trail whether its chain holds."), "/quan-tri/nhat-ky/"),
        ),
    ),
)


def page(request: HttpRequest) -> HttpResponse:
    """What to do first: one's own offices on top, the others below."""
    user, _now, today = reader(request)
    held = set(posts_on(user, today).values_list("role", flat=True))
    made = [(guide.role, [(words, places.link(address)) for words, address in guide.steps]) for guide in GUIDES]
    context = {
        "own": [one for one in made if one[0] in held],
        "others": [one for one in made if one[0] not in held],
    }
    return render(request, "administration/help.html", context)
