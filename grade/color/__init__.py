"""Colour spaces: configs, conversions, displays; OpenColorIO read op by op into the IR.

The definitions are OpenColorIO's (BSD-3, Contributors to the OpenColorIO Project) and, for ACES,
A.M.P.A.S.'; we read them from the config and write the maths ourselves.
"""
