"""Color tags of files: what an interop id, code points, a profile or primaries and gamma say."""
