"""Benchmarks of real processes; every one answers in the same shape (`shape.Result`)."""
