"""Engine floor: how a flow run and a task run go from call to final state, written once for both ways of calling."""
