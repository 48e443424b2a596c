"""Lays out a day from playlists: pure, deterministic, no database (ADR 10)."""
