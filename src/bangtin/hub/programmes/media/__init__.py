"""Looks into uploaded files and makes renditions of them, always in a bounded process of its own.

`probe` is that process's program; it, `pictures` and `streams` load Pillow and PyAV and are never imported by the hub.
"""
