/// The functions of a kernel family, made from its two bodies: `pair_portable(a, b, count)` in plain C and `pair(a, b, count)` by
/// lanes, always inlined, so that each level compiles it for itself.
#pragma once

#include "lanes.h"

/// A pair function and a rows function of one level.
#define EPI_LEVEL_FUNCTIONS(LEVEL, BODY, TARGET)                                                               \
  TARGET static float pair_##LEVEL(const void *a, const void *b, size_t count) { return BODY(a, b, count); }   \
  TARGET static void rows_##LEVEL(                                                                             \
      const void *query, size_t count, const void *matrix, size_t stride, size_t rows, float *results) {       \
    for (size_t row = 0; row < rows; row++) {                                                                  \
      results[row] = BODY(query, (const char *)matrix + row * stride, count);                                  \
    }                                                                                                          \
  }

// One row at a time: from memory, which is where a long scan reads, two or four rows at once measured half the speed.
#if defined(__x86_64__)
#define EPI_ALL_LEVELS                                                       \
  EPI_LEVEL_FUNCTIONS(plain, pair_portable, )                                \
  EPI_LEVEL_FUNCTIONS(avx2, pair, __attribute__((target("avx2"))))           \
  EPI_LEVEL_FUNCTIONS(avx512, pair, __attribute__((target("avx512f,avx512bw"))))
#define EPI_DISPATCH(KIND, ...)                                              \
  switch (level) {                                                           \
    case EPI_LEVEL_AVX512_VPOPCNTDQ:                                         \
    case EPI_LEVEL_AVX512_VNNI:                                              \
    case EPI_LEVEL_AVX512: return KIND##_avx512(__VA_ARGS__);                \
    case EPI_LEVEL_AVX2: return KIND##_avx2(__VA_ARGS__);                    \
    default: return KIND##_plain(__VA_ARGS__);                               \
  }
/// For the kernels that have code of their own for the byte products of AVX-512 VNNI.
#define EPI_DISPATCH_VNNI(KIND, ...)                                         \
  if (level >= EPI_LEVEL_AVX512_VNNI) return KIND##_avx512vnni(__VA_ARGS__); \
  EPI_DISPATCH(KIND, __VA_ARGS__)
#elif defined(__aarch64__)
#define EPI_ALL_LEVELS                                                       \
  EPI_LEVEL_FUNCTIONS(plain, pair_portable, )                                \
  EPI_LEVEL_FUNCTIONS(neon, pair, )
#define EPI_DISPATCH(KIND, ...)                                              \
  switch (level) {                                                           \
    case EPI_LEVEL_NEON: return KIND##_neon(__VA_ARGS__);                    \
    default: return KIND##_plain(__VA_ARGS__);                               \
  }
#define EPI_DISPATCH_VNNI(KIND, ...) EPI_DISPATCH(KIND, __VA_ARGS__)
#else
#define EPI_ALL_LEVELS EPI_LEVEL_FUNCTIONS(plain, pair_portable, )
#define EPI_DISPATCH(KIND, ...) \
  (void)level;                  \
  return KIND##_plain(__VA_ARGS__);
#define EPI_DISPATCH_VNNI(KIND, ...) EPI_DISPATCH(KIND, __VA_ARGS__)
#endif

/// Defines epi_NAME, epi_NAME_rows and both with _at.
#define EPI_KERNEL_FAMILY(NAME)                                                                                               \
  EPI_ALL_LEVELS                                                                                                              \
  float epi_##NAME##_at(epi_level level, const void *a, const void *b, size_t count) { EPI_DISPATCH(pair, a, b, count) }      \
  void epi_##NAME##_rows_at(                                                                                                  \
      epi_level level, const void *query, size_t count, const void *matrix, size_t stride, size_t rows, float *results) {     \
    EPI_DISPATCH(rows, query, count, matrix, stride, rows, results)                                                           \
  }                                                                                                                           \
  float epi_##NAME(const void *a, const void *b, size_t count) { return epi_##NAME##_at(epi_best_level(), a, b, count); }     \
  void epi_##NAME##_rows(                                                                                                     \
      const void *query, size_t count, const void *matrix, size_t stride, size_t rows, float *results) {                      \
    epi_##NAME##_rows_at(epi_best_level(), query, count, matrix, stride, rows, results);                                      \
  }
