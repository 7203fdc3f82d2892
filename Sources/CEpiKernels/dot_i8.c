#include "family.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif
#if defined(__aarch64__)
#include <arm_neon.h>
#endif

// Every level sums integers that fit 32 bits, so the order does not matter: 65,536 products of at most 2^14.

static int32_t dot_portable(const int8_t *a, const int8_t *b, size_t count) {
  int32_t sum = 0;
  for (size_t i = 0; i < count; i++) sum += (int32_t)a[i] * b[i];
  return sum;
}

#if defined(__x86_64__)

__attribute__((target("avx2"), always_inline)) static inline int32_t dot_avx2(const int8_t *a, const int8_t *b, size_t count) {
  __m256i sums = _mm256_setzero_si256();
  size_t i = 0;
  for (; count - i >= 16; i += 16) {
    __m256i x = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(a + i)));
    __m256i y = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(b + i)));
    sums = _mm256_add_epi32(sums, _mm256_madd_epi16(x, y));
  }
  __m128i half = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
  half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4e));
  half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0xb1));
  return _mm_cvtsi128_si32(half) + dot_portable(a + i, b + i, count - i);
}

__attribute__((target("avx512f,avx512bw"), always_inline)) static inline int32_t dot_avx512(
    const int8_t *a, const int8_t *b, size_t count) {
  __m512i sums = _mm512_setzero_si512();
  size_t i = 0;
  for (; count - i >= 32; i += 32) {
    __m512i x = _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)(a + i)));
    __m512i y = _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)(b + i)));
    sums = _mm512_add_epi32(sums, _mm512_madd_epi16(x, y));
  }
  return _mm512_reduce_add_epi32(sums) + dot_portable(a + i, b + i, count - i);
}

/// The instruction multiplies unsigned by signed bytes: a + 128 takes the place of a, and 128 times the sum of b is taken off.
__attribute__((target("avx512f,avx512bw,avx512vnni"), always_inline)) static inline int32_t dot_avx512vnni(
    const int8_t *a, const int8_t *b, size_t count) {
  const __m512i bias = _mm512_set1_epi8((char)0x80);
  __m512i even = _mm512_setzero_si512(), odd = even, sum_even = even, sum_odd = even;
  size_t i = 0;
  for (; count - i >= 128; i += 128) {
    __m512i y = _mm512_loadu_si512(b + i);
    __m512i z = _mm512_loadu_si512(b + i + 64);
    even = _mm512_dpbusd_epi32(even, _mm512_xor_si512(_mm512_loadu_si512(a + i), bias), y);
    odd = _mm512_dpbusd_epi32(odd, _mm512_xor_si512(_mm512_loadu_si512(a + i + 64), bias), z);
    sum_even = _mm512_dpbusd_epi32(sum_even, bias, y);
    sum_odd = _mm512_dpbusd_epi32(sum_odd, bias, z);
  }
  for (; count - i >= 64; i += 64) {
    __m512i y = _mm512_loadu_si512(b + i);
    even = _mm512_dpbusd_epi32(even, _mm512_xor_si512(_mm512_loadu_si512(a + i), bias), y);
    sum_even = _mm512_dpbusd_epi32(sum_even, bias, y);
  }
  if (count - i >= 32) {
    // Zeros of b count for nothing.
    __m512i y = _mm512_zextsi256_si512(_mm256_loadu_si256((const __m256i *)(b + i)));
    __m512i x = _mm512_zextsi256_si512(_mm256_loadu_si256((const __m256i *)(a + i)));
    odd = _mm512_dpbusd_epi32(odd, _mm512_xor_si512(x, bias), y);
    sum_odd = _mm512_dpbusd_epi32(sum_odd, bias, y);
    i += 32;
  }
  __m512i sums = _mm512_sub_epi32(_mm512_add_epi32(even, odd), _mm512_add_epi32(sum_even, sum_odd));
  return _mm512_reduce_add_epi32(sums) + dot_portable(a + i, b + i, count - i);
}

#endif

#if defined(__aarch64__)
static inline int32_t dot_neon(const int8_t *a, const int8_t *b, size_t count) {
  int32x4_t sums = vdupq_n_s32(0);
  size_t i = 0;
  for (; count - i >= 16; i += 16) {
    int8x16_t x = vld1q_s8(a + i), y = vld1q_s8(b + i);
    sums = vpadalq_s16(sums, vmull_s8(vget_low_s8(x), vget_low_s8(y)));
    sums = vpadalq_s16(sums, vmull_s8(vget_high_s8(x), vget_high_s8(y)));
  }
  return vaddvq_s32(sums) + dot_portable(a + i, b + i, count - i);
}
#endif

/// Rows ahead that are asked from memory while one is measured.
#define ROWS_AHEAD 6

#define PICKED_ROWS(LEVEL, BODY, TARGET)                                                                                    \
  TARGET static void picked_##LEVEL(                                                                                        \
      const int8_t *query, size_t count, const int8_t *matrix, size_t stride, const uint32_t *rows, size_t picked,          \
      int32_t *results) {                                                                                                   \
    for (size_t i = 0; i < picked && i < ROWS_AHEAD; i++) epi_prefetch(matrix + rows[i] * stride, count);                   \
    for (size_t i = 0; i < picked; i++) {                                                                                   \
      if (i + ROWS_AHEAD < picked) epi_prefetch(matrix + rows[i + ROWS_AHEAD] * stride, count);                             \
      results[i] = BODY(query, matrix + rows[i] * stride, count);                                                           \
    }                                                                                                                       \
  }

PICKED_ROWS(plain, dot_portable, )
#if defined(__x86_64__)
PICKED_ROWS(avx2, dot_avx2, __attribute__((target("avx2"))))
PICKED_ROWS(avx512, dot_avx512, __attribute__((target("avx512f,avx512bw"))))
PICKED_ROWS(avx512vnni, dot_avx512vnni, __attribute__((target("avx512f,avx512bw,avx512vnni"))))
#elif defined(__aarch64__)
PICKED_ROWS(neon, dot_neon, )
#endif

void epi_dot_i8_picked_at(
    epi_level level, const int8_t *query, size_t count, const int8_t *matrix, size_t stride, const uint32_t *rows, size_t picked,
    int32_t *results) {
  EPI_DISPATCH_VNNI(picked, query, count, matrix, stride, rows, picked, results)
}

void epi_dot_i8_picked(
    const int8_t *query, size_t count, const int8_t *matrix, size_t stride, const uint32_t *rows, size_t picked, int32_t *results) {
  epi_dot_i8_picked_at(epi_best_level(), query, count, matrix, stride, rows, picked, results);
}
