"""The runtime model: a file for each file of Go's runtime, with its names."""
