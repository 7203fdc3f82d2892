#include "family.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif
#if defined(__aarch64__)
#include <arm_neon.h>
#endif

/// All is left to the caller.
static size_t plain_plain(const uint8_t *text, size_t count, uint8_t *seen) {
  (void)text, (void)count, (void)seen;
  return 0;
}

#if defined(__x86_64__)

__attribute__((target("avx2"))) static size_t plain_avx2(const uint8_t *text, size_t count, uint8_t *seen) {
  const __m256i quote = _mm256_set1_epi8('"'), backslash = _mm256_set1_epi8('\\'), control = _mm256_set1_epi8(0x1f);
  __m256i all = _mm256_setzero_si256();
  size_t i = 0;
  for (; count - i >= 64; i += 64) {
    __m256i a = _mm256_loadu_si256((const __m256i *)(text + i)), b = _mm256_loadu_si256((const __m256i *)(text + i + 32));
    __m256i quotes = _mm256_or_si256(_mm256_cmpeq_epi8(a, quote), _mm256_cmpeq_epi8(b, quote));
    __m256i backslashes = _mm256_or_si256(_mm256_cmpeq_epi8(a, backslash), _mm256_cmpeq_epi8(b, backslash));
    __m256i least = _mm256_min_epu8(a, b);
    __m256i controls = _mm256_cmpeq_epi8(_mm256_min_epu8(least, control), least);
    if (!_mm256_testz_si256(_mm256_or_si256(quotes, backslashes), _mm256_set1_epi8(-1)) || _mm256_movemask_epi8(controls)) break;
    all = _mm256_or_si256(all, _mm256_or_si256(a, b));
  }
  *seen |= _mm256_movemask_epi8(all) ? 0x80 : 0;
  return i;
}

__attribute__((target("avx512f,avx512bw"))) static size_t plain_avx512(const uint8_t *text, size_t count, uint8_t *seen) {
  const __m512i quote = _mm512_set1_epi8('"'), backslash = _mm512_set1_epi8('\\'), control = _mm512_set1_epi8(0x1f);
  __m512i all = _mm512_setzero_si512();
  size_t i = 0;
  for (; count - i >= 64; i += 64) {
    __m512i x = _mm512_loadu_si512(text + i);
    if (_mm512_cmpeq_epi8_mask(x, quote) | _mm512_cmpeq_epi8_mask(x, backslash) | _mm512_cmple_epu8_mask(x, control)) break;
    all = _mm512_or_si512(all, x);
  }
  *seen |= _mm512_movepi8_mask(all) ? 0x80 : 0;
  return i;
}

#endif

#if defined(__aarch64__)
static size_t plain_neon(const uint8_t *text, size_t count, uint8_t *seen) {
  uint8x16_t all = vdupq_n_u8(0);
  size_t i = 0;
  for (; count - i >= 64; i += 64) {
    uint8x16x4_t x = vld1q_u8_x4(text + i);
    uint8x16_t found = vdupq_n_u8(0), any = vdupq_n_u8(0);
    for (int part = 0; part < 4; part++) {
      uint8x16_t y = x.val[part];
      found = vorrq_u8(found, vorrq_u8(vceqq_u8(y, vdupq_n_u8('"')), vceqq_u8(y, vdupq_n_u8('\\'))));
      found = vorrq_u8(found, vcltq_u8(y, vdupq_n_u8(0x20)));
      any = vorrq_u8(any, y);
    }
    if (vmaxvq_u8(found)) break;
    all = vorrq_u8(all, any);
  }
  *seen |= vmaxvq_u8(all) & 0x80;
  return i;
}
#endif

size_t epi_plain_text_at(epi_level level, const uint8_t *text, size_t count, uint8_t *seen) {
  EPI_DISPATCH(plain, text, count, seen)
}

size_t epi_plain_text(const uint8_t *text, size_t count, uint8_t *seen) {
  return epi_plain_text_at(epi_best_level(), text, count, seen);
}
