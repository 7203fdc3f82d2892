#include "family.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif
#if defined(__aarch64__)
#include <arm_neon.h>
#endif

// Always inlined, so that a level whose processors count the bits of a word in one instruction has that here too.
__attribute__((always_inline)) static inline size_t bits_portable(const uint8_t *a, const uint8_t *b, size_t count) {
  size_t sum = 0, i = 0;
  for (; count - i >= 8; i += 8) {
    uint64_t x, y;
    __builtin_memcpy(&x, a + i, sizeof x);
    __builtin_memcpy(&y, b + i, sizeof y);
    sum += (size_t)__builtin_popcountll(x ^ y);
  }
  for (; i < count; i++) sum += (size_t)__builtin_popcount(a[i] ^ b[i]);
  return sum;
}

static size_t bits_plain(const uint8_t *a, const uint8_t *b, size_t count) { return bits_portable(a, b, count); }

#if defined(__x86_64__)

// Every processor with AVX2 has POPCNT.
__attribute__((target("avx2,popcnt"))) static size_t bits_avx2(const uint8_t *a, const uint8_t *b, size_t count) {
  return bits_portable(a, b, count);
}

/// A byte's bits are those of its halves, which a table of sixteen tells.
__attribute__((target("avx512f,avx512bw"))) static size_t bits_avx512(const uint8_t *a, const uint8_t *b, size_t count) {
  const __m512i table = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4));
  const __m512i low = _mm512_set1_epi8(15);
  __m512i sums = _mm512_setzero_si512();
  for (size_t i = 0; i < count; i += 64) {
    __mmask64 there = count - i >= 64 ? ~0ull : (1ull << (count - i)) - 1;
    __m512i x = _mm512_xor_si512(_mm512_maskz_loadu_epi8(there, a + i), _mm512_maskz_loadu_epi8(there, b + i));
    __m512i bits = _mm512_add_epi8(
        _mm512_shuffle_epi8(table, _mm512_and_si512(x, low)), _mm512_shuffle_epi8(table, _mm512_and_si512(_mm512_srli_epi16(x, 4), low)));
    sums = _mm512_add_epi64(sums, _mm512_sad_epu8(bits, _mm512_setzero_si512()));
  }
  return (size_t)_mm512_reduce_add_epi64(sums);
}

__attribute__((target("avx512f,avx512bw,avx512vpopcntdq"))) static size_t bits_avx512vpopcntdq(
    const uint8_t *a, const uint8_t *b, size_t count) {
  __m512i sums = _mm512_setzero_si512();
  for (size_t i = 0; i < count; i += 64) {
    __mmask64 there = count - i >= 64 ? ~0ull : (1ull << (count - i)) - 1;
    __m512i x = _mm512_xor_si512(_mm512_maskz_loadu_epi8(there, a + i), _mm512_maskz_loadu_epi8(there, b + i));
    sums = _mm512_add_epi64(sums, _mm512_popcnt_epi64(x));
  }
  return (size_t)_mm512_reduce_add_epi64(sums);
}

#endif

#if defined(__aarch64__)
static size_t bits_neon(const uint8_t *a, const uint8_t *b, size_t count) {
  size_t sum = 0, i = 0;
  for (; count - i >= 16; i += 16) sum += vaddlvq_u8(vcntq_u8(veorq_u8(vld1q_u8(a + i), vld1q_u8(b + i))));
  return sum + bits_portable(a + i, b + i, count - i);
}
#endif

size_t epi_differing_bits_at(epi_level level, const void *a, const void *b, size_t count) {
#if defined(__x86_64__)
  if (level == EPI_LEVEL_AVX512_VPOPCNTDQ) return bits_avx512vpopcntdq(a, b, count);
#endif
  EPI_DISPATCH(bits, a, b, count)
}

size_t epi_differing_bits(const void *a, const void *b, size_t count) { return epi_differing_bits_at(epi_best_level(), a, b, count); }
