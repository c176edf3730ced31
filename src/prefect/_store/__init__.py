"""Store floor: named SQL, the condition compiler and the databases behind one protocol. No HTTP."""
