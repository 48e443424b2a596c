"""Daemons killed a thousand times over thirty days of the calendar: `python -m tests.bench.soak`."""
