"""Emitters of programs: CUDA C++ text and SIMD code for LLVM. Emission is a pure function."""
