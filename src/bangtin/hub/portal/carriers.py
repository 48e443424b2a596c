"""What carries a clause, in an officer's words, and the areas that clauses still wait for."""

import pkgutil
from collections.abc import Mapping
from functools import cache

from django.core.management import get_commands
from django.urls import Resolver404, resolve
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangtin.rulebook.shapes import Carrier

# feature → what the officer knows it as; the address is the carrier's own `shown`
CARRIERS: Mapping[str, str | Promise] = {
    "bangtin.hub.programmes.actions.submit": gettext_lazy("Sending programmes, with a receipt"),
    "bangtin.hub.programmes.actions.check": gettext_lazy(
        "The technical check, which makes every file ready for the screens"
    ),
    "bangtin.hub.programmes.asked.usual": gettext_lazy("The kind of content that an agency is named for"),
    "bangtin.hub.appraisal.actions.answering.require_answered": gettext_lazy(
        "The points of appraisal, each with its article"
    ),
    "bangtin.hub.translation.actions.request": gettext_lazy("Translations, asked for with a day"),
    "bangtin.hub.translation.actions.deliver": gettext_lazy("Editions in other languages, checked by a second person"),
    "bangtin.hub.translation.coverage.standings": gettext_lazy("The languages that a cluster needs"),
    "bangtin.hub.translation.coverage.year_sets": gettext_lazy("The year's set of languages"),
    "bangtin.hub.reports.queries.content_figures.content_figures": gettext_lazy("Content figures by kind and agency"),
    "bangtin.hub.obligations.queries.facts.facts": gettext_lazy("What counts for a duty"),
    "bangtin.hub.appraisal.actions.decide": gettext_lazy("Appraisal by two officers, with grounds"),
    "bangtin.hub.appraisal.actions.confirm": gettext_lazy("The second officer, always another person"),
    "bangtin.hub.appraisal.actions.edit": gettext_lazy("Editing: what goes on air is confirmed as edited"),
    "bangtin.hub.appraisal.actions.release": gettext_lazy("The editors' word on what needs no change"),
    "bangtin.hub.appraisal.actions.consult": gettext_lazy("Requests to a Party body, which nothing waits for"),
    "bangtin.hub.appraisal.routes.choose": gettext_lazy("Each programme's way, by its regulation"),
    "bangtin.hub.appraisal.routes.route_for": gettext_lazy("Who answers for a programme, on its page"),
    "bangtin.hub.appraisal.queries.by_locality": gettext_lazy("The content of each locality with its approval"),
    "bangtin.hub.plans.actions.order": gettext_lazy("Production orders, from the plan to the payment"),
    "bangtin.hub.plans.queries.categories": gettext_lazy("The themes that an order names"),
    "bangtin.hub.programmes.actions.answer": gettext_lazy("Information requests with a day, and their answers"),
    "bangtin.hub.schedules.actions.dispatch": gettext_lazy("Dispatches to operators, acknowledged line by line"),
    "bangtin.hub.schedules.actions.take": gettext_lazy("The common library that localities take from"),
    "bangtin.hub.schedules.actions.place": gettext_lazy("The schedule, and its recorded instructions"),
    "bangtin.hub.schedules.queries.checks.findings": gettext_lazy("The rules of the plan, live while it is edited"),
    "bangtin.hub.alerts.actions.order": gettext_lazy("Emergency notices that cover every schedule"),
    "bangtin.hub.schedules.queries.meters.planned": gettext_lazy(
        "The share of external and domestic information in each day's plan"
    ),
    "bangtin.hub.devices.actions.stand_in": gettext_lazy(
        "Filler that stands in while something is mended, and minutes of standstill"
    ),
    "bangtin.hub.schedules.actions.compile_quarter": gettext_lazy("The quarter's compilation, handed to every cluster"),
    "bangtin.hub.regulations.queries.keepers": gettext_lazy("Who keeps a cluster's content, who its assets"),
    "bangtin.hub.playlog.queries.of_agency": gettext_lazy("An agency's own programmes, scheduled and as aired"),
    "bangtin.hub.schedules.queries.focal.progress": gettext_lazy("The focal point's list: received, stored, on air"),
    "bangtin.hub.exchange.actions.take": gettext_lazy("Items of the source system, taken in with their numbers"),
    "bangtin.hub.exchange.actions.back_up": gettext_lazy("The monthly backup to the source system"),
    "bangtin.hub.exchange.actions.remind": gettext_lazy("Reminders to operators without connection"),
    "bangtin.hub.exchange.actions.hand_out_inspection": gettext_lazy("The inspection pack: play log and copies"),
    "bangtin.hub.exchange.actions.connecting.try_connection": gettext_lazy("Each connection, tested and dated"),
    "bangtin.hub.playlog.actions.removing.propose": gettext_lazy("Nothing kept goes before its term, and never alone"),
    "bangtin.hub.programmes.actions.purge_secret": gettext_lazy("What bears a mark of state secrets is removed"),
    "bangtin.hub.devices.actions.reports.take_report": gettext_lazy("What each player reports of its health"),
    "bangtin.bundle.verify.accept": gettext_lazy("Signatures that each screen checks before it shows anything"),
    "bangtin.hub.accounts.actions.signing_in.note_failure": gettext_lazy(
        "Accounts of their own, locked after failed sign-ins"
    ),
    "bangtin.hub.kit.audit.record": gettext_lazy("The trail of who did what"),
    "bangtin.hub.playlog.actions.watching.check_day": gettext_lazy("The security of each day, looked at and ticked"),
    "bangtin.hub.devices.actions.publish_bundle": gettext_lazy("The signed schedule that screens play"),
    "bangtin.hub.playlog.queries.proof_of_play": gettext_lazy("The play log, which finds each gap"),
    "bangtin.hub.obligations.queries.duties": gettext_lazy("The board that follows every duty"),
    "bangtin.hub.reports.actions.compile_report": gettext_lazy("The report, filled from the data"),
    "bangtin.rulebook.hours.check_placement": gettext_lazy("The schedule refuses what lies outside the hours"),
    "bangtin.rulebook.hours.check_day_total": gettext_lazy("The district's own hours, with a warning only"),
    "bangtin.rulebook.airtime.judge": gettext_lazy("Each day's airtime, measured against the least"),
    "bangtin.rulebook.evaluation.occurrences": gettext_lazy("The board of duties"),
    "bangtin.rulebook.evaluation.cycle_start": gettext_lazy("The period of the report's figures"),
    "bangtin.rulebook.duties.due": gettext_lazy("The last day on time, in the board of duties"),
    "bangtin.rulebook.quotas.allocate": gettext_lazy("The count of each period, in the board of duties"),
}
AREA_WORDS: Mapping[str, str | Promise] = {
    "account": gettext_lazy("accounts of the clusters"),
    "appraisal": gettext_lazy("appraisal of other content"),
    "archive": gettext_lazy("archive and retention"),
    "asset": gettext_lazy("premises and equipment"),
    "budget": gettext_lazy("estimates and funding"),
    "bulletin": gettext_lazy("bulletins and notice boards"),
    "clarification": gettext_lazy("clarifying wrong information"),
    "commendation": gettext_lazy("commendation"),
    "content_intake": gettext_lazy("content intake and categories"),
    "editing": gettext_lazy("editing"),
    "event": gettext_lazy("events and external activities"),
    "feedback": gettext_lazy("comments of residents"),
    "governance": gettext_lazy("coordination and assignment"),
    "incident": gettext_lazy("incidents"),
    "inspection": gettext_lazy("inspection"),
    "integration": gettext_lazy("links with other systems"),
    "loudspeaker": gettext_lazy("loudspeakers and local stations"),
    "maintenance": gettext_lazy("upkeep and repair"),
    "plan": gettext_lazy("programmes and plans"),
    "playout": gettext_lazy("playout"),
    "press": gettext_lazy("press and spokespersons"),
    "public_portal": gettext_lazy("public portal"),
    "publication": gettext_lazy("publications"),
    "report": gettext_lazy("report outlines and reviews"),
    "royalty": gettext_lazy("royalties"),
    "scheduling": gettext_lazy("priority in the schedule"),
    "security": gettext_lazy("security of site and information"),
    "training": gettext_lazy("training"),
    "translation": gettext_lazy("translation and languages"),
}


