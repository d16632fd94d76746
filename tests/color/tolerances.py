"""How far we may be from OpenColorIO's lossless float32, and why: the one table.

A difference is min(absolute, relative to |theirs| + 1e-4). Where channels mix it is relative to the
largest channel of the pixel. A row is a primitive or a case of one; a row of one direction alone
is ``"name inverse"``.
"""

TOLERANCES = {
    # A primitive, or a colour space: the rounding of two float32 formulas.
    "simple": 3e-6,
    # Where OpenColorIO itself approximates: our float32 against our formula in float64.
    "op": 2e-6,
    # Their power is a polynomial of about 15 bits at every optimisation level (2.1e-4 measured).
    "GradingPrimary": 5e-4,
    # Near threshold + scale the inverse has a pole, and a float32 step becomes 1e-4.
    "ACES_GAMUT_COMP_13 inverse": 3e-4,
    # A slope of 75 between flat shoulders: float32 coefficients, so a knot's height is uncertain.
    "curve steep inverse": 1e-5,
    # The logarithm of style linear is a polynomial of 15 bits there, whatever the optimisation.
    "curve linear": 3e-4,
}


def tolerance(case, way=""):
    """The limit of a case, "forward" or "inverse"."""
    named = [TOLERANCES[key] for key in (f"{case} {way}", case) if key in TOLERANCES]
    return named[0] if named else TOLERANCES["simple"]
