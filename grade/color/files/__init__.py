"""LUT and look files: checked before OpenColorIO reads them, then read op by op."""
