"""The endpoints that screens call."""
