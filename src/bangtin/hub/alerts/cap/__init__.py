"""CAP 1.2: read, judged, written; pure, no database (ADR 10)."""
