#include "epi_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif


/// Half a byte a step.
static uint32_t crc_portable(uint32_t crc, const uint8_t *bytes, size_t count) {
  uint32_t table[16];
  for (uint32_t low = 0; low < 16; low++) {
    uint32_t value = low;
    for (int bit = 0; bit < 4; bit++) value = value >> 1 ^ (value & 1 ? 0x82f63b78u : 0);
    table[low] = value;
  }
  for (size_t i = 0; i < count; i++) {
    crc ^= bytes[i];
    crc = crc >> 4 ^ table[crc & 15];
    crc = crc >> 4 ^ table[crc & 15];
  }
  return crc;
}

#if defined(__x86_64__)

/// Bytes of each of three checksums that are made side by side: one instruction has to wait for the one before, and takes as long as three.
#define STREAM 4096
// What a checksum is multiplied by, without carries, for STREAM and for 2 * STREAM zeros behind it: x^(32768 - 33) and x^(65536 - 33) modulo
// the polynomial, since the product is one bit further and the instruction that reduces it adds 32.
#define AFTER_ONE 0x82f89c77
#define AFTER_TWO 0x54a86326

/// A checksum as if zeros followed.
__attribute__((target("sse4.2,pclmul"))) static inline uint64_t followed(uint64_t crc, uint32_t factor) {
  __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128((int64_t)crc), _mm_cvtsi64_si128((int64_t)factor), 0);
  return _mm_crc32_u64(0, (uint64_t)_mm_cvtsi128_si64(product));
}

__attribute__((target("sse4.2,pclmul"))) static uint32_t crc_sse42(uint32_t crc, const uint8_t *bytes, size_t count) {
  uint64_t wide = crc;
  size_t i = 0;
  for (; count - i >= 3 * STREAM; i += 3 * STREAM) {
    uint64_t second = 0, third = 0;
    for (size_t j = i; j < i + STREAM; j += 8) {
      uint64_t word[3];
      __builtin_memcpy(&word[0], bytes + j, 8);
      __builtin_memcpy(&word[1], bytes + j + STREAM, 8);
      __builtin_memcpy(&word[2], bytes + j + 2 * STREAM, 8);
      wide = _mm_crc32_u64(wide, word[0]);
      second = _mm_crc32_u64(second, word[1]);
      third = _mm_crc32_u64(third, word[2]);
    }
    wide = followed(wide, AFTER_TWO) ^ followed(second, AFTER_ONE) ^ third;
  }
  for (; count - i >= 8; i += 8) {
    uint64_t word;
    __builtin_memcpy(&word, bytes + i, sizeof word);
    wide = _mm_crc32_u64(wide, word);
  }
  crc = (uint32_t)wide;
  return crc_portable(crc, bytes + i, count - i);
}
#endif

uint32_t epi_crc32c_at(epi_level level, uint32_t seed, const void *bytes, size_t count) {
#if defined(__x86_64__)
  // Every processor with AVX2 has SSE 4.2 and PCLMUL.
  if (level >= EPI_LEVEL_AVX2) return ~crc_sse42(~seed, bytes, count);
#endif
  (void)level;
  return ~crc_portable(~seed, bytes, count);
}

uint32_t epi_crc32c(uint32_t seed, const void *bytes, size_t count) { return epi_crc32c_at(epi_best_level(), seed, bytes, count); }
