"""Frames on many machines: a Dask cluster, or a job file for a farm that runs commands.

Whatever starts them, all processes write under the claims and journals of `grade.render`, so any
number of them may work on one sequence, and a share that is done twice is written once.
"""
