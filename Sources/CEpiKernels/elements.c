#include "family.h"

#pragma STDC FP_CONTRACT OFF

// The bodies below take the element type, the operation, and whether the level has instructions that make floats of halves, as constants
// and are always inlined, so that each level has a function of its own for all of them.

typedef uint16_t words16 __attribute__((vector_size(32)));
typedef _Float16 halves16 __attribute__((vector_size(32)));
typedef uint32_t uints16 __attribute__((vector_size(64)));
typedef double doubles8 __attribute__((vector_size(64)));

enum { DOT, SQUARED_L2 };

/// Where the two numbers that scale a slot's values lie.
EPI_INLINE size_t scale_offset(epi_element element, size_t count) {
  size_t bytes = element == EPI_F1BIT ? (count + 7) / 8 : element == EPI_F8 ? count : 2 * count;
  return (bytes + 7) & ~(size_t)7;
}

/// Values index .. index + 15 of a slot, as they stand in it.
EPI_INLINE void load_values(epi_element element, bool has_halves, lanes16 *lanes, const char *slot, size_t index) {
  if (element == EPI_F8) {
    bytes16 bytes;
    __builtin_memcpy(&bytes, slot + index, sizeof bytes);
    *lanes = __builtin_convertvector(bytes, lanes16);
  } else if (element == EPI_F1BIT) {
    uint16_t word;
    __builtin_memcpy(&word, slot + index / 8, sizeof word);
    uints16 bits = {0};
    bits += word;
    uints16 places = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    bits = bits >> places & 1;
    typedef int32_t ints16 __attribute__((vector_size(64)));
    *lanes = __builtin_convertvector((ints16)bits, lanes16);
  } else if (element == EPI_F16 && has_halves) {
    halves16 halves;
    __builtin_memcpy(&halves, slot + 2 * index, sizeof halves);
    *lanes = __builtin_convertvector(halves, lanes16);
  } else {
    words16 words;
    __builtin_memcpy(&words, slot + 2 * index, sizeof words);
    uints16 wide = __builtin_convertvector(words, uints16);
    if (element == EPI_BF16) {
      *lanes = (lanes16)(wide << 16);
    } else {
      // Exponent and fraction where a float has them, then the difference of the exponents' biases, which subnormals need too.
      lanes16 magnitude = (lanes16)((wide & 0x7fff) << 13) * 0x1p112f;
      uints16 beyond = (uints16)((wide & 0x7c00) == 0x7c00) & 0x7f800000;
      *lanes = (lanes16)((uints16)magnitude | beyond | (wide & 0x8000) << 16);
    }
  }
}

EPI_INLINE void add_lanes(int operation, lanes16 *sum, const lanes16 *x, const lanes16 *y) {
  if (operation == DOT) {
    *sum += *x * *y;
  } else {
    lanes16 difference = *x - *y;
    *sum += difference * difference;
  }
}

EPI_INLINE float sum_of_pair(
    epi_element element, bool has_halves, int operation, const void *query, const char *slot, size_t count) {
  float scale[2];
  __builtin_memcpy(scale, slot + scale_offset(element, count), sizeof scale);
  lanes16 sums[4] = {{0}, {0}, {0}, {0}};
  lanes16 x, y;
  size_t index = 0;
  for (; count - index >= 64; index += 64) {
#pragma clang loop unroll(full)
    for (size_t group = 0; group < 4; group++) {
      lanes16_load(&x, query, index + 16 * group);
      load_values(element, has_halves, &y, slot, index + 16 * group);
      y = y * scale[0] + scale[1];
      add_lanes(operation, &sums[group], &x, &y);
    }
  }
#pragma clang loop unroll(full)
  for (size_t group = 0; group < 4; group++) {
    if (count - index >= 16) {
      lanes16_load(&x, query, index);
      load_values(element, has_halves, &y, slot, index);
      y = y * scale[0] + scale[1];
      add_lanes(operation, &sums[group], &x, &y);
      index += 16;
    } else if (count > index) {
      lanes16_load_part(&x, query, index, count - index);
      load_values(element, has_halves, &y, slot, index);
      y = y * scale[0] + scale[1];
      // What lies behind the last value is no zero once it is shifted.
      float part[16] = {0};
      __builtin_memcpy(part, &y, (count - index) * sizeof(float));
      __builtin_memcpy(&y, part, sizeof part);
      add_lanes(operation, &sums[group], &x, &y);
      index = count;
    }
  }
  return lanes64_sum(sums);
}

