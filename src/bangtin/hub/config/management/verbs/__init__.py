"""The verbs of `bangtin regulation`, one module each: `NAME`, `HELP`, `add_arguments` and `run`."""
