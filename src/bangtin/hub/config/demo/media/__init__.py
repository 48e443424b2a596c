"""The demo's own media: drawn, lettered, encoded."""