/// Doubles: 64 lanes too, whose sums are rounded to a float at the end.
EPI_INLINE float sum_of_doubles(int operation, const void *query, const char *slot, size_t count) {
  doubles8 sums[8] = {{0}, {0}, {0}, {0}, {0}, {0}, {0}, {0}};
  double rest = 0;
  size_t index = 0;
  for (; count - index >= 64; index += 64) {
#pragma clang loop unroll(full)
    for (size_t group = 0; group < 8; group++) {
      lanes8 values;
      doubles8 y;
      __builtin_memcpy(&values, (const char *)query + (index + 8 * group) * sizeof(float), sizeof values);
      __builtin_memcpy(&y, slot + (index + 8 * group) * sizeof(double), sizeof y);
      doubles8 x = __builtin_convertvector(values, doubles8);
      if (operation == SQUARED_L2) x = y = x - y;
      sums[group] += x * y;
    }
  }
  for (; index < count; index++) {
    double y;
    __builtin_memcpy(&y, slot + index * sizeof y, sizeof y);
    double x = float_at(query, index);
    if (operation == SQUARED_L2) x = y = x - y;
    rest += x * y;
  }
  doubles8 all = ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
  return (float)((((all[0] + all[4]) + (all[2] + all[6])) + ((all[1] + all[5]) + (all[3] + all[7]))) + rest);
}

EPI_INLINE void rows_of(
    epi_element element, bool has_halves, int operation, const void *query, size_t count, const void *matrix, size_t stride, size_t rows,
    float *results) {
  for (size_t row = 0; row < rows; row++) {
    const char *slot = (const char *)matrix + row * stride;
    results[row] = element == EPI_F64 ? sum_of_doubles(operation, query, slot, count)
                                      : sum_of_pair(element, has_halves, operation, query, slot, count);
  }
}

#define ELEMENT_CASES(HAS_HALVES, OPERATION)                                                                                    \
  switch (element) {                                                                                                            \
    case EPI_F32: break;                                                                                                        \
    case EPI_F64: rows_of(EPI_F64, HAS_HALVES, OPERATION, query, count, matrix, stride, rows, results); break;                  \
    case EPI_F1BIT: rows_of(EPI_F1BIT, HAS_HALVES, OPERATION, query, count, matrix, stride, rows, results); break;              \
    case EPI_F8: rows_of(EPI_F8, HAS_HALVES, OPERATION, query, count, matrix, stride, rows, results); break;                    \
    case EPI_F16: rows_of(EPI_F16, HAS_HALVES, OPERATION, query, count, matrix, stride, rows, results); break;                  \
    case EPI_BF16: rows_of(EPI_BF16, HAS_HALVES, OPERATION, query, count, matrix, stride, rows, results); break;                \
  }

#define ELEMENT_ROWS(LEVEL, HAS_HALVES, TARGET)                                                                                 \
  TARGET static void element_rows_##LEVEL(                                                                                      \
      epi_element element, int operation, const void *query, size_t count, const void *matrix, size_t stride, size_t rows,      \
      float *results) {                                                                                                         \
    if (operation == DOT) {                                                                                                     \
      ELEMENT_CASES(HAS_HALVES, DOT)                                                                                            \
    } else {                                                                                                                    \
      ELEMENT_CASES(HAS_HALVES, SQUARED_L2)                                                                                     \
    }                                                                                                                           \
  }

ELEMENT_ROWS(plain, false, )
#if defined(__x86_64__)
ELEMENT_ROWS(avx2, true, __attribute__((target("avx2,f16c"))))
ELEMENT_ROWS(avx512, true, __attribute__((target("avx512f,avx512bw"))))
#elif defined(__aarch64__)
ELEMENT_ROWS(neon, true, )
#endif

static void element_rows(
    epi_level level, epi_element element, int operation, const void *query, size_t count, const void *matrix, size_t stride, size_t rows,
    float *results) {
  EPI_DISPATCH(element_rows, element, operation, query, count, matrix, stride, rows, results)
}

void epi_dot_rows_at(
    epi_level level, epi_element element, const void *query, size_t count, const void *matrix, size_t stride, size_t rows, float *results) {
  if (element == EPI_F32) return epi_dot_f32_rows_at(level, query, count, matrix, stride, rows, results);
  element_rows(level, element, DOT, query, count, matrix, stride, rows, results);
}

void epi_squared_l2_rows_at(
    epi_level level, epi_element element, const void *query, size_t count, const void *matrix, size_t stride, size_t rows, float *results) {
  if (element == EPI_F32) return epi_squared_l2_f32_rows_at(level, query, count, matrix, stride, rows, results);
  element_rows(level, element, SQUARED_L2, query, count, matrix, stride, rows, results);
}

