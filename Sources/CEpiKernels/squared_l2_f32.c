#include "family.h"

#pragma STDC FP_CONTRACT OFF

static float pair_portable(const void *a, const void *b, size_t count) {
  float sums[64] = {0};
  for (size_t start = 0; start < count; start += 64) {
    size_t lanes = count - start < 64 ? count - start : 64;
    for (size_t lane = 0; lane < lanes; lane++) {
      float difference = float_at(a, start + lane) - float_at(b, start + lane);
      sums[lane] += difference * difference;
    }
  }
  return floats64_sum(sums);
}

EPI_INLINE void add_group(lanes16 *sum, const lanes16 *x, const lanes16 *y) {
  lanes16 difference = *x - *y;
  *sum += difference * difference;
}

EPI_INLINE float pair(const void *a, const void *b, size_t count) {
  lanes16 sums[4] = {{0}, {0}, {0}, {0}};
  lanes16 x, y;
  size_t index = 0;
  for (; count - index >= 64; index += 64) {
#pragma clang loop unroll(full)
    for (size_t group = 0; group < 4; group++) {
      lanes16_load(&x, a, index + 16 * group);
      lanes16_load(&y, b, index + 16 * group);
      add_group(&sums[group], &x, &y);
    }
  }
#pragma clang loop unroll(full)
  for (size_t group = 0; group < 4; group++) {
    if (count - index >= 16) {
      lanes16_load(&x, a, index);
      lanes16_load(&y, b, index);
      add_group(&sums[group], &x, &y);
      index += 16;
    } else if (count > index) {
      lanes16_load_part(&x, a, index, count - index);
      lanes16_load_part(&y, b, index, count - index);
      add_group(&sums[group], &x, &y);
      index = count;
    }
  }
  return lanes64_sum(sums);
}

EPI_KERNEL_FAMILY(squared_l2_f32)
