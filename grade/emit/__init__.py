"""Programs as text or as instructions: CUDA C++ and SIMD LLVM. Emission is a pure function."""
