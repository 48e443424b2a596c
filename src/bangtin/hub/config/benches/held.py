"""The hub as a bench holds it: `bangtin serve` itself, with a word on standard input for what an officer would press.

The words are those of `orders`. The answer to each is a line of JSON with the instant it was begun, by the clock that
all processes of a machine share.
"""

import json
import os
import sys
import threading
import time

import django


def main() -> None:
    """`build SCREENS` and what else is to be laid down, or serve on the port of the first argument."""
    django.setup()
    from django.core.management import call_command

    from bangtin.hub.config.benches import crowd

    if sys.argv[1] == "build":
        call_command("migrate", verbosity=0)
        crowd.build(screens=int(sys.argv[2]))
        if sys.argv[3:]:
            from bangtin.hub.config.benches import taking

            sys.argv[1:] = ["seed", *sys.argv[3:]]
            taking.main()
        return
    from bangtin.hub.config import serving

    bound = serving.claim("127.0.0.1", int(sys.argv[1]))
    bound.listen(4096)
    threading.Thread(target=_obey, daemon=True).start()
    serving.serve(bound)


def _obey() -> None:
    from bangtin.hub.config.benches import orders

    for line in sys.stdin:
        word, *rest = line.split()
        began = time.monotonic_ns()
        found = orders.obey(word, rest)
        sys.stdout.write(json.dumps({"began_ns": began, **found}) + "\n")
        sys.stdout.flush()
        if word == "end":
            os.kill(os.getpid(), 15)


def notice() -> bytes:
    """An envelope of the size that three languages with one order have (trust E: 3,617 bytes)."""
    return json.dumps({"payload": "x" * 3_602}, separators=(",", ":")).encode()


if __name__ == "__main__":
    main()
