"""The site as the tests of its routes walk it: every named route, real and hostile arguments, one account an office."""

import importlib
import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from bangtin.bundle import gate_codes
from bangtin.hub.accounts import actions as accounts
from bangtin.hub.accounts.models import Post, Role, User
from bangtin.hub.agencies.models import AgencyName, Succession
from bangtin.hub.alerts.models import Alert
from bangtin.hub.appraisal.lanes import Consultation, OnePersonUnit, UrgentReview
from bangtin.hub.appraisal.paperwork import Remark
from bangtin.hub.devices import actions as devices
from bangtin.hub.devices.models import Incident, Screenshot
from bangtin.hub.exchange.models import Consignment, SourceItem
from bangtin.hub.kit import files, outbox
from bangtin.hub.kit.clock import local_date, to_ms
from bangtin.hub.obligations.models import CalendarFeed, DutyRequest, Waiver
from bangtin.hub.obligations.queries import duties
from bangtin.hub.plans.models import AnswerFile
from bangtin.hub.plans.tests import factories as orders
from bangtin.hub.playlog.tests.factories import START, Screen, screen
from bangtin.hub.programmes.keeping import Disposal, LegalHold
from bangtin.hub.programmes.review_copies import ReviewCopy
from bangtin.hub.regulations.models import LocalValue
from bangtin.hub.reports import actions as reports
from bangtin.hub.schedules.models import (
    Daypart,
    Dispatch,
    DispatchLine,
    Filler,
    MixRule,
    Placement,
    PlanRelease,
    Playlist,
    ProvinceFiller,
    TakeDown,
)
from bangtin.hub.translation.models import TranslationJob

PORTAL = Path(__file__).resolve().parents[2] / "src" / "bangtin" / "hub" / "portal"
ASKED = re.compile(r"""request\.(?:GET|POST)(?:\.get(?:list)?\(|\[)\s*["']([\w-]+)["']""")
NOBODY, STRANGER = "no post", "signed out"
INTEGERS: Sequence[object] = (0, 10**30)
TEXTS: Sequence[object] = (
    "..",
    "a\0b",
    "-1",
    "9" * 40,
    "2026-13-45",
    "2026-w99",
    "0000-w00",
    "9999-12-31T24:60",
    "<b>’ OR 1=1 --",
    "\u0111\u202e" * 200,
)
PATHS: Sequence[object] = ("../../etc/passwd", "a//b/%2e%2e", *TEXTS)


@dataclass(frozen=True)
class Route:
    """A named route: its parameters with the kind of each, and the view behind it."""

    name: str
    kinds: Mapping[str, str]
    view: Callable[..., HttpResponseBase]

    @property
    def is_api(self) -> bool:
        return self.name.startswith("api-")

    @property
    def methods(self) -> list[str] | None:
        """The methods that its decorators let through; None where they say nothing."""
        found: Callable[..., object] | None = self.view
        while found is not None:
            names = inspect.getclosurevars(found).nonlocals if inspect.isfunction(found) else {}
            if "request_method_list" in names:
                return list(names["request_method_list"])
            found = getattr(found, "__wrapped__", None)
        return None

    @property
    def is_post_only(self) -> bool:
        return self.methods == ["POST"]


