"""Frames on many machines: a Dask cluster, or a job file for a farm that runs commands.

    plan -> JobPackager -> JobPackage --------+
                        -> Chunk, Chunk ... --+-> Dispatcher -> Dask -> worker: render_chunk
    outcomes <----------- ChunkResult <----------------------------------+

A worker traces nothing: `job_package` sends it programs as text (`traced_look`), their tables and
the numbers of their uniforms. However a process is started, it writes under the claims and journals
of `grade.render`. So any number of processes may work on one sequence, and a frame that is sent
twice is written once.
"""
