"""The settings as models, a module for each group; `root` holds them all."""
