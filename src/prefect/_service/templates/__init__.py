"""Templates: checked under a path of their own, too."""
