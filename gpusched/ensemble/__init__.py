"""Ensembles: points of a sweep, a row of parameters for each world, and the driver that runs them."""
