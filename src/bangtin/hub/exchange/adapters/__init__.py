"""The two ways to and from the source system."""
