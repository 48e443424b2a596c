"""Why something could not be laid out, in words."""

from django.utils.translation import gettext as _

from bangtin.hub.schedules.compiler import Reason


def why(reason: str) -> str:
    """The compiler's reason as the end of a sentence."""
    return {
        Reason.NO_ENTRY: _("nothing of that kind is planned"),
        Reason.NO_TIME: _("none of its hours is open"),
        Reason.MAX_DAY: _("the most a day of what is planned does not allow it"),
        Reason.WINDOW_TOO_SHORT: _("its hours are too short"),
        Reason.GAP: _("the gap between its plays leaves no room"),
        Reason.MAX_HOUR: _("its most an hour does not allow it"),
        Reason.SHARE_CAP: _("the share of its kind of content is used up"),
        Reason.COMPETITION: _("others need the same time"),
    }[Reason(reason)]
