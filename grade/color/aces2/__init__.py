"""ACES 2 output transforms: parameters, tables over hue, and the maths of a pixel.

Sources: Academy ACES 2 CTL (A.M.P.A.S.), OpenColorIO ``ops/fixedfunction/ACES2`` (BSD-3). The
tables sample hues as OpenColorIO 2.4.2 and later do.
"""
