"""Small tools without a home of their own; nothing here knows about runs."""
