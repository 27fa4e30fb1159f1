//go:build gpusched

package main

func enter(int) {}

func raw(int) {}

func spins(int) {}