void epi_dot_rows(
    epi_element element, const void *query, size_t count, const void *matrix, size_t stride, size_t rows, float *results) {
  epi_dot_rows_at(epi_best_level(), element, query, count, matrix, stride, rows, results);
}

void epi_squared_l2_rows(
    epi_element element, const void *query, size_t count, const void *matrix, size_t stride, size_t rows, float *results) {
  epi_squared_l2_rows_at(epi_best_level(), element, query, count, matrix, stride, rows, results);
}

void epi_decode(epi_element element, const void *memory, size_t count, float *values) {
  const char *slot = memory;
  if (element == EPI_F32) {
    __builtin_memcpy(values, slot, count * sizeof *values);
    return;
  }
  if (element == EPI_F64) {
    for (size_t i = 0; i < count; i++) {
      double value;
      __builtin_memcpy(&value, slot + i * sizeof value, sizeof value);
      values[i] = (float)value;
    }
    return;
  }
  float scale[2];
  __builtin_memcpy(scale, slot + scale_offset(element, count), sizeof scale);
  for (size_t i = 0; i < count; i += 16) {
    lanes16 lanes;
    switch (element) {
      case EPI_F8: load_values(EPI_F8, false, &lanes, slot, i); break;
      case EPI_F1BIT: load_values(EPI_F1BIT, false, &lanes, slot, i); break;
      case EPI_BF16: load_values(EPI_BF16, false, &lanes, slot, i); break;
      default: load_values(EPI_F16, false, &lanes, slot, i); break;
    }
    lanes = lanes * scale[0] + scale[1];
    size_t part = count - i < 16 ? count - i : 16;
    __builtin_memcpy(values + i, &lanes, part * sizeof *values);
  }
}

/// Half precision, to the nearest, ties to even. Done with integers, so that it is the same everywhere.
EPI_INLINE uint16_t half_of(float value) {
  uint32_t bits;
  __builtin_memcpy(&bits, &value, sizeof bits);
  uint16_t sign = (uint16_t)(bits >> 16 & 0x8000);
  uint32_t magnitude = bits & 0x7fffffff;
  if (magnitude >= 0x47800000) return sign | (magnitude > 0x7f800000 ? 0x7e00 : 0x7c00);
  if (magnitude < 0x38800000) {
    // Below the least normal number: adding 0.5 leaves units of 2^-24, rounded, in the fraction.
    float small;
    __builtin_memcpy(&small, &magnitude, sizeof small);
    small += 0.5f;
    uint32_t rounded;
    __builtin_memcpy(&rounded, &small, sizeof rounded);
    return sign | (uint16_t)(rounded - 0x3f000000);
  }
  return sign | (uint16_t)((magnitude - 0x38000000 + 0x0fff + (magnitude >> 13 & 1)) >> 13);
}

void epi_encode(epi_element element, const float *values, size_t count, void *memory) {
  char *slot = memory;
  float scale[2] = {1, 0};
  switch (element) {
    case EPI_F32:
      __builtin_memcpy(slot, values, count * sizeof *values);
      return;
    case EPI_F64:
      for (size_t i = 0; i < count; i++) {
        double value = values[i];
        __builtin_memcpy(slot + i * sizeof value, &value, sizeof value);
      }
      return;
    case EPI_F16:
      for (size_t i = 0; i < count; i++) {
        uint16_t half = half_of(values[i]);
        __builtin_memcpy(slot + i * sizeof half, &half, sizeof half);
      }
      break;
    case EPI_BF16:
      for (size_t i = 0; i < count; i++) __builtin_memcpy(slot + i * 2, (const char *)(values + i) + 2, 2);
      break;
    case EPI_F1BIT:
      scale[0] = 2;
      scale[1] = -1;
      for (size_t i = 0; i < count; i += 8) {
        unsigned byte = 0;
        for (size_t bit = 0; bit < 8 && i + bit < count; bit++) byte |= (unsigned)(values[i + bit] > 0) << bit;
        slot[i / 8] = (char)byte;
      }
      break;
    case EPI_F8: {
      float least = values[0], greatest = values[0];
      for (size_t i = 1; i < count; i++) {
        least = values[i] < least ? values[i] : least;
        greatest = values[i] > greatest ? values[i] : greatest;
      }
      scale[0] = (greatest - least) / 255;
      scale[1] = least;
      for (size_t i = 0; i < count; i++) {
        float unit = scale[0] > 0 ? (values[i] - least) / scale[0] : 0;
        double rounded = (double)unit + 0.5;
        slot[i] = (char)(uint8_t)(rounded >= 255 ? 255 : rounded);
      }
      break;
    }
  }
  __builtin_memcpy(slot + scale_offset(element, count), scale, sizeof scale);
}
