"""One look over many shots."""
