"""Color management: OpenColorIO configs, conversions and displays, read op by op into the IR.

The definitions belong to OpenColorIO (BSD-3, Contributors to the OpenColorIO Project) and, for
ACES, to A.M.P.A.S. We read them from the config and write the maths ourselves.
"""
