"""Engines: what advances the worlds of an ensemble."""
