"""Exploring schedules: many worlds of one program, each distinct outcome counted, the smallest schedule of a bad one sought, one schedule told as a story."""
