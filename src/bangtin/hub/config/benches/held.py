"""The hub as a bench holds it: `bangtin serve` itself, with a word on standard input for what an officer would press.

Words: `alert` (to all clusters but the last), `flood DEVICE COUNT` (commands to one screen), `count`, `end`. The answer
to each is a line of JSON with the instant it was begun, by the clock that all processes of a machine share.
"""

import json
import os
import sys
import threading
import time

import django


def main() -> None:
    """`migrate`, or serve on the port of the first argument until the word `end`."""
    django.setup()
    from django.core.management import call_command

    from bangtin.hub.config.benches import crowd

    if sys.argv[1] == "build":
        call_command("migrate", verbosity=0)
        crowd.build(screens=int(sys.argv[2]))
        return
    from bangtin.hub.config import serving

    bound = serving.claim("127.0.0.1", int(sys.argv[1]))
    bound.listen(4096)
    threading.Thread(target=_obey, daemon=True).start()
    serving.serve(bound)


def _obey() -> None:
    from bangtin.hub.config.benches import caller
    from bangtin.hub.devices.hints import broadcaster

    envelope = notice()
    clusters = [caller.cluster_id(number) for number in range(caller.CLUSTERS - 1)]
    for line in sys.stdin:
        word, *rest = line.split()
        began = time.monotonic_ns()
        if word == "alert":
            broadcaster.alert(envelope, clusters=clusters, is_drill=False)
        elif word == "flood":
            for _turn in range(int(rest[1])):
                broadcaster.send_command(rest[0], envelope)
        sys.stdout.write(json.dumps({"began_ns": began, "streams": len(broadcaster.streams())}) + "\n")
        sys.stdout.flush()
        if word == "end":
            os.kill(os.getpid(), 15)


def notice() -> bytes:
    """An envelope of the size that three languages with one order have (trust E: 3,617 bytes)."""
    return json.dumps({"payload": "x" * 3_602}, separators=(",", ":")).encode()


if __name__ == "__main__":
    main()
