"""`python -m bangtin`: the hub's command, where `bangtin` is not on the path."""

import sys

from bangtin.hub.config.main import main

if __name__ == "__main__":
    sys.argv[0] = "bangtin"  # what usage lines call it
    main()
