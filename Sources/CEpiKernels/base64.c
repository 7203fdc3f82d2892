#include "family.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif
#if defined(__aarch64__)
#include <arm_neon.h>
#endif

// A character stands for its code plus what its range of the alphabet adds. On x86-64 the upper half of a code, one less for '/', tells
// what that is, and both halves whether the character is one (Muła and Lemire, "Faster Base64 Encoding and Decoding Using AVX2
// Instructions", 2018). On arm64 five comparisons tell the range.

/// All is left to the caller.
static size_t decode_plain(const uint8_t *text, size_t count, uint8_t *bytes) {
  (void)text, (void)count, (void)bytes;
  return 0;
}

#if defined(__x86_64__)

// A bit for each kind of upper half: 2, 3, 4 or 6, 5 or 7, and the others, which no character has.
enum { SIGNS = 1, DIGITS = 2, FIRST = 4, LAST = 8, NONE = 16 };
#define UPPER_HALVES \
  NONE, NONE, SIGNS, DIGITS, FIRST, LAST, FIRST, LAST, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE
// For each lower half the kinds that it makes no character with: signs are 0x2b and 0x2f, digits end at 9, letters lie from 1 to 15 and
// from 0 to 10.
#define LOWER_HALVES                                                                                                             \
  SIGNS | FIRST | NONE, SIGNS | NONE, SIGNS | NONE, SIGNS | NONE, SIGNS | NONE, SIGNS | NONE, SIGNS | NONE, SIGNS | NONE,        \
      SIGNS | NONE, SIGNS | NONE, SIGNS | DIGITS | NONE, DIGITS | LAST | NONE, SIGNS | DIGITS | LAST | NONE,                     \
      SIGNS | DIGITS | LAST | NONE, SIGNS | DIGITS | LAST | NONE, DIGITS | LAST | NONE
#define ADDED 0, 63 - '/', 62 - '+', 52 - '0', -'A', -'A', 26 - 'a', 26 - 'a', 0, 0, 0, 0, 0, 0, 0, 0
// The three bytes of a group lie in a lane of 32 bits with the first of them highest.
#define GROUP_ORDER 2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1

__attribute__((target("avx2"))) static size_t decode_avx2(const uint8_t *text, size_t count, uint8_t *bytes) {
  const __m256i upper_halves = _mm256_broadcastsi128_si256(_mm_setr_epi8(UPPER_HALVES));
  const __m256i lower_halves = _mm256_broadcastsi128_si256(_mm_setr_epi8(LOWER_HALVES));
  const __m256i added = _mm256_broadcastsi128_si256(_mm_setr_epi8(ADDED));
  const __m256i order = _mm256_broadcastsi128_si256(_mm_setr_epi8(GROUP_ORDER));
  const __m256i together = _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 7, 7), half = _mm256_set1_epi8(15);
  size_t i = 0;
  for (; count - i >= 32; i += 32) {
    __m256i x = _mm256_loadu_si256((const __m256i *)(text + i));
    __m256i upper = _mm256_and_si256(_mm256_srli_epi32(x, 4), half);
    __m256i kinds = _mm256_shuffle_epi8(upper_halves, upper);
    if (!_mm256_testz_si256(_mm256_shuffle_epi8(lower_halves, _mm256_and_si256(x, half)), kinds)) break;
    __m256i ranges = _mm256_add_epi8(upper, _mm256_cmpeq_epi8(x, _mm256_set1_epi8('/')));
    __m256i sixes = _mm256_add_epi8(x, _mm256_shuffle_epi8(added, ranges));
    // Pairs of six bits, then pairs of twelve.
    __m256i twelves = _mm256_maddubs_epi16(sixes, _mm256_set1_epi32(0x01400140));
    __m256i groups = _mm256_madd_epi16(twelves, _mm256_set1_epi32(0x00011000));
    __m256i packed = _mm256_permutevar8x32_epi32(_mm256_shuffle_epi8(groups, order), together);
    _mm256_storeu_si256((__m256i *)(bytes + i / 4 * 3), packed);
  }
  return i;
}

__attribute__((target("avx512f,avx512bw"))) static size_t decode_avx512(const uint8_t *text, size_t count, uint8_t *bytes) {
  const __m512i upper_halves = _mm512_broadcast_i32x4(_mm_setr_epi8(UPPER_HALVES));
  const __m512i lower_halves = _mm512_broadcast_i32x4(_mm_setr_epi8(LOWER_HALVES));
  const __m512i added = _mm512_broadcast_i32x4(_mm_setr_epi8(ADDED));
  const __m512i order = _mm512_broadcast_i32x4(_mm_setr_epi8(GROUP_ORDER));
  const __m512i together = _mm512_setr_epi32(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 15, 15, 15, 15), half = _mm512_set1_epi8(15);
  size_t i = 0;
  for (; count - i >= 64; i += 64) {
    __m512i x = _mm512_loadu_si512(text + i);
    __m512i upper = _mm512_and_si512(_mm512_srli_epi32(x, 4), half);
    __m512i kinds = _mm512_shuffle_epi8(upper_halves, upper);
    if (_mm512_test_epi8_mask(_mm512_shuffle_epi8(lower_halves, _mm512_and_si512(x, half)), kinds)) break;
    __m512i ranges = _mm512_mask_sub_epi8(upper, _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('/')), upper, _mm512_set1_epi8(1));
    __m512i sixes = _mm512_add_epi8(x, _mm512_shuffle_epi8(added, ranges));
    __m512i twelves = _mm512_maddubs_epi16(sixes, _mm512_set1_epi32(0x01400140));
    __m512i groups = _mm512_madd_epi16(twelves, _mm512_set1_epi32(0x00011000));
    __m512i packed = _mm512_permutexvar_epi32(together, _mm512_shuffle_epi8(groups, order));
    _mm512_mask_storeu_epi32(bytes + i / 4 * 3, 0x0fff, packed);
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
  EPI_DISPATCH(decode, text, count, bytes)
}

size_t epi_base64_decode(const uint8_t *text, size_t count, uint8_t *bytes) {
  return epi_base64_decode_at(epi_best_level(), text, count, bytes);
}
