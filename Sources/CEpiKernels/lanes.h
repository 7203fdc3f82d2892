/// Sixteen floats as one value, which the compiler maps to the registers of the level a function is compiled for: one of AVX-512,
/// two of AVX2, four of NEON. Only pointers to it pass between functions, since its calling convention depends on the level.
///
/// Values are read through memcpy, which the compiler turns into a load that needs no alignment.
#pragma once

#include "epi_kernels.h"

typedef float lanes16 __attribute__((vector_size(64)));
typedef float lanes8 __attribute__((vector_size(32)));
typedef float lanes4 __attribute__((vector_size(16)));
/// What a comparison of sixteen floats gives: 0 or -1.
typedef int32_t lanes16_mask __attribute__((vector_size(64)));
typedef uint8_t bytes16 __attribute__((vector_size(16)));

#define EPI_INLINE static inline __attribute__((always_inline, unused))

/// Value `index` of the vector at `values`.
EPI_INLINE float float_at(const void *values, size_t index) {
  float value;
  __builtin_memcpy(&value, (const char *)values + index * sizeof value, sizeof value);
  return value;
}

/// Sixteen values of the vector at `values`, from `index` on.
EPI_INLINE void lanes16_load(lanes16 *lanes, const void *values, size_t index) {
  __builtin_memcpy(lanes, (const char *)values + index * sizeof(float), sizeof *lanes);
}

/// The last `count` (1 to 15) values of the vector at `values`, from `index` on, and zeros.
EPI_INLINE void lanes16_load_part(lanes16 *lanes, const void *values, size_t index, size_t count) {
  float part[16] = {0};
  __builtin_memcpy(part, (const char *)values + index * sizeof(float), count * sizeof(float));
  __builtin_memcpy(lanes, part, sizeof part);
}

/// The sum of 64 lanes: the upper half is added to the lower until one is left.
EPI_INLINE float lanes64_sum(const lanes16 sums[4]) {
  lanes16 a = (sums[0] + sums[2]) + (sums[1] + sums[3]);
  lanes8 b = __builtin_shufflevector(a, a, 0, 1, 2, 3, 4, 5, 6, 7) + __builtin_shufflevector(a, a, 8, 9, 10, 11, 12, 13, 14, 15);
  lanes4 c = __builtin_shufflevector(b, b, 0, 1, 2, 3) + __builtin_shufflevector(b, b, 4, 5, 6, 7);
  return (c[0] + c[2]) + (c[1] + c[3]);
}

/// The same sum in plain C.
EPI_INLINE float floats64_sum(float lanes[64]) {
  for (int half = 32; half > 0; half /= 2) {
    for (int i = 0; i < half; i++) lanes[i] += lanes[i + half];
  }
  return lanes[0];
}

/// A bit for each lane that is not 0, lane 0 lowest.
EPI_INLINE uint16_t lanes16_bits(const lanes16_mask *mask) {
  typedef _Bool bits16 __attribute__((ext_vector_type(16)));
  bits16 bits = __builtin_convertvector(*mask != 0, bits16);
  uint16_t word;
  __builtin_memcpy(&word, &bits, sizeof word);
  return word;
}
