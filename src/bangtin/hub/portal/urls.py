"""The pages' addresses (ui: Vietnamese without diacritics, one address for both languages; names stay English)."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
