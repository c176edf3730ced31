"""Old private paths that published integrations import; nothing of ours imports them."""
