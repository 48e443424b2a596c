"""Thirty days without a line, handed in at once: what a screen has to say, and what the hub makes of it."""
