"""Arrays and frames through the kernel of a look: ``look.apply``.

``apply`` hands an array to ``apply_array`` and a frame to ``apply_frame``. Each checks the picture
and its other inputs (``input_arrays``, ``input_files``), asks an ``Endpoint`` for the kernel, and
runs it. The endpoint takes the kernel from the cache in ``kernels``, or traces and compiles it.
"""
