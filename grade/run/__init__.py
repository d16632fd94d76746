"""Executors: what takes a program and pictures and computes."""
