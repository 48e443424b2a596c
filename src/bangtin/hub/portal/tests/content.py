"""What the tests of the content pages share: a browser that is signed in, and forms as it sends them."""

from collections.abc import Mapping

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bangtin.hub.accounts.models import User
from bangtin.hub.appraisal.actions.answering import FIELD
from bangtin.hub.appraisal.tests.factories import met
from bangtin.hub.programmes.models import ProgrammeVersion

PASSWORD = "mat-khau-thu-nghiem"
GROUNDS = "Sửa tên xã ở dòng hai rồi gửi lại."
NOTICE = {
    "way": "text",
    "template": "notice",
    "title": "Giờ làm việc cửa khẩu Tà Lùng",
    "agency": "cao-bang/dai-ptth",
    "month": "2026-11",
    "category": "grassroots_essential",
    "language": "vi",
    "clusters": ["cao-bang/ta-lung"],
    "still_s": "8",
    "text_title": "Cửa khẩu mở cửa lúc 7 giờ",
    "is_declared": "on",
}


def signed_in(user: User) -> Client:
    """A browser that is signed in."""
    client = Client()
    client.force_login(user)
    return client


def picture(name: str, data: bytes) -> SimpleUploadedFile:
    """A file as a form carries it."""
    return SimpleUploadedFile(name, data, content_type="image/png")


def points(version: ProgrammeVersion) -> dict[str, str]:
    """Every point of the instrument answered as met, as the bench's form sends it."""
    return {FIELD + name: given.answer for name, given in met(version).items()}


def word(version: ProgrammeVersion, outcome: str, grounds: str = GROUNDS) -> Mapping[str, str | int]:
    """What the bench's form sends for the version as it is now."""
    return {
        "outcome": outcome,
        "grounds": grounds,
        "version": version.pk,
        "digest": version.content_digest,
        **points(version),
    }
