"""Addresses, one module a part of the site."""
