#include "family.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif
#if defined(__aarch64__)
#include <arm_neon.h>
#endif

#pragma STDC FP_CONTRACT OFF

// Sums of products of bytes (0 to 255) and signed bytes: integers that fit 32 bits, so all levels agree.

EPI_INLINE int32_t mixed_portable(const uint8_t *row, const int8_t *query, size_t count) {
  int32_t sum = 0;
  for (size_t i = 0; i < count; i++) sum += (int32_t)row[i] * query[i];
  return sum;
}

#if defined(__x86_64__)
__attribute__((target("avx2"), always_inline)) static inline int32_t mixed_avx2(const uint8_t *row, const int8_t *query, size_t count) {
  __m256i sums = _mm256_setzero_si256();
  for (size_t i = 0; i < count; i += 16) {
    __m256i x = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(row + i)));
    __m256i y = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(query + i)));
    sums = _mm256_add_epi32(sums, _mm256_madd_epi16(x, y));
  }
  __m128i half = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
  half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4e));
  half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0xb1));
  return _mm_cvtsi128_si32(half);
}

__attribute__((target("avx512f,avx512bw"), always_inline)) static inline int32_t mixed_avx512(
    const uint8_t *row, const int8_t *query, size_t count) {
  __m512i sums = _mm512_setzero_si512();
  for (size_t i = 0; i < count; i += 32) {
    __m512i x = _mm512_cvtepu8_epi16(_mm256_loadu_si256((const __m256i *)(row + i)));
    __m512i y = _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)(query + i)));
    sums = _mm512_add_epi32(sums, _mm512_madd_epi16(x, y));
  }
  return _mm512_reduce_add_epi32(sums);
}

__attribute__((target("avx512f,avx512bw,avx512vnni"), always_inline)) static inline int32_t mixed_avx512vnni(
    const uint8_t *row, const int8_t *query, size_t count) {
  __m512i even = _mm512_setzero_si512(), odd = even;
  size_t i = 0;
  for (; count - i >= 128; i += 128) {
    even = _mm512_dpbusd_epi32(even, _mm512_loadu_si512(row + i), _mm512_loadu_si512(query + i));
    odd = _mm512_dpbusd_epi32(odd, _mm512_loadu_si512(row + i + 64), _mm512_loadu_si512(query + i + 64));
  }
  if (count > i) even = _mm512_dpbusd_epi32(even, _mm512_loadu_si512(row + i), _mm512_loadu_si512(query + i));
  return _mm512_reduce_add_epi32(_mm512_add_epi32(even, odd));
}
#elif defined(__aarch64__)
EPI_INLINE int32_t mixed_neon(const uint8_t *row, const int8_t *query, size_t count) {
  int32x4_t sums = vdupq_n_s32(0);
  for (size_t i = 0; i < count; i += 16) {
    uint8x16_t x = vld1q_u8(row + i);
    int8x16_t y = vld1q_s8(query + i);
    int16x8_t low = vreinterpretq_s16_u16(vmovl_u8(vget_low_u8(x))), high = vreinterpretq_s16_u16(vmovl_u8(vget_high_u8(x)));
    int16x8_t other = vmovl_s8(vget_low_s8(y)), another = vmovl_s8(vget_high_s8(y));
    sums = vmlal_s16(sums, vget_low_s16(low), vget_low_s16(other));
    sums = vmlal_s16(sums, vget_high_s16(low), vget_high_s16(other));
    sums = vmlal_s16(sums, vget_low_s16(high), vget_low_s16(another));
    sums = vmlal_s16(sums, vget_high_s16(high), vget_high_s16(another));
  }
  return vaddvq_s32(sums);
}
#endif

/// Rows whose products are summed before bounds are made of them.
#define PART 64

/// Each level compiles the loop over the bounds for itself; it does one operation after the other, so all agree.
#define COARSE_ROWS(LEVEL, SUM, TARGET)                                                                                          \
  TARGET static void coarse_##LEVEL(                                                                                             \
      const int8_t *query, size_t count, const uint8_t *codes, const epi_coarse_row *measures, size_t rows,                      \
      const epi_coarse_query *terms, float *bounds) {                                                                            \
    int32_t sums[PART];                                                                                                          \
    for (size_t start = 0; start < rows; start += PART) {                                                                        \
      size_t part = rows - start < PART ? rows - start : PART;                                                                   \
      for (size_t row = 0; row < part; row++) sums[row] = SUM(codes + (start + row) * count, query, count);                      \
      for (size_t row = 0; row < part; row++) {                                                                                  \
        const epi_coarse_row *measure = measures + start + row;                                                                  \
        float product = measure->scale * (float)(sums[row] - terms->zero);                                                       \
        float least = terms->base + terms->square * (measure->length * measure->length);                                         \
        least = least - terms->product * product;                                                                                \
        bounds[start + row] = least - (terms->error * measure->error + terms->length * measure->length);                         \
      }                                                                                                                          \
    }                                                                                                                            \
  }

COARSE_ROWS(plain, mixed_portable, )
#if defined(__x86_64__)
COARSE_ROWS(avx2, mixed_avx2, __attribute__((target("avx2"))))
COARSE_ROWS(avx512, mixed_avx512, __attribute__((target("avx512f,avx512bw"))))
COARSE_ROWS(avx512vnni, mixed_avx512vnni, __attribute__((target("avx512f,avx512bw,avx512vnni"))))
#elif defined(__aarch64__)
COARSE_ROWS(neon, mixed_neon, )
#endif

void epi_coarse_bounds_at(
    epi_level level, const int8_t *query, size_t count, const uint8_t *codes, const epi_coarse_row *measures, size_t rows,
    const epi_coarse_query *terms, float *bounds) {
  EPI_DISPATCH_VNNI(coarse, query, count, codes, measures, rows, terms, bounds)
}

void epi_coarse_bounds(
    const int8_t *query, size_t count, const uint8_t *codes, const epi_coarse_row *measures, size_t rows,
    const epi_coarse_query *terms, float *bounds) {
  epi_coarse_bounds_at(epi_best_level(), query, count, codes, measures, rows, terms, bounds);
}
