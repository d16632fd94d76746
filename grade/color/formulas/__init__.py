"""The mathematics of OpenColorIO's transforms, shared by transforms and ops."""
