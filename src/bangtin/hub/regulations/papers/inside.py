"""Reads one Word or PDF file in a process of its own: `python -m … KIND < file` writes one object of JSON.

The process bounds its own memory, time and output before it opens what came from outside.
"""

import json
import resource
import sys

MEMORY_BYTES = 2 << 30
CPU_S = 60
OUTPUT_BYTES = 64 << 20


def main() -> None:
    """Read the file on stdin; `{"lines", "running"}` or `{"error"}`."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S + 2))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT_BYTES, OUTPUT_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from bangtin.hub.regulations.papers import portable, word

    body = sys.stdin.buffer.read()
    try:
        found, running = portable.lines(body) if sys.argv[1] == "pdf" else (word.lines(body), [])
    except (portable.NotPortable, word.NotWord) as error:
        json.dump({"error": error.reason}, sys.stdout)
    except MemoryError:
        json.dump({"error": "bomb"}, sys.stdout)
    else:
        json.dump({"lines": found, "running": running}, sys.stdout)


if __name__ == "__main__":
    main()
