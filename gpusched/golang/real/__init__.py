"""Go programs on the real runtime: built with a recorder in it, run in fresh processes."""
