"""The IR: primitives, expressions, programs. It knows neither color science nor devices."""
