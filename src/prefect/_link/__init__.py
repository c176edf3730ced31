"""The SDK's only way out: operations called in this process or over HTTP, behind one protocol."""
