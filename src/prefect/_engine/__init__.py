"""Engine floor: how flow and task runs go from call to final state, written once for both kinds of caller."""