def in_words(feature: str) -> str:
    """What carries a clause, as an officer knows it; a feature without words of its own stays honest."""
    return str(CARRIERS.get(feature) or _("Carried by the system"))


def area_in_words(area: str | None) -> str:
    """The area a clause waits for; one that is not known stands as written."""
    return str(AREA_WORDS.get(area or "") or area or "")


def page_of(carrier: Carrier) -> str:
    """The page that shows a carrier's evidence, or an empty string where a command does."""
    return carrier.shown if carrier.shown.startswith("/") else ""


def is_there(carrier: Carrier) -> bool:
    """Whether the feature can be imported and what shows its evidence answers."""
    return _is_feature(carrier.feature) and _is_shown(carrier.shown)


@cache
def _is_feature(path: str) -> bool:
    module, _dot, name = path.rpartition(".")
    try:
        # with a colon: a function and the module it is written in may bear one name
        return callable(pkgutil.resolve_name(f"{module}:{name}"))
    except (AttributeError, ImportError, ValueError):
        return False


@cache
def _is_shown(shown: str) -> bool:
    if not shown.startswith("/"):
        return shown.removeprefix("bangtin ").split(" ")[0] in get_commands()
    try:
        resolve(shown.partition("?")[0])
    except Resolver404:
        return False
    return True
