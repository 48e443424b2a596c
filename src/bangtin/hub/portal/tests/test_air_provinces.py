"""The air pages speak of each cluster's own instrument: another province's pages cite nothing of Cao Bằng."""

import pytest
from django.test import Client
from pytest_django import Settings

from bangtin.hub.kit import clock
from bangtin.hub.portal import menu
from bangtin.hub.schedules.tests.factories import NOW
from bangtin.hub.schedules.tests.provinces import Province

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("name", "number"), [("lai-chau", "20-2024"), ("ha-tinh", "2432")])
def test_pages_of_another_province_cite_its_own_text(
    name: str, number: str, client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(clock, "now", lambda: NOW)
    menu.is_served.cache_clear()
    province = Province(name)
    slug = province.cluster.slug
    client.force_login(province.users["lich"])
    for address in ("/lich/?chon=1", f"/lich/{slug}/gio/2026-11-28/", f"/nhat-ky/?cum={slug}"):
        page = client.get(address).content.decode()
        assert "/quy-dinh/cao-bang/" not in page, address
        assert address.startswith("/nhat-ky/") or f"/quy-dinh/{name}/{number}" in page, address
