"""Pages, one module a desk."""
