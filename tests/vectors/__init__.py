"""The bundles of docs/bundle-vectors: how they are made, read and judged."""
