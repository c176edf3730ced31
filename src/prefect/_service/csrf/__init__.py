"""Tokens that browsers show with each change, while protection against forged requests is on."""
