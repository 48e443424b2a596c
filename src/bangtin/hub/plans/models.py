"""What is ordered and asked for before a programme exists: production orders and information requests."""
