"""LUT and look files: validated before OpenColorIO reads them, then read op by op."""
