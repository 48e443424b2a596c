"""The source information system: items in, items and as-run logs out, the state of each connection."""
