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
__attribute__((target("sse4.2"))) static uint32_t crc_sse42(uint32_t crc, const uint8_t *bytes, size_t count) {
  uint64_t wide = crc;
  size_t i = 0;
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
  // Every processor with AVX2 has SSE 4.2.
  if (level >= EPI_LEVEL_AVX2) return ~crc_sse42(~seed, bytes, count);
#endif
  (void)level;
  return ~crc_portable(~seed, bytes, count);
}

uint32_t epi_crc32c(uint32_t seed, const void *bytes, size_t count) { return epi_crc32c_at(epi_best_level(), seed, bytes, count); }
