#include "family.h"

// The frontier of a search: taking in all near neighbours of a node in one call, and finding the nearest node among those taken in.
//
// The loops are plain and without branches on what is as good as random; the compiler makes lanes of them for each level.

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

EPI_INLINE int64_t key_of(uint32_t bits, uint32_t node) { return (int64_t)((uint64_t)(bits ^ 0x80000000u) << 32 | node); }

EPI_INLINE size_t place_body(const int64_t *keys, size_t count, int64_t key) {
  size_t start = 0;
  for (; start + 16 <= count; start += 16) {
    int64_t found = 0;
    for (size_t i = 0; i < 16; i++) found |= keys[start + i] == key ? -1 : 0;
    if (found) break;
  }
  while (start < count && keys[start] != key) start++;
  return start;
}

EPI_INLINE size_t least_body(const int64_t *keys, size_t count) {
  int64_t least = INT64_MAX;
  for (size_t i = 0; i < count; i++) least = keys[i] < least ? keys[i] : least;
  return place_body(keys, count, least);
}

EPI_INLINE size_t count_body(const int64_t *keys, size_t count, int64_t limit) {
  int64_t below = 0;
  for (size_t i = 0; i < count; i++) below -= keys[i] < limit ? -1 : 0;
  return (size_t)below;
}

EPI_INLINE bool offer_body(epi_frontier *frontier, const epi_offered *offered, epi_known *known) {
  struct {
    uint32_t number, bits;
  } near[32];
  struct {
    int64_t before, now;
  } changed[32];
  for (size_t batch = 0; batch < offered->batches; batch++) {
    size_t count = 0, changes = 0;
    bool is_good = true;
    for (uint32_t rest = offered->near[batch]; rest != 0; rest &= rest - 1) {
      size_t index = 32 * batch + (size_t)__builtin_ctz(rest);
      uint32_t number = number_at(offered, index);
      is_good &= number < known->nodes;
      __builtin_prefetch(known->slots + (number * known->seed >> known->shift), 1, 3);
      near[count].number = number;
      near[count++].bits = ordered_bits(offered->estimates[index]);
    }
    if (!is_good) return false;
    for (size_t i = 0; i < count; i++) {
      uint32_t number = near[i].number, bits = near[i].bits;
      size_t slot = epi_known_slot(known, number);
      uint32_t before = (uint32_t)(known->slots[slot] >> 32);
      // Of a node that nothing is known of 0 - 1 is the greatest number; of one that was visited 1 - 1 is the least.
      bool is_new = before == 0, is_nearer = before - 1 >= bits;
      known->count += is_new;
      known->slots[slot] = is_nearer ? (uint64_t)bits << 32 | (number + 1) : known->slots[slot];
      int64_t key = key_of(bits, number);
      frontier->keys[frontier->count] = key;
      frontier->count += is_new & is_nearer;
      changed[changes].before = key_of(before, number);
      changed[changes].now = key;
      changes += !is_new & is_nearer;
    }
    for (size_t i = 0; i < changes; i++) {
      size_t place = place_body(frontier->keys, frontier->count, changed[i].before);
      frontier->keys[place] = changed[i].now;
      frontier->count += place == frontier->count;
    }
  }
  return true;
}

EPI_INLINE size_t keep_body(int64_t *keys, size_t count, int64_t limit) {
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    keys[kept] = keys[i];
    kept += keys[kept] < limit;
  }
  return kept;
}

#define FRONTIER(LEVEL, TARGET)                                                                                                     \
  TARGET static bool offer_##LEVEL(epi_frontier *frontier, const epi_offered *offered, epi_known *known) {                          \
    return offer_body(frontier, offered, known);                                                                                    \
  }                                                                                                                                 \
  TARGET static size_t least_##LEVEL(const int64_t *keys, size_t count) { return least_body(keys, count); }                         \
  TARGET static size_t count_##LEVEL(const int64_t *keys, size_t count, int64_t limit) { return count_body(keys, count, limit); }   \
  TARGET static size_t keep_##LEVEL(int64_t *keys, size_t count, int64_t limit) { return keep_body(keys, count, limit); }

FRONTIER(plain, )
#if defined(__x86_64__)
FRONTIER(avx2, __attribute__((target("avx2"))))
FRONTIER(avx512, __attribute__((target("avx512f,avx512bw"))))
#elif defined(__aarch64__)
FRONTIER(neon, )
#endif

bool epi_frontier_offer_at(epi_level level, epi_frontier *frontier, const epi_offered *offered, epi_known *known) {
  EPI_DISPATCH(offer, frontier, offered, known)
}

size_t epi_least_key_at(epi_level level, const int64_t *keys, size_t count) { EPI_DISPATCH(least, keys, count) }

size_t epi_count_keys_at(epi_level level, const int64_t *keys, size_t count, int64_t limit) { EPI_DISPATCH(count, keys, count, limit) }

size_t epi_keep_keys_at(epi_level level, int64_t *keys, size_t count, int64_t limit) { EPI_DISPATCH(keep, keys, count, limit) }

bool epi_frontier_offer(epi_frontier *frontier, const epi_offered *offered, epi_known *known) {
  return epi_frontier_offer_at(epi_best_level(), frontier, offered, known);
}

size_t epi_least_key(const int64_t *keys, size_t count) { return epi_least_key_at(epi_best_level(), keys, count); }

size_t epi_count_keys(const int64_t *keys, size_t count, int64_t limit) { return epi_count_keys_at(epi_best_level(), keys, count, limit); }

size_t epi_keep_keys(int64_t *keys, size_t count, int64_t limit) { return epi_keep_keys_at(epi_best_level(), keys, count, limit); }
