#include "epi_kernels.h"

bool epi_level_is_available(epi_level level) {
  switch (level) {
    case EPI_LEVEL_PORTABLE:
      return true;
    case EPI_LEVEL_NEON:
#if defined(__aarch64__)
      return true;
#else
      return false;
#endif
    // __builtin_cpu_supports asks the operating system too: it must save the wide registers.
    case EPI_LEVEL_AVX2:
#if defined(__x86_64__)
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("f16c");
#else
      return false;
#endif
    case EPI_LEVEL_AVX512:
#if defined(__x86_64__)
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
#else
      return false;
#endif
    case EPI_LEVEL_AVX512_VNNI:
#if defined(__x86_64__)
      return epi_level_is_available(EPI_LEVEL_AVX512) && __builtin_cpu_supports("avx512vnni");
#else
      return false;
#endif
    case EPI_LEVEL_AVX512_VPOPCNTDQ:
#if defined(__x86_64__)
      return epi_level_is_available(EPI_LEVEL_AVX512_VNNI) && __builtin_cpu_supports("avx512vpopcntdq");
#else
      return false;
#endif
  }
  return false;
}

epi_level epi_best_level(void) {
  // Level + 1; 0 = not asked yet. Two threads that both ask find the same answer.
  static _Atomic int known = 0;
  int level = __c11_atomic_load(&known, __ATOMIC_RELAXED);
  if (level == 0) {
    level = EPI_LEVEL_COUNT;
    while (level > 1 && !epi_level_is_available((epi_level)(level - 1))) level--;
    __c11_atomic_store(&known, level, __ATOMIC_RELAXED);
  }
  return (epi_level)(level - 1);
}

const char *epi_level_name(epi_level level) {
  switch (level) {
    case EPI_LEVEL_PORTABLE: return "portable";
    case EPI_LEVEL_NEON: return "neon";
    case EPI_LEVEL_AVX2: return "avx2";
    case EPI_LEVEL_AVX512: return "avx512";
    case EPI_LEVEL_AVX512_VNNI: return "avx512vnni";
    case EPI_LEVEL_AVX512_VPOPCNTDQ: return "avx512vpopcntdq";
  }
  return "unknown";
}
