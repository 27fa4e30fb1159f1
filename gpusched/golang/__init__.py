"""From Go source to SSA: the toolchain, the front end, its cache."""
