"""The fields that blocks of a kind have."""
