"""The IR: primitives, expressions, programs. It knows neither colour nor devices."""
