//go:build !gpusched

// This file lets the package declare functions without bodies.
