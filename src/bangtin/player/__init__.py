"""The screen's daemon: takes signed bundles, shows them on a page of its own, and records every segment.

It needs no Django and no database server; its whole state lies in one folder.
"""
