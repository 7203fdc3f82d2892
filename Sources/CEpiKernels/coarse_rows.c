#include "family.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif
#if defined(__aarch64__)
#include <arm_neon.h>
#endif

#pragma STDC FP_CONTRACT OFF

// Sums of products of bytes (0 to 255) and signed bytes (-64 to 64): integers that fit 32 bits, so all levels agree.

EPI_INLINE int32_t mixed_portable(const uint8_t *row, const int8_t *query, size_t count) {
  int32_t sum = 0;
  for (size_t i = 0; i < count; i++) sum += (int32_t)row[i] * query[i];
  return sum;
}

#if defined(__x86_64__)
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

/// The sums of at most PART rows, one row after the other.
#define ROW_SUMS(LEVEL, SUM, TARGET)                                                                                             \
  TARGET static inline void sums_##LEVEL(                                                                                        \
      const int8_t *query, size_t count, const uint8_t *codes, size_t rows, int32_t *sums) {                                     \
    for (size_t row = 0; row < rows; row++) sums[row] = SUM(codes + row * count, query, count);                                  \
  }

#if defined(__x86_64__)
/// Adds the products of 32 bytes. Two of them make at most 255 · 64 · 2 = 32,640, so 16 bits hold their sum.
__attribute__((target("avx2"), always_inline)) static inline __m256i add_products(__m256i sums, const uint8_t *row, __m256i query) {
  __m256i pairs = _mm256_maddubs_epi16(_mm256_loadu_si256((const __m256i *)row), query);
  return _mm256_add_epi32(sums, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}

/// Four rows at a time, which share the query's loads and the last additions.
__attribute__((target("avx2"))) static inline void sums_avx2(
    const int8_t *query, size_t count, const uint8_t *codes, size_t rows, int32_t *sums) {
  for (size_t first = 0; first < rows; first += 4) {
    // Where fewer than four are left, the last one is measured more than once.
    const uint8_t *row[4];
    for (size_t i = 0; i < 4; i++) row[i] = codes + (first + i < rows ? first + i : rows - 1) * count;
    __m256i a = _mm256_setzero_si256(), b = a, c = a, d = a;
    for (size_t i = 0; i < count; i += 32) {
      __m256i numbers = _mm256_loadu_si256((const __m256i *)(query + i));
      a = add_products(a, row[0] + i, numbers);
      b = add_products(b, row[1] + i, numbers);
      c = add_products(c, row[2] + i, numbers);
      d = add_products(d, row[3] + i, numbers);
    }
    __m256i quarters = _mm256_hadd_epi32(_mm256_hadd_epi32(a, b), _mm256_hadd_epi32(c, d));
    int32_t found[4];
    _mm_storeu_si128((__m128i *)found, _mm_add_epi32(_mm256_castsi256_si128(quarters), _mm256_extracti128_si256(quarters, 1)));
    for (size_t i = 0; i < 4 && first + i < rows; i++) sums[first + i] = found[i];
  }
}
#endif

/// Each level compiles the loop over the bounds for itself; it does one operation after the other, so all agree.
#define COARSE_ROWS(LEVEL, TARGET)                                                                                               \
  TARGET static void coarse_##LEVEL(                                                                                             \
      const int8_t *query, size_t count, const uint8_t *codes, const epi_coarse_row *measures, size_t rows,                      \
      const epi_coarse_query *terms, float *bounds) {                                                                            \
    int32_t sums[PART];                                                                                                          \
    for (size_t start = 0; start < rows; start += PART) {                                                                        \
      size_t part = rows - start < PART ? rows - start : PART;                                                                   \
      sums_##LEVEL(query, count, codes + start * count, part, sums);                                                             \
      for (size_t row = 0; row < part; row++) {                                                                                  \
        const epi_coarse_row *measure = measures + start + row;                                                                  \
        float product = measure->scale * (float)(sums[row] - terms->zero);                                                       \
        float least = terms->base + terms->square * (measure->length * measure->length);                                         \
        least = least - terms->product * product;                                                                                \
        bounds[start + row] = least - (terms->error * measure->error + terms->length * measure->length);                         \
      }                                                                                                                          \
    }                                                                                                                            \
  }

ROW_SUMS(plain, mixed_portable, )
COARSE_ROWS(plain, )
#if defined(__x86_64__)
ROW_SUMS(avx512, mixed_avx512, __attribute__((target("avx512f,avx512bw"))))
ROW_SUMS(avx512vnni, mixed_avx512vnni, __attribute__((target("avx512f,avx512bw,avx512vnni"))))
COARSE_ROWS(avx2, __attribute__((target("avx2"))))
COARSE_ROWS(avx512, __attribute__((target("avx512f,avx512bw"))))
COARSE_ROWS(avx512vnni, __attribute__((target("avx512f,avx512bw,avx512vnni"))))
#elif defined(__aarch64__)
ROW_SUMS(neon, mixed_neon, )
COARSE_ROWS(neon, )
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
