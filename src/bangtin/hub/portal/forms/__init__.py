"""Forms, one module a part of the site; they check shape alone, the actions check the rest."""
