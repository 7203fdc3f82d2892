#include "family.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// The beam of a search: inserting and removing keys, and offering all near neighbours of a node in one call.

/// A float's bits as a number that sorts as the float does.
EPI_INLINE uint32_t ordered_bits(float value) {
  uint32_t bits;
  __builtin_memcpy(&bits, &value, sizeof bits);
  return bits >> 31 ? ~bits : bits | 0x80000000u;
}

EPI_INLINE uint32_t number_at(const epi_offered *offered, size_t index) {
  const uint8_t *number = offered->numbers + 4 * index;
  return number[0] | (uint32_t)number[1] << 8 | (uint32_t)number[2] << 16 | (uint32_t)number[3] << 24;
}

EPI_INLINE size_t below_plain(const uint64_t *keys, size_t count, uint64_t key) { return epi_count_below(keys, count, key); }

EPI_INLINE void shift_up_plain(uint64_t *keys, size_t count) { __builtin_memmove(keys + 1, keys, count * sizeof *keys); }

#if defined(__x86_64__)
#define AVX512 __attribute__((target("avx512f,avx512bw,popcnt")))

/// Halves down to what a few comparisons of eight keys each settle.
AVX512 EPI_INLINE size_t below_avx512(const uint64_t *keys, size_t count, uint64_t key) {
  size_t low = 0, below = 0, i = 0;
  while (count > 64) {
    size_t half = (count + 1) / 2;
    low = __builtin_unpredictable(keys[low + half - 1] < key) ? low + half : low;
    count -= half;
  }
  __m512i wanted = _mm512_set1_epi64((long long)key);
  for (; i + 8 <= count; i += 8) {
    below += (size_t)__builtin_popcount(_mm512_cmplt_epu64_mask(_mm512_loadu_si512(keys + low + i), wanted));
  }
  __mmask8 rest = (__mmask8)((1u << (count - i)) - 1);
  below += (size_t)__builtin_popcount(_mm512_mask_cmplt_epu64_mask(rest, _mm512_maskz_loadu_epi64(rest, keys + low + i), wanted));
  return low + below;
}

/// From the end, so that nothing is overwritten before it was read.
AVX512 EPI_INLINE void shift_up_avx512(uint64_t *keys, size_t count) {
  while (count >= 8) {
    count -= 8;
    __m512i eight = _mm512_loadu_si512(keys + count);
    _mm512_storeu_si512(keys + count + 1, eight);
  }
  __mmask8 rest = (__mmask8)((1u << count) - 1);
  __m512i few = _mm512_maskz_loadu_epi64(rest, keys);
  _mm512_mask_storeu_epi64(keys + 1, rest, few);
}
#endif

#define BEAM(LEVEL, BELOW, SHIFT_UP, TARGET)                                                                        \
  TARGET EPI_INLINE void put_##LEVEL(epi_beam *beam, uint64_t key) {                                                \
    size_t low = BELOW(beam->keys, beam->count, key);                                                               \
    if (low == beam->capacity) return;                                                                              \
    size_t last = beam->count < beam->capacity ? beam->count : beam->capacity - 1;                                  \
    SHIFT_UP(beam->keys + low, last - low);                                                                         \
    beam->keys[low] = key;                                                                                          \
    if (beam->count < beam->capacity) beam->count++;                                                                \
    if (low < beam->cursor) beam->cursor = low;                                                                     \
  }                                                                                                                 \
  TARGET EPI_INLINE void take_##LEVEL(epi_beam *beam, uint64_t key) {                                               \
    size_t place = BELOW(beam->keys, beam->count, key);                                                             \
    if (place == beam->count || beam->keys[place] != key) return;                                                   \
    beam->count--;                                                                                                  \
    __builtin_memmove(beam->keys + place, beam->keys + place + 1, (beam->count - place) * sizeof *beam->keys);      \
  }                                                                                                                 \
  TARGET static void insert_##LEVEL(epi_beam *beam, uint64_t key) { put_##LEVEL(beam, key); }                       \
  TARGET static bool offer_##LEVEL(epi_beam *beam, const epi_offered *offered, epi_known *known) {                  \
    for (size_t batch = 0; batch < offered->batches; batch++) {                                                     \
      for (uint32_t near = offered->near[batch]; near != 0; near &= near - 1) {                                     \
        __builtin_prefetch(known->bits + number_at(offered, 32 * batch + (size_t)__builtin_ctz(near)), 1, 3);       \
      }                                                                                                             \
      for (uint32_t near = offered->near[batch]; near != 0; near &= near - 1) {                                     \
        size_t index = 32 * batch + (size_t)__builtin_ctz(near);                                                    \
        uint32_t bits = ordered_bits(offered->estimates[index]);                                                    \
        if (beam->count == beam->capacity && bits >= beam->keys[beam->capacity - 1] >> 32) continue;                \
        uint32_t node = number_at(offered, index);                                                                  \
        if (node >= known->nodes) return false;                                                                     \
        uint32_t before = known->bits[node];                                                                        \
        if (before == 0) {                                                                                          \
          known->met[known->met_count++] = node;                                                                    \
        } else {                                                                                                    \
          if (bits >= before) continue;                                                                             \
          take_##LEVEL(beam, (uint64_t)before << 32 | (uint64_t)node << 1);                                         \
        }                                                                                                           \
        known->bits[node] = bits;                                                                                   \
        put_##LEVEL(beam, (uint64_t)bits << 32 | (uint64_t)node << 1);                                              \
      }                                                                                                             \
    }                                                                                                               \
    return true;                                                                                                    \
  }

BEAM(plain, below_plain, shift_up_plain, )
#if defined(__x86_64__)
BEAM(avx2, below_plain, shift_up_plain, __attribute__((target("avx2"))))
BEAM(avx512, below_avx512, shift_up_avx512, AVX512)
#elif defined(__aarch64__)
BEAM(neon, below_plain, shift_up_plain, )
#endif

void epi_beam_insert_at(epi_level level, epi_beam *beam, uint64_t key) { EPI_DISPATCH(insert, beam, key) }

void epi_beam_insert(epi_beam *beam, uint64_t key) { epi_beam_insert_at(epi_best_level(), beam, key); }

bool epi_beam_offer_at(epi_level level, epi_beam *beam, const epi_offered *offered, epi_known *known) {
  EPI_DISPATCH(offer, beam, offered, known)
}

bool epi_beam_offer(epi_beam *beam, const epi_offered *offered, epi_known *known) {
  return epi_beam_offer_at(epi_best_level(), beam, offered, known);
}
