// Loops for the widest registers that there are.
#pragma once

// Of a function: compiled twice, with all that it calls, for AVX2 and for any amd64. Which one runs
// is chosen once, when the program is loaded. Sanitizers are not up yet by then, and do without.
#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define PENSTOCK_WIDE __attribute__((target_clones("avx2", "default"), flatten))
#else
#define PENSTOCK_WIDE
#endif
