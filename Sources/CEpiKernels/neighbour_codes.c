#include "family.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif
#if defined(__aarch64__)
#include <arm_neon.h>
#endif

#pragma STDC FP_CONTRACT OFF

// MARK: encoding

/// Sums of one code, by lanes: of squares, of magnitudes, and of the centre with the signs of the difference.
#define ENCODE_GROUPS(index, groups)                                                          \
  {                                                                                           \
    uint64_t word = 0;                                                                        \
    _Pragma("clang loop unroll(full)") for (size_t group = 0; group < groups; group++) {      \
      lanes16 p, c;                                                                           \
      lanes16_load(&p, point, index + 16 * group);                                            \
      lanes16_load(&c, centre, index + 16 * group);                                           \
      lanes16 difference = p - c;                                                             \
      lanes16_mask positive = difference > 0.0f;                                              \
      squares[group] += difference * difference;                                              \
      magnitudes[group] += (lanes16)((lanes16_mask)difference & 0x7fffffff);                  \
      products[group] += (lanes16)((lanes16_mask)c ^ (~positive & (int32_t)0x80000000));      \
      word |= (uint64_t)lanes16_bits(&positive) << (16 * group);                              \
    }                                                                                         \
    for (size_t byte = 0; byte < 2 * groups; byte++) bits[index / 8 + byte] = (uint8_t)(word >> (8 * byte)); \
  }

EPI_INLINE void encode(const float *point, const float *centre, size_t count, uint8_t *bits, epi_code_sums *sums) {
  lanes16 squares[4] = {{0}, {0}, {0}, {0}}, magnitudes[4] = {{0}, {0}, {0}, {0}}, products[4] = {{0}, {0}, {0}, {0}};
  size_t index = 0;
  for (; count - index >= 64; index += 64) ENCODE_GROUPS(index, 4)
  if (index < count) ENCODE_GROUPS(index, 2)
  sums->squares = lanes64_sum(squares);
  sums->magnitudes = lanes64_sum(magnitudes);
  sums->centre = lanes64_sum(products);
}

static void encode_plain(const float *point, const float *centre, size_t count, uint8_t *bits, epi_code_sums *sums) {
  encode(point, centre, count, bits, sums);
}
#if defined(__x86_64__)
__attribute__((target("avx2"))) static void encode_avx2(
    const float *point, const float *centre, size_t count, uint8_t *bits, epi_code_sums *sums) {
  encode(point, centre, count, bits, sums);
}
__attribute__((target("avx512f,avx512bw"))) static void encode_avx512(
    const float *point, const float *centre, size_t count, uint8_t *bits, epi_code_sums *sums) {
  encode(point, centre, count, bits, sums);
}
#elif defined(__aarch64__)
static void encode_neon(const float *point, const float *centre, size_t count, uint8_t *bits, epi_code_sums *sums) {
  encode(point, centre, count, bits, sums);
}
#endif

void epi_encode_difference_at(
    epi_level level, const float *point, const float *centre, size_t count, uint8_t *bits, epi_code_sums *sums) {
  EPI_DISPATCH(encode, point, centre, count, bits, sums)
}

void epi_encode_difference(const float *point, const float *centre, size_t count, uint8_t *bits, epi_code_sums *sums) {
  epi_encode_difference_at(epi_best_level(), point, centre, count, bits, sums);
}

void epi_interleave_codes(const uint8_t *bits, size_t count, uint8_t *codes) {
  size_t row = count / 8;
  for (size_t group = 0; group < count / 4; group++) {
    unsigned shift = group % 2 * 4;
    const uint8_t *column = bits + group / 2;
    for (size_t i = 0; i < 16; i++) {
      unsigned low = column[i * row] >> shift & 15, high = column[(i + 16) * row] >> shift & 15;
      codes[group * 16 + i] = (uint8_t)(low | high << 4);
    }
  }
}

// MARK: tables

/// Sums over the set bits of each of the sixteen numbers of four bits.
EPI_INLINE void subset_sums(lanes16 *sums, float w, float x, float y, float z) {
  const lanes16 a = {0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1}, b = {0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1};
  const lanes16 c = {0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1}, d = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1};
  *sums = (a * w + b * x) + (c * y + d * z);
}

