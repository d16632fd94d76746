"""Kinds of parameter: what each takes, how it checks a value, how a schema describes it."""
