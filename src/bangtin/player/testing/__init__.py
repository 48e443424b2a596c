"""A hub in one process for the tests of the player; no part of the installed player uses it."""
