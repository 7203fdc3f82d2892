#include "family.h"

#pragma STDC FP_CONTRACT OFF

/// One butterfly of sums and differences over blocks of `2 * half` values, `half` at least 16.
#define WIDE_STAGE(values, size, half)                                                   \
  for (size_t block = 0; block < size; block += 2 * half) {                              \
    for (size_t i = block; i < block + half; i += 16) {                                  \
      lanes16 x, y;                                                                      \
      lanes16_load(&x, values, i);                                                       \
      lanes16_load(&y, values, i + half);                                                \
      lanes16 sum = x + y, difference = x - y;                                           \
      __builtin_memcpy(values + i, &sum, sizeof sum);                                    \
      __builtin_memcpy(values + i + half, &difference, sizeof difference);               \
    }                                                                                    \
  }

/// The same inside of sixteen values: partner i ^ half, whose sign is that of the lane's own bit.
#define NARROW_STAGE(x, half, ...)                                                       \
  {                                                                                      \
    lanes16 partner = __builtin_shufflevector(x, x, __VA_ARGS__);                        \
    lanes16 signs;                                                                       \
    for (int lane = 0; lane < 16; lane++) signs[lane] = lane & half ? -1.0f : 1.0f;      \
    x = partner + x * signs;                                                             \
  }

EPI_INLINE void hadamard(float *values, size_t size, float scale) {
  for (size_t i = 0; i < size; i += 16) {
    lanes16 x;
    lanes16_load(&x, values, i);
    NARROW_STAGE(x, 1, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14)
    NARROW_STAGE(x, 2, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13)
    NARROW_STAGE(x, 4, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11)
    NARROW_STAGE(x, 8, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7)
    x *= scale;
    __builtin_memcpy(values + i, &x, sizeof x);
  }
  for (size_t half = 16; half < size; half *= 2) WIDE_STAGE(values, size, half)
}

/// Rounds of sign changes, each followed by a transform of the first or the last values, by turns.
#define ROUNDS 4

EPI_INLINE void rotate(float *values, size_t count, const float *signs) {
  size_t size = 16;
  while (2 * size <= count) size *= 2;
  float scale = 1.0f / __builtin_sqrtf((float)size);
  for (size_t round = 0; round < ROUNDS; round++) {
    for (size_t i = 0; i < count; i += 16) {
      lanes16 x, y;
      lanes16_load(&x, values, i);
      lanes16_load(&y, signs, round * count + i);
      x *= y;
      __builtin_memcpy(values + i, &x, sizeof x);
    }
    hadamard(values + (round % 2 ? count - size : 0), size, scale);
  }
}

static void rotate_plain(float *values, size_t count, const float *signs) { rotate(values, count, signs); }
#if defined(__x86_64__)
__attribute__((target("avx2"))) static void rotate_avx2(float *values, size_t count, const float *signs) {
  rotate(values, count, signs);
}
__attribute__((target("avx512f,avx512bw"))) static void rotate_avx512(float *values, size_t count, const float *signs) {
  rotate(values, count, signs);
}
#elif defined(__aarch64__)
static void rotate_neon(float *values, size_t count, const float *signs) { rotate(values, count, signs); }
#endif

void epi_rotate_f32_at(epi_level level, float *values, size_t count, const float *signs) {
  EPI_DISPATCH(rotate, values, count, signs)
}

void epi_rotate_f32(float *values, size_t count, const float *signs) { epi_rotate_f32_at(epi_best_level(), values, count, signs); }
