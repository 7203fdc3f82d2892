#include "epi_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif
#if defined(__aarch64__)
#include <arm_neon.h>
#endif

// A character stands for its code plus what its range of the alphabet adds: five comparisons tell the range of each of many characters.

#if defined(__x86_64__)

/// `added` where x lies from `first` to `last`, else 0.
__attribute__((target("avx2"), always_inline)) static inline __m256i range_avx2(__m256i x, char first, char last, char added, __m256i *known) {
  __m256i inside = _mm256_and_si256(
      _mm256_cmpgt_epi8(x, _mm256_set1_epi8((char)(first - 1))), _mm256_cmpgt_epi8(_mm256_set1_epi8((char)(last + 1)), x));
  *known = _mm256_or_si256(*known, inside);
  return _mm256_and_si256(inside, _mm256_set1_epi8(added));
}

__attribute__((target("avx2"))) static size_t decode_avx2(const uint8_t *text, size_t count, uint8_t *bytes) {
  // The three bytes of a group lie in a lane of 32 bits with the first of them highest.
  const __m256i order = _mm256_setr_epi8(
      2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1, 2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1);
  const __m256i together = _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 7, 7);
  size_t i = 0;
  for (; count - i >= 32; i += 32) {
    __m256i x = _mm256_loadu_si256((const __m256i *)(text + i));
    __m256i known = _mm256_setzero_si256();
    __m256i added = range_avx2(x, 'A', 'Z', -'A', &known);
    added = _mm256_or_si256(added, range_avx2(x, 'a', 'z', 26 - 'a', &known));
    added = _mm256_or_si256(added, range_avx2(x, '0', '9', 52 - '0', &known));
    added = _mm256_or_si256(added, range_avx2(x, '+', '+', 62 - '+', &known));
    added = _mm256_or_si256(added, range_avx2(x, '/', '/', 63 - '/', &known));
    if (_mm256_movemask_epi8(known) != -1) break;
    __m256i sixes = _mm256_add_epi8(x, added);
    // Pairs of six bits, then pairs of twelve.
    __m256i twelves = _mm256_maddubs_epi16(sixes, _mm256_set1_epi32(0x01400140));
    __m256i groups = _mm256_madd_epi16(twelves, _mm256_set1_epi32(0x00011000));
    __m256i packed = _mm256_permutevar8x32_epi32(_mm256_shuffle_epi8(groups, order), together);
    _mm256_storeu_si256((__m256i *)(bytes + i / 4 * 3), packed);
  }
  return i;
}

#endif

#if defined(__aarch64__)

static inline uint8x16_t range_neon(uint8x16_t x, uint8_t first, uint8_t last, uint8_t added, uint8x16_t *known) {
  uint8x16_t inside = vcleq_u8(vsubq_u8(x, vdupq_n_u8(first)), vdupq_n_u8((uint8_t)(last - first)));
  *known = vorrq_u8(*known, inside);
  return vandq_u8(inside, vdupq_n_u8(added));
}

static inline uint8x16_t sixes_neon(uint8x16_t x, uint8x16_t *all) {
  uint8x16_t known = vdupq_n_u8(0);
  uint8x16_t added = range_neon(x, 'A', 'Z', (uint8_t)-'A', &known);
  added = vorrq_u8(added, range_neon(x, 'a', 'z', (uint8_t)(26 - 'a'), &known));
  added = vorrq_u8(added, range_neon(x, '0', '9', 52 - '0', &known));
  added = vorrq_u8(added, range_neon(x, '+', '+', 62 - '+', &known));
  added = vorrq_u8(added, range_neon(x, '/', '/', 63 - '/', &known));
  *all = vandq_u8(*all, known);
  return vaddq_u8(x, added);
}

static size_t decode_neon(const uint8_t *text, size_t count, uint8_t *bytes) {
  size_t i = 0;
  for (; count - i >= 64; i += 64) {
    uint8x16x4_t x = vld4q_u8(text + i);
    uint8x16_t all = vdupq_n_u8(0xff);
    uint8x16_t a = sixes_neon(x.val[0], &all), b = sixes_neon(x.val[1], &all);
    uint8x16_t c = sixes_neon(x.val[2], &all), d = sixes_neon(x.val[3], &all);
    if (vminvq_u8(all) != 0xff) break;
    uint8x16x3_t group = {{
        vorrq_u8(vshlq_n_u8(a, 2), vshrq_n_u8(b, 4)),
        vorrq_u8(vshlq_n_u8(b, 4), vshrq_n_u8(c, 2)),
        vorrq_u8(vshlq_n_u8(c, 6), d),
    }};
    vst3q_u8(bytes + i / 4 * 3, group);
  }
  return i;
}

#endif

size_t epi_base64_decode_at(epi_level level, const uint8_t *text, size_t count, uint8_t *bytes) {
#if defined(__x86_64__)
  if (level >= EPI_LEVEL_AVX2) return decode_avx2(text, count, bytes);
#elif defined(__aarch64__)
  if (level == EPI_LEVEL_NEON) return decode_neon(text, count, bytes);
#endif
  (void)level, (void)text, (void)count, (void)bytes;
  return 0;
}

size_t epi_base64_decode(const uint8_t *text, size_t count, uint8_t *bytes) {
  return epi_base64_decode_at(epi_best_level(), text, count, bytes);
}
