"""Values that change from frame to frame: keyframes, and tracks read from tables."""
