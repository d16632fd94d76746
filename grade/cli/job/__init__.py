"""The parts of a job on the command line: flags, messages, progress, signals, the cluster."""