@dataclass
class Site:
    """A small province at 07:30 of a Monday, with a row of everything that an address may name."""

    one: Screen = field(default_factory=screen)

    @cached_property
    def users(self) -> dict[str, User]:
        """One account a role, and one without any post."""
        found = {}
        for role in Role:
            post = Post.objects.filter(role=role).select_related("user").order_by("id").first()
            assert post is not None
            found[str(role)] = post.user
        found[str(Role.SCHEDULER)] = self.one.slot.placed_by  # the cluster's own, not a neighbour's
        return {**found, NOBODY: User.objects.create_account("khong-vai", "mat-khau-thu-nghiem", "Không chức vụ")}

    def client(self, who: str, **more: Any) -> Client:
        """The browser of an office; `STRANGER` is signed out."""
        client = Client(**more)
        if who != STRANGER:
            client.force_login(self.users[who])
        return client

    @cached_property
    def real(self) -> dict[str, object]:
        """A true value for every parameter that routes have; a new parameter is to be named here."""
        world, version = self.one.world, self.one.version
        devices.create_repository(at=START)
        report = reports.compile_report(
            kind="cao-bang/yearly-report",
            agency=world.agencies["so-tttt"],
            year=2026,
            actor=world.users["bao-cao"],
            at=START,
        )
        filler = Filler.objects.create(
            cluster=self.one.slot.cluster,
            version=self.one.filler,
            position=0,
            added_by=self.one.slot.placed_by,
            added_at=START,
        )
        lent = ProvinceFiller.objects.create(
            instrument=world.instrument,
            version=self.one.filler,
            added_by=world.users["tham-dinh-1"],
            added_at=START,
        )
        review = UrgentReview.objects.create(version=version, agency=world.agencies["so-tttt"], owed_since=START)
        asked = Consultation.objects.create(
            version=version,
            body=world.agencies["so-ngoai-vu"],
            clause="cao-bang/7.1-2",
            asked_by=world.users["tham-dinh-1"],
            asked_at=START,
        )
        alone = OnePersonUnit.objects.create(
            agency=world.agencies["ubnd-quang-hoa"],
            starts_on=local_date(START),
            basis="Quyết định thử nghiệm",
            recorded_by=world.users["lanh-dao"],
            recorded_at=START,
        )
        figure = report.figures.order_by("name").values_list("name", flat=True).first()
        year = local_date(START).year
        return {
            "report_id": report.pk,
            "review_id": review.pk,
            "consultation_id": asked.pk,
            "row_id": alone.pk,
            "name": figure,
            "user_id": world.users["dai"].pk,
            "post_id": Post.objects.filter(user=world.users["dai"]).values_list("pk", flat=True).first(),
            "on": "2026-11-28",
            "province": "cao-bang",
            "number": "31-2020",
            "clause": "8.1.a",
            "duty_id": duties(year=year, as_of=START)[0].id,
            "code": version.programme.code,
            "version_id": version.pk,
            "language": self._translation.language,
            "geometry": "1024x512",
            "at_ms": 0,
            "cluster": self.one.slot.cluster.slug,
            "face": self.one.device.face_id,
            "slot_id": self.one.slot.pk,
            "filler_id": filler.pk,
            "province_filler_id": lent.pk,
            "week": "2026-w48",
            "month": "2026-11",
            "slug": "31-2020-qd-ubnd",
            "moment": "2026-11-23T07:30",
            "enrolment_id": "e1",
            "path": "c/trung-khanh/manifest.json",
            **self._kept,
            **self._exchanged,
            **self._owed,
            **self._set_apart,
            **self._looked_at,
            **self._handed,
            **self._planned,
            **self._alarmed,
            **self._watched,
        }

    @property
    def _watched(self) -> dict[str, object]:
        """What is known of a screen beside its records: a picture, an incident, the address that its code leads to."""
        device, face = self.one.device, self.one.slot.cluster.faces.get(pk=self.one.device.face_id)
        shot = Screenshot.objects.create(
            device=device,
            face=face,
            at=START,
            raw_sha256=files.put([b"shot"], max_bytes=9).sha256,
            picture_sha256=files.put([b"picture"], max_bytes=9).sha256,
            received_at=START,
        )
        incident = Incident.objects.create(
            cluster=face.cluster, face=face, device=device, kind="other", opened_at=START
        )
        code = gate_codes.make(
            device=device.pk, epoch=device.epoch, at_ms=to_ms(START), nonce="abcdefgh", key=self.one.key
        )
        return {"shot_id": shot.pk, "incident_id": incident.pk, "token": code}

    @property
    def _alarmed(self) -> dict[str, object]:
        """An emergency notice that was on air, with a reading."""
        reading = files.put([b"sound"], max_bytes=9).sha256
        row = Alert.objects.create(
            number="KC-2026-0001",
            instrument=self.one.world.instrument,
            state="ended",
            hazard="Lũ quét",
            issuer_name="Đài KTTV",
            texts={"vi": {"headline": "LŨ QUÉT", "description": "", "instruction": ""}},
            audio={"vi": {"sha256": reading, "size": 5, "kind": "recorded"}},
            starts_at=START - timedelta(hours=3),
            ends_at=START - timedelta(hours=1),
            made_at=START - timedelta(hours=3),
            ordered_by=self.one.world.users["lanh-dao"],
            ordered_at=START - timedelta(hours=3),
        )
        row.clusters.add(self.one.slot.cluster)
        return {"alert_number": row.number, "reading_sha256": reading}

    @property
    def _planned(self) -> dict[str, object]:
        """What a week is made of: a playlist with a placement, a part of the day, a share, a plan that waits."""
        cluster, by = self.one.slot.cluster, self.one.slot.placed_by
        day = local_date(START) + timedelta(days=300)
        span = {"starts_on": day, "ends_on": day + timedelta(days=1)}
        playlist = Playlist.objects.create(name="Sáng", made_by=by, made_at=START)
        playlist.clusters.add(cluster)
        placement = Placement.objects.create(
            playlist=playlist, version=self.one.version, placed_by=by, placed_at=START, **span
        )
        part = Daypart.objects.create(
            cluster=cluster, name="Sáng", opens_s=28_800, closes_s=32_400, made_by=by, made_at=START
        )
        share = MixRule.objects.create(
            cluster=cluster, kind="advertising", most_permille=100, basis="Công văn số 1", set_by=by, set_at=START
        )
        release = PlanRelease.objects.create(
            cluster=cluster, from_on=day, until_on=day, digest="0" * 64, asked_by=by, asked_at=START
        )
        return {
            "playlist_id": playlist.pk,
            "placement_id": placement.pk,
            "daypart_id": part.pk,
            "mix_id": share.pk,
            "release_id": release.pk,
        }

    @property
    def _looked_at(self) -> dict[str, object]:
        """What officers look at beside the film, and what one said of a moment."""
        world, version = self.one.world, self.one.version
        stored = files.put([b"frames"], max_bytes=100)
        copy = ReviewCopy.objects.create(
            version=version, look="sheet", made_from="0" * 64, sha256=stored.sha256, size_bytes=6, mime="image/jpeg"
        )
        remark = Remark.objects.create(
            version=version,
            at_ms=0,
            text="Sai tên xã",
            officer=world.users["tham-dinh-1"],
            agency=world.agencies["so-tttt"],
            made_at=START,
        )
        return {"look": copy.look, "remark_id": remark.pk}

    @property
    def _set_apart(self) -> dict[str, object]:
        """Who stands in for whom, and a take-down that another person is to review."""
        user, by = self.one.world.users["tham-dinh-1"], self.one.slot.placed_by
        post, day = Post.objects.get(user=user, role=Role.APPRAISER), local_date(START)
        delegation = accounts.delegate_post(
            post=post,
            to=self.one.world.users["bao-cao"],
            starts_on=day + timedelta(days=30),
            ends_on=day + timedelta(days=31),
            reason="Nghỉ phép",
            actor=user,
            at=START,
        )
        take_down = TakeDown.objects.create(
            programme=self.one.version.programme, clusters=[self.one.slot.cluster_id], reason="Sai", by=by, at=START
        )
        return {"delegation_id": delegation.pk, "take_down_id": take_down.pk}

    @property
    def _translation(self) -> TranslationJob:
        """A translation of the screen's programme that was asked for, with a voice that read it."""
        version = self.one.version
        return TranslationJob.objects.create(
            programme=version.programme,
            source=version,
            language="zh",
            agency=self.one.world.agencies["dai-ptth"],
            state="assigned",
            asked_by=self.one.world.users["tham-dinh-1"],
            asked_at=START,
            speech_sha256=files.put([b"RIFF"], max_bytes=9).sha256,
        )

    @property
    def _exchanged(self) -> dict[str, object]:
        """What came from the source system and went there, a legal hold and a removal."""
        world, programme = self.one.world, self.one.version.programme
        item = SourceItem.objects.create(
            number="1",
            digest="0" * 64,
            name="1.json",
            means="folder",
            state="failed",
            received_at=START,
            tried_at=START,
        )
        backup = Consignment.objects.create(
            name="sao-luu.zip", kind="backup", means="folder", sha256="0" * 64, size_bytes=1, made_at=START
        )
        grounds = {"reason": "Đang kiểm tra", "basis": "Công văn số 1"}
        hold = LegalHold.objects.create(
            programme=programme, from_on=local_date(START), placed_by=world.users["bao-cao"], placed_at=START, **grounds
        )
        disposal = Disposal.objects.create(
            programme=programme, proposed_by=world.users["bao-cao"], proposed_at=START, **grounds
        )
        return {
            "item_id": item.pk,
            "consignment_id": backup.pk,
            "hold_id": hold.pk,
            "disposal_id": disposal.pk,
        }

    @property
    def _owed(self) -> dict[str, object]:
        """What stands beside the duties: a request, a decision that lifts one, a calendar's address, a mail."""
        world, day = self.one.world, local_date(START)
        agency = world.agencies["so-tttt"]
        request = DutyRequest.objects.create(
            obligation_id="cao-bang/ad-hoc-report",
            agency=agency,
            key=day.isoformat(),
            requested_on=day,
            subject="Báo cáo",
            asked_by="UBND",
            recorded_at=START,
        )
        waiver = Waiver.objects.create(occurrence_id="a@b@2026", basis="Quyết định số 2", recorded_at=START)
        feed = CalendarFeed.objects.create(user=world.users["bao-cao"], agency=agency, serial="s", made_at=START)
        mail = outbox.put(key="k", recipient="a@example.vn", subject="Thư", body="Thư", at=START)
        return {
            "request_id": request.pk,
            "waiver_id": waiver.pk,
            "feed_id": feed.pk,
            "secret": "0" * 40,
            "message_id": mail.pk,
        }

    @property
    def _handed(self) -> dict[str, object]:
        """What the lead agency orders, asks for and sends out."""
        world, version = self.one.world, self.one.version
        order, asked_one = orders.ordered(world, at=START), orders.asked(world, at=START)
        stored = files.put([b"answer"], max_bytes=10)
        kept = AnswerFile.objects.create(
            request=asked_one, name="a.txt", sha256=stored.sha256, size_bytes=6, added_at=START
        )
        dispatch = Dispatch.objects.create(
            instrument=world.instrument,
            number="CP-2026-0001",
            sender=world.agencies["so-tttt"],
            receiver=world.agencies["ubnd-trung-khanh"],
            sent_by=world.users["bao-cao"],
            sent_at=START,
        )
        line = DispatchLine.objects.create(dispatch=dispatch, version=version, position=1)
        return {
            "order_id": order.pk,
            "order_deed": "huy",
            "information_id": asked_one.pk,
            "information_deed": "rut",
            "file_id": kept.pk,
            "dispatch_id": dispatch.pk,
            "line_id": line.pk,
        }

    @property
    def _kept(self) -> dict[str, object]:
        """What the administration keeps: a name, a succession to come, a local setting."""
        agencies, basis = self.one.world.agencies, "Quyết định số 1"
        agency, made = agencies["ubnd-thach-an"], {"basis": basis, "recorded_at": START}
        name = AgencyName.objects.create(agency=agency, name_vi="Thạch An", starts_on=date(2026, 1, 1), **made)
        succession = Succession.objects.create(
            kind="abolish", predecessor=agency, effective_on=date(2030, 1, 1), **made
        )
        value = LocalValue.objects.create(
            instrument=self.one.world.instrument,
            parameter="intake.cutoff_day",
            since=date(2026, 1, 1),
            value="20",
            **made,
        )
        return {
            "agency": "ubnd-thach-an",
            "name_id": name.pk,
            "succession_id": succession.pk,
            "instrument": "31-2020-qd-ubnd",
            "parameter": value.parameter,
            "value_id": value.pk,
        }

    def address(self, route: Route) -> str:
        """The route's address with true values."""
        return reverse(route.name, kwargs=self._true(route))

    def hostile(self, route: Route) -> Iterator[str]:
        """Addresses that nobody should ask for: each parameter in turn takes every odd value that its shape lets by."""
        values = {"IntConverter": INTEGERS, "PathConverter": PATHS}
        for name, kind in route.kinds.items():
            for value in values.get(kind, TEXTS):
                with suppress(NoReverseMatch):
                    yield reverse(route.name, kwargs={**self._true(route), name: value})

    def _true(self, route: Route) -> dict[str, object]:
        missing = set(route.kinds) - set(self.real)
        assert not missing, f"{route.name}: tests/conventions/site.py knows no value for {missing}"
        # "number" is a version's in one address and an instrument's in another
        whole = {"number": self.one.version.number}
        return {
            name: whole.get(name, self.real[name]) if kind == "IntConverter" else self.real[name]
            for name, kind in route.kinds.items()
        }


def routes() -> list[Route]:
    """Every named route of the site, in the order of the resolver."""
    found = [Route(p.name, _kinds(p), p.callback) for p in _walk(get_resolver().url_patterns) if p.name]
    assert len(found) > 10
    return found


def asked_names() -> list[str]:
    """Every name that a view asks the query or a form's body for."""
    texts = [path.read_text() for path in sorted(PORTAL.rglob("*.py")) if "tests" not in path.parts]
    found = {name for text in texts for name in ASKED.findall(text)}
    for path in sorted((PORTAL / "forms").glob("*.py")):
        module = importlib.import_module(f"bangtin.hub.portal.forms.{path.stem}")
        for one in vars(module).values():
            found |= set(getattr(one, "base_fields", ()))
    return sorted(found)


def _walk(patterns: Sequence[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns)
        else:
            yield pattern


def _kinds(pattern: URLPattern) -> dict[str, str]:
    converters = {name: type(one).__name__ for name, one in pattern.pattern.converters.items()}
    groups = getattr(getattr(pattern.pattern, "regex", None), "groupindex", {})
    return converters or dict.fromkeys(groups, "StringConverter")
