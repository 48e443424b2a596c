"""What the player keeps: its database, the accepted generations, the media."""
