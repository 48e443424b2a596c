"""Fills an installation from inside its own environment; run as `python -m tests.browser.seed DEED …`, JSON on stdout.

The tests of this folder run against processes of their own, so nothing here shares their memory or their database.
"""

import json
import os
import sys

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangtin.hub.config.settings")
    django.setup()
    from tests.browser.deeds import DEEDS  # its models need Django to be set up

    print(json.dumps(DEEDS[sys.argv[1]](*sys.argv[2:])))