/// The sums of each four neighbouring lanes, in all four of them.
EPI_INLINE void sums_of_four(lanes16 *x) {
  *x += __builtin_shufflevector(*x, *x, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14);
  *x += __builtin_shufflevector(*x, *x, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
}

/// Sixteen values of the query and the sums of the negative ones by fours.
EPI_INLINE void load_groups(const float *query, size_t index, lanes16 *values, lanes16 *negative) {
  lanes16_load(values, query, index);
  *negative = (lanes16)((lanes16_mask)*values & (*values < 0.0f));
  sums_of_four(negative);
}

EPI_INLINE void code_table(const float *query, size_t count, uint8_t *table, epi_table_scale *scale) {
  lanes16 ranges = {0}, negatives[4] = {{0}, {0}, {0}, {0}}, totals[4] = {{0}, {0}, {0}, {0}};
  for (size_t index = 0; index < count; index += 16) {
    lanes16 values, low;
    load_groups(query, index, &values, &low);
    lanes16 range = (lanes16)((lanes16_mask)values & 0x7fffffff);
    sums_of_four(&range);
    lanes16_mask wider = range > ranges;
    ranges = (lanes16)(((lanes16_mask)range & wider) | ((lanes16_mask)ranges & ~wider));
    negatives[index / 16 % 4] += low;
    totals[index / 16 % 4] += values;
  }
  float range = 0;
  for (size_t lane = 0; lane < 16; lane++) range = ranges[lane] > range ? ranges[lane] : range;
  float inverse = range > 0x1p-100f ? EPI_TABLE_MAXIMUM / range : 0.0f;
  for (size_t index = 0; index < count; index += 16) {
    lanes16 values, low;
    load_groups(query, index, &values, &low);
#pragma clang loop unroll(full)
    for (size_t four = 0; four < 16; four += 4) {
      lanes16 sums;
      subset_sums(&sums, values[four], values[four + 1], values[four + 2], values[four + 3]);
      lanes16 scaled = (sums - low[four]) * inverse + 0.5f;
      // Rounding may bring the largest a hair above its place; what is no number, which only a damaged file brings in, gives 0.
      lanes16_mask inside = (scaled > 0.0f) & (scaled < EPI_TABLE_MAXIMUM + 1.0f);
      lanes16_mask whole = __builtin_convertvector((lanes16)((lanes16_mask)scaled & inside), lanes16_mask);
      whole |= (scaled >= EPI_TABLE_MAXIMUM + 1.0f) & EPI_TABLE_MAXIMUM;
      bytes16 bytes = __builtin_convertvector(whole, bytes16);
      __builtin_memcpy(table + (index + four) * 4, &bytes, sizeof bytes);
    }
  }
  scale->step = range / EPI_TABLE_MAXIMUM;
  // Each negative value stands in all four lanes of its group.
  scale->offset = 2 * (lanes64_sum(negatives) * 0.25f) - lanes64_sum(totals);
}

static void table_plain(const float *query, size_t count, uint8_t *table, epi_table_scale *scale) {
  code_table(query, count, table, scale);
}
#if defined(__x86_64__)
__attribute__((target("avx2"))) static void table_avx2(const float *query, size_t count, uint8_t *table, epi_table_scale *scale) {
  code_table(query, count, table, scale);
}
__attribute__((target("avx512f,avx512bw"))) static void table_avx512(
    const float *query, size_t count, uint8_t *table, epi_table_scale *scale) {
  code_table(query, count, table, scale);
}
#elif defined(__aarch64__)
static void table_neon(const float *query, size_t count, uint8_t *table, epi_table_scale *scale) {
  code_table(query, count, table, scale);
}
#endif

void epi_code_table_at(epi_level level, const float *query, size_t count, uint8_t *table, epi_table_scale *scale) {
  EPI_DISPATCH(table, query, count, table, scale)
}

void epi_code_table(const float *query, size_t count, uint8_t *table, epi_table_scale *scale) {
  epi_code_table_at(epi_best_level(), query, count, table, scale);
}

// MARK: scanning

/// Groups after which sums of table entries may no longer fit 16 bits.
#define CHUNK 1024
/// Additions of entries that fit a byte.
#define BYTE_SUMS 4
_Static_assert(BYTE_SUMS * EPI_TABLE_MAXIMUM <= 255, "sums of entries fit a byte");
_Static_assert(CHUNK * EPI_TABLE_MAXIMUM <= 65535, "sums of entries fit 16 bits");

/// The distance estimates for 32 sums, and a bit for each that is below the limit.
EPI_INLINE uint32_t estimate32(const uint32_t sums[32], const float *add, const float *factor, const epi_scan *scan, float *estimates) {
  uint32_t near = 0;
#pragma clang loop unroll(full)
  for (size_t half = 0; half < 2; half++) {
    lanes16_mask whole;
    lanes16 a, f;
    __builtin_memcpy(&whole, sums + 16 * half, sizeof whole);
    lanes16 s = __builtin_convertvector(whole, lanes16);
    lanes16_load(&a, add, 16 * half);
    lanes16_load(&f, factor, 16 * half);
    lanes16 estimate = (a + scan->base) + f * (s * scan->slope + scan->offset);
    __builtin_memcpy(estimates + 16 * half, &estimate, sizeof estimate);
    lanes16_mask below = estimate < scan->limit;
    near |= (uint32_t)lanes16_bits(&below) << (16 * half);
  }
  return near;
}

static void sums_portable(const uint8_t *codes, const uint8_t *table, size_t groups, uint32_t sums[32]) {
  for (size_t i = 0; i < 32; i++) sums[i] = 0;
  for (size_t group = 0; group < groups; group++) {
    for (size_t i = 0; i < 16; i++) {
      uint8_t pair = codes[group * 16 + i];
      sums[i] += table[group * 16 + (pair & 15)];
      sums[i + 16] += table[group * 16 + (pair >> 4)];
    }
  }
}

#if defined(__x86_64__)

/// Sixteen sums from accumulators of 16 bits: `mixed` summed the words, `odd` their upper bytes alone.
__attribute__((target("avx2"), always_inline)) static inline void add_words_avx2(__m128i mixed, __m128i odd, uint32_t *sums) {
  __m128i even = _mm_sub_epi16(mixed, _mm_slli_epi16(odd, 8));
  __m256i low = _mm256_cvtepu16_epi32(_mm_unpacklo_epi16(even, odd));
  __m256i high = _mm256_cvtepu16_epi32(_mm_unpackhi_epi16(even, odd));
  _mm256_storeu_si256((__m256i *)sums, _mm256_add_epi32(_mm256_loadu_si256((__m256i *)sums), low));
  _mm256_storeu_si256((__m256i *)(sums + 8), _mm256_add_epi32(_mm256_loadu_si256((__m256i *)(sums + 8)), high));
}

__attribute__((target("avx2"), always_inline)) static inline void sums_avx2(
    const uint8_t *codes, const uint8_t *table, size_t groups, uint32_t sums[32]) {
  const __m256i nibble = _mm256_set1_epi8(15);
  for (size_t i = 0; i < 32; i++) sums[i] = 0;
  for (size_t start = 0; start < groups; start += CHUNK) {
    size_t end = groups - start < CHUNK ? groups : start + CHUNK;
    __m256i low = _mm256_setzero_si256(), low_odd = low, high = low, high_odd = low;
    for (size_t group = start; group < end; group += 2 * BYTE_SUMS) {
      __m256i a = _mm256_setzero_si256(), b = a;
#pragma clang loop unroll(full)
      for (size_t i = group; i < group + 2 * BYTE_SUMS; i += 2) {
        __m256i code = _mm256_loadu_si256((const __m256i *)(codes + i * 16));
        __m256i row = _mm256_loadu_si256((const __m256i *)(table + i * 16));
        a = _mm256_add_epi8(a, _mm256_shuffle_epi8(row, _mm256_and_si256(code, nibble)));
        b = _mm256_add_epi8(b, _mm256_shuffle_epi8(row, _mm256_and_si256(_mm256_srli_epi16(code, 4), nibble)));
      }
      low = _mm256_add_epi16(low, a);
      low_odd = _mm256_add_epi16(low_odd, _mm256_srli_epi16(a, 8));
      high = _mm256_add_epi16(high, b);
      high_odd = _mm256_add_epi16(high_odd, _mm256_srli_epi16(b, 8));
    }
#define FOLD(x) _mm_add_epi16(_mm256_castsi256_si128(x), _mm256_extracti128_si256(x, 1))
    add_words_avx2(FOLD(low), FOLD(low_odd), sums);
    add_words_avx2(FOLD(high), FOLD(high_odd), sums + 16);
#undef FOLD
  }
}

__attribute__((target("avx512f,avx512bw"), always_inline)) static inline void sums_avx512(
    const uint8_t *codes, const uint8_t *table, size_t groups, uint32_t sums[32]) {
  const __m512i nibble = _mm512_set1_epi8(15);
  __m512i low_total = _mm512_setzero_si512(), high_total = low_total;
  for (size_t start = 0; start < groups; start += CHUNK) {
    size_t end = groups - start < CHUNK ? groups : start + CHUNK;
    __m512i low = _mm512_setzero_si512(), low_odd = low, high = low, high_odd = low;
#define ADD_GROUPS(groups)                                                                                          \
  {                                                                                                                 \
    __m512i a = _mm512_setzero_si512(), b = a;                                                                      \
    _Pragma("clang loop unroll(full)") for (size_t i = group; i < group + (groups); i += 4) {                       \
      __m512i code = _mm512_loadu_si512(codes + i * 16);                                                            \
      __m512i row = _mm512_loadu_si512(table + i * 16);                                                             \
      a = _mm512_add_epi8(a, _mm512_shuffle_epi8(row, _mm512_and_si512(code, nibble)));                             \
      b = _mm512_add_epi8(b, _mm512_shuffle_epi8(row, _mm512_and_si512(_mm512_srli_epi16(code, 4), nibble)));       \
    }                                                                                                               \
    low = _mm512_add_epi16(low, a);                                                                                 \
    low_odd = _mm512_add_epi16(low_odd, _mm512_srli_epi16(a, 8));                                                   \
    high = _mm512_add_epi16(high, b);                                                                               \
    high_odd = _mm512_add_epi16(high_odd, _mm512_srli_epi16(b, 8));                                                 \
  }
    size_t group = start;
    for (; end - group >= 4 * BYTE_SUMS; group += 4 * BYTE_SUMS) ADD_GROUPS(4 * BYTE_SUMS)
    if (group < end) ADD_GROUPS(2 * BYTE_SUMS)
#undef ADD_GROUPS
#define FOLD4(name, x)                                                                                              \
  __m256i name##_half = _mm256_add_epi16(_mm512_castsi512_si256(x), _mm512_extracti64x4_epi64(x, 1));               \
  __m128i name = _mm_add_epi16(_mm256_castsi256_si128(name##_half), _mm256_extracti128_si256(name##_half, 1));
    FOLD4(c, low)
    FOLD4(c_odd, low_odd)
    FOLD4(d, high)
    FOLD4(d_odd, high_odd)
#undef FOLD4
    __m128i c_even = _mm_sub_epi16(c, _mm_slli_epi16(c_odd, 8)), d_even = _mm_sub_epi16(d, _mm_slli_epi16(d_odd, 8));
    __m256i low16 = _mm256_set_m128i(_mm_unpackhi_epi16(c_even, c_odd), _mm_unpacklo_epi16(c_even, c_odd));
    __m256i high16 = _mm256_set_m128i(_mm_unpackhi_epi16(d_even, d_odd), _mm_unpacklo_epi16(d_even, d_odd));
    low_total = _mm512_add_epi32(low_total, _mm512_cvtepu16_epi32(low16));
    high_total = _mm512_add_epi32(high_total, _mm512_cvtepu16_epi32(high16));
  }
  _mm512_storeu_si512(sums, low_total);
  _mm512_storeu_si512(sums + 16, high_total);
}

#endif

#if defined(__aarch64__)
static inline void sums_neon(const uint8_t *codes, const uint8_t *table, size_t groups, uint32_t sums[32]) {
  for (size_t i = 0; i < 32; i++) sums[i] = 0;
  for (size_t start = 0; start < groups; start += CHUNK) {
    size_t end = groups - start < CHUNK ? groups : start + CHUNK;
    uint16x8_t words[4] = {vdupq_n_u16(0), vdupq_n_u16(0), vdupq_n_u16(0), vdupq_n_u16(0)};
    for (size_t group = start; group < end; group++) {
      uint8x16_t code = vld1q_u8(codes + group * 16), row = vld1q_u8(table + group * 16);
      uint8x16_t a = vqtbl1q_u8(row, vandq_u8(code, vdupq_n_u8(15))), b = vqtbl1q_u8(row, vshrq_n_u8(code, 4));
      words[0] = vaddw_u8(words[0], vget_low_u8(a));
      words[1] = vaddw_u8(words[1], vget_high_u8(a));
      words[2] = vaddw_u8(words[2], vget_low_u8(b));
      words[3] = vaddw_u8(words[3], vget_high_u8(b));
    }
    for (size_t part = 0; part < 4; part++) {
      uint32_t *target = sums + 8 * part;
      vst1q_u32(target, vaddw_u16(vld1q_u32(target), vget_low_u16(words[part])));
      vst1q_u32(target + 4, vaddw_u16(vld1q_u32(target + 4), vget_high_u16(words[part])));
    }
  }
}
#endif

#define SCAN(LEVEL, SUMS, TARGET)                                                                                              \
  TARGET static void scan_##LEVEL(                                                                                             \
      const uint8_t *codes, const uint8_t *table, size_t count, size_t batches, const float *add, const float *factor,         \
      const epi_scan *scan, float *estimates, uint32_t *near) {                                                                \
    for (size_t batch = 0; batch < batches; batch++) {                                                                         \
      uint32_t sums[32];                                                                                                       \
      SUMS(codes + batch * 4 * count, table, count / 4, sums);                                                                 \
      near[batch] = estimate32(sums, add + 32 * batch, factor + 32 * batch, scan, estimates + 32 * batch);                     \
    }                                                                                                                          \
  }

SCAN(plain, sums_portable, )
#if defined(__x86_64__)
SCAN(avx2, sums_avx2, __attribute__((target("avx2"))))
SCAN(avx512, sums_avx512, __attribute__((target("avx512f,avx512bw"))))
#elif defined(__aarch64__)
SCAN(neon, sums_neon, )
#endif

void epi_scan_codes_at(
    epi_level level, const uint8_t *codes, const uint8_t *table, size_t count, size_t batches, const float *add, const float *factor,
    const epi_scan *scan, float *estimates, uint32_t *near) {
  EPI_DISPATCH(scan, codes, table, count, batches, add, factor, scan, estimates, near)
}

void epi_scan_codes(
    const uint8_t *codes, const uint8_t *table, size_t count, size_t batches, const float *add, const float *factor,
    const epi_scan *scan, float *estimates, uint32_t *near) {
  epi_scan_codes_at(epi_best_level(), codes, table, count, batches, add, factor, scan, estimates, near);
}

// MARK: choosing

EPI_INLINE size_t places_below(const float *values, size_t count, float limit, uint32_t *places) {
  size_t found = 0;
  for (size_t index = 0; index < count; index += 32) {
    lanes16 low, high;
    lanes16_load(&low, values, index);
    lanes16_load(&high, values, index + 16);
    lanes16_mask low_below = low < limit, high_below = high < limit;
    uint32_t bits = lanes16_bits(&low_below) | (uint32_t)lanes16_bits(&high_below) << 16;
    for (; bits != 0; bits &= bits - 1) places[found++] = (uint32_t)index + (uint32_t)__builtin_ctz(bits);
  }
  return found;
}

static size_t places_plain(const float *values, size_t count, float limit, uint32_t *places) {
  return places_below(values, count, limit, places);
}
#if defined(__x86_64__)
__attribute__((target("avx2"))) static size_t places_avx2(const float *values, size_t count, float limit, uint32_t *places) {
  return places_below(values, count, limit, places);
}
__attribute__((target("avx512f,avx512bw"))) static size_t places_avx512(
    const float *values, size_t count, float limit, uint32_t *places) {
  return places_below(values, count, limit, places);
}
#elif defined(__aarch64__)
static size_t places_neon(const float *values, size_t count, float limit, uint32_t *places) {
  return places_below(values, count, limit, places);
}
#endif

size_t epi_places_below_at(epi_level level, const float *values, size_t count, float limit, uint32_t *places) {
  EPI_DISPATCH(places, values, count, limit, places)
}

size_t epi_places_below(const float *values, size_t count, float limit, uint32_t *places) {
  return epi_places_below_at(epi_best_level(), values, count, limit, places);
}
