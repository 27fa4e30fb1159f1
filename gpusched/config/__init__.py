"""Configuration: the schema, its validation after composition, and the files of configs/."""
