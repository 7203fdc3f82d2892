/// Distance kernels, and one for text: the only C that epi has. C because Swift cannot compile one function for several CPUs: each kernel here exists
/// once a level (below) and the best one the CPU runs is chosen when it is called.
///
/// Shapes. A vector is `count` consecutive values. A matrix is `rows` vectors, row-major, the first value of row r lying
/// `r * stride` bytes after `matrix`; `stride` is any multiple of 4 that is at least the size of a vector. No pointer needs any
/// alignment, none may be null unless its count is 0, and nothing outside the shapes is read or written.
///
/// Sums. Every level adds in the same order, without fused multiply-add: product i goes to lane i mod 64, each lane is a float sum
/// in order of i, and the 64 lanes are added as a fixed tree. So all levels give the same bits on every machine, and an index
/// built on one is the index built on another. The error is at most about (count / 64 + 8) * 2^-24 times the sum of the magnitudes.
/// Nothing is checked for NaN or infinity; they come out as IEEE arithmetic has it.
///
/// Half precision. Halves are made floats first, by instructions where the level has them: that is exact. No level computes in half
/// precision (AVX-512 FP16 and BF16): sums of 11 bits are no distances, and the BF16 products, whose sums are floats, take 50 ns for 384
/// dimensions where the query is given to them in the three parts that make up a float (AMD Zen 4), against 26 ns here; with the query
/// rounded to one part, 15, no less than floats with fused multiply-add would take.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What the code was compiled for. Numbers are stable within a build only.
typedef enum epi_level {
  EPI_LEVEL_PORTABLE = 0,  ///< plain C, runs everywhere
  EPI_LEVEL_NEON = 1,      ///< arm64: its baseline
  EPI_LEVEL_AVX2 = 2,      ///< x86-64 with AVX2 and F16C
  EPI_LEVEL_AVX512 = 3,    ///< x86-64 with AVX-512F and BW
  EPI_LEVEL_AVX512_VNNI = 4,  ///< and with VNNI
  EPI_LEVEL_AVX512_VPOPCNTDQ = 5,  ///< and with VPOPCNTDQ
} epi_level;

#define EPI_LEVEL_COUNT 6

/// The best level this CPU runs. One load after the first call.
epi_level epi_best_level(void);

/// Whether this build has code for `level` and this CPU runs it.
bool epi_level_is_available(epi_level level);

/// "portable", "neon", "avx2", "avx512", "avx512vnni", "avx512vpopcntdq"; "unknown" for any other value.
const char *epi_level_name(epi_level level);

/// Sum of a[i] * b[i].
float epi_dot_f32(const void *a, const void *b, size_t count);

/// Sum of (a[i] - b[i])^2.
float epi_squared_l2_f32(const void *a, const void *b, size_t count);

/// results[r] = dot of `query` and row r.
void epi_dot_f32_rows(const void *query, size_t count, const void *matrix, size_t stride, size_t rows, float *results);

/// results[r] = squared L2 distance of `query` and row r.
void epi_squared_l2_f32_rows(
    const void *query, size_t count, const void *matrix, size_t stride, size_t rows, float *results);

/// The same kernels at a level of the caller's choice, for tests and measurements. `level` must be available.
float epi_dot_f32_at(epi_level level, const void *a, const void *b, size_t count);
float epi_squared_l2_f32_at(epi_level level, const void *a, const void *b, size_t count);
void epi_dot_f32_rows_at(
    epi_level level, const void *query, size_t count, const void *matrix, size_t stride, size_t rows, float *results);
void epi_squared_l2_f32_rows_at(
    epi_level level, const void *query, size_t count, const void *matrix, size_t stride, size_t rows, float *results);

// MARK: elements

/// How the values of a stored vector are kept. The numbers are those of the disk.
typedef enum epi_element {
  EPI_F32 = 1,
  EPI_F64 = 2,
  EPI_F1BIT = 3,
  EPI_F8 = 4,
  EPI_F16 = 5,
  EPI_BF16 = 6,
} epi_element;

/// Kernels for vectors of any element type. Each vector lies in a slot, whose size is a multiple of 64: its values (one bit, one byte,
/// or two, four or eight bytes each), then zeros; for f1bit (0 or 1, lowest bit first), f8, f16 and bf16 two floats follow at the next
/// multiple of 8: a factor and a shift, and a value v stands for v * factor + shift, two roundings. `query` is `count` floats, rounded
/// up to a multiple of 16, whatever the element type. A half that is no finite number reads as a finite one.
///
/// results[r] = dot, or squared L2 distance, of `query` and slot r. Sums are those of the float kernels, and the same at every level;
/// those of f64 are taken in double and rounded at the end.
void epi_dot_rows(
    epi_element element, const void *query, size_t count, const void *matrix, size_t stride, size_t rows, float *results);
void epi_squared_l2_rows(
    epi_element element, const void *query, size_t count, const void *matrix, size_t stride, size_t rows, float *results);
void epi_dot_rows_at(
    epi_level level, epi_element element, const void *query, size_t count, const void *matrix, size_t stride, size_t rows, float *results);
void epi_squared_l2_rows_at(
    epi_level level, epi_element element, const void *query, size_t count, const void *matrix, size_t stride, size_t rows, float *results);

/// What the values of a slot stand for, as floats.
void epi_decode(epi_element element, const void *slot, size_t count, float *values);

/// Fills a slot of zeros with `count` finite values, at least 1, rounded as the vector blobs of the SQL functions are: f16 to nearest even, bf16
/// truncated, f8 in 256 steps from the least to the greatest, f1bit 1 for what is above 0 and -1 for the rest.
void epi_encode(epi_element element, const float *values, size_t count, void *slot);

/// How many bits of `count` bytes differ.
size_t epi_differing_bits(const void *a, const void *b, size_t count);
size_t epi_differing_bits_at(epi_level level, const void *a, const void *b, size_t count);

// MARK: first pass of a scan

/// What goes with a row of bytes, of which byte b stands for (b - 128) * scale.
typedef struct epi_coarse_row {
  float scale;
  float error;   ///< at least the length of the difference of the vector and what the bytes stand for
  float length;  ///< at least the length of the vector
  float zero;    ///< 0
} epi_coarse_row;

/// What makes a bound of the sum of products of a row's bytes with a query's: with p = scale * (sum - zero)
///   base + square * length^2 - product * p - (error * row's error + length * row's length)
typedef struct epi_coarse_query {
  int32_t zero;  ///< 128 * the sum of the query's bytes
  float base, square, product, error, length;
} epi_coarse_query;

/// bounds[r] for each row of `count` bytes, a multiple of 64, one after the other. The query's are from -64 to 64. All levels agree.
void epi_coarse_bounds(
    const int8_t *query, size_t count, const uint8_t *codes, const epi_coarse_row *measures, size_t rows,
    const epi_coarse_query *terms, float *bounds);
void epi_coarse_bounds_at(
    epi_level level, const int8_t *query, size_t count, const uint8_t *codes, const epi_coarse_row *measures, size_t rows,
    const epi_coarse_query *terms, float *bounds);

// MARK: checksum

/// CRC-32C (Castagnoli, RFC 3720 appendix B.4) of bytes, or of more bytes after those that gave `seed`; 0 for none.
uint32_t epi_crc32c(uint32_t seed, const void *bytes, size_t count);
uint32_t epi_crc32c_at(epi_level level, uint32_t seed, const void *bytes, size_t count);

// MARK: text

/// Decodes base64 (RFC 4648, section 4) as far as whole blocks of characters are all of its alphabet, without padding.
/// `bytes` has room for three quarters of `count` and 8 more. Returns how many characters were decoded, a multiple of 4, which depends on
/// the level; the portable one leaves all to the caller.
size_t epi_base64_decode(const uint8_t *text, size_t count, uint8_t *bytes);
size_t epi_base64_decode_at(epi_level level, const uint8_t *text, size_t count, uint8_t *bytes);

/// Tells how many bytes from the front of a text are no quote, backslash or control character (below 0x20): as many blocks of 64 as are
/// all plain; the portable level leaves all to the caller. Sets the highest bit of `seen` when one of them is not ASCII.
size_t epi_plain_text(const uint8_t *text, size_t count, uint8_t *seen);
size_t epi_plain_text_at(epi_level level, const uint8_t *text, size_t count, uint8_t *seen);

// MARK: graph

/// Asks for `size` bytes from `start` on to be brought near; nothing is read, no address is wrong. Into the second-level cache: more
/// requests can be under way there than at the first, which measured 1.6 times faster for the blocks of a graph.
static inline void epi_prefetch(const void *start, size_t size) {
  for (size_t offset = 0; offset < size; offset += 64) __builtin_prefetch((const char *)start + offset, 0, 2);
}

/// The nodes that a search has heard of and may yet visit, in no order, each by a key that sorts as its distance does: the distance's
/// bits, made to sort as signed numbers, above the node's number.
typedef struct epi_frontier {
  int64_t *keys;
  size_t count;
} epi_frontier;

/// Neighbours by batches of 32: their numbers in little-endian bytes, their estimated distances, and a bit for each to look at, which
/// none has whose distance is no number.
typedef struct epi_offered {
  const uint8_t *numbers;
  const float *estimates;
  const uint32_t *near;
  size_t batches;
} epi_offered;

/// What a search knows of some of `nodes` nodes: a hash table with open addressing, whose slots are 0 or hold a node's number plus 1 and,
/// above it, 1 when the node was visited, else the bits of its least estimate, made to sort as unsigned numbers. There are always free
/// slots. Where a node's search for its slot begins is `number * seed >> shift`; `seed` is odd and secret, so that no file can be made
/// whose nodes all meet (Dietzfelbinger et al. 1997).
typedef struct epi_known {
  uint64_t *slots;
  size_t mask;  ///< slots, a power of two, less 1
  uint64_t seed;
  unsigned shift;  ///< 64 less the logarithm of the slots
  size_t nodes;
  size_t count;  ///< slots that are taken
} epi_known;

/// The slot of a node, or the free one that it would take.
static inline size_t epi_known_slot(const epi_known *known, uint32_t number) {
  size_t slot = (size_t)(number * known->seed >> known->shift);
  while (known->slots[slot] != 0 && (uint32_t)known->slots[slot] != number + 1) slot = (slot + 1) & known->mask;
  return slot;
}

/// Takes neighbours into the frontier, unless they were visited or are there by a lower estimate. `keys` has room for as many as there
/// are nodes, and for one more; `known` for all neighbours and then as many again. The same at every level.
/// Returns false, with earlier batches in place, where a number is no node's.
bool epi_frontier_offer(epi_frontier *frontier, const epi_offered *offered, epi_known *known);
bool epi_frontier_offer_at(epi_level level, epi_frontier *frontier, const epi_offered *offered, epi_known *known);

/// The place of the least of `count` keys, the first where there are several; 0 of none.
size_t epi_least_key(const int64_t *keys, size_t count);
size_t epi_least_key_at(epi_level level, const int64_t *keys, size_t count);

/// How many of `count` keys are below `limit`.
size_t epi_count_keys(const int64_t *keys, size_t count, int64_t limit);
size_t epi_count_keys_at(epi_level level, const int64_t *keys, size_t count, int64_t limit);

/// Keeps those of `count` keys that are below `limit`, in their order. Returns how many they are.
size_t epi_keep_keys(int64_t *keys, size_t count, int64_t limit);
size_t epi_keep_keys_at(epi_level level, int64_t *keys, size_t count, int64_t limit);

/// results[i] = sum of query[j] * row[j], for the `picked` rows of `matrix` that `rows` names, `stride` bytes apart. Exact at every
/// level: at most 65,536 products.
void epi_dot_i8_picked(
    const int8_t *query, size_t count, const int8_t *matrix, size_t stride, const uint32_t *rows, size_t picked, int32_t *results);

/// Rotates a vector in place: four rounds, in each of which every value is multiplied by its own of 4 * count `signs` (1 or -1), then
/// the first (last, in rounds 2 and 4) 2^k values go through the Walsh-Hadamard transform divided by 2^(k/2), for the largest such k.
/// `count` is a multiple of 32. Lengths and angles are kept up to rounding. Every level adds in the same order.
void epi_rotate_f32(float *values, size_t count, const float *signs);

/// What a one-bit code of the difference o = point - centre does not tell.
typedef struct epi_code_sums {
  float squares;     ///< sum of o[i]^2
  float magnitudes;  ///< sum of |o[i]|
  float centre;      ///< sum of centre[i], negative where o[i] <= 0
} epi_code_sums;

/// The signs of point - centre: bit i mod 8 of bits[i / 8] is 1 where the difference is positive. `count` is a multiple of 32; the
/// sums are taken in the order of the float kernels.
void epi_encode_difference(const float *point, const float *centre, size_t count, uint8_t *bits, epi_code_sums *sums);

/// Interleaves 32 codes of `count` bits, one after the other in `bits`, for `epi_scan_codes`: 16 bytes for each group of four bits,
/// byte i holding that of code i in its low half and that of code i + 16 in its high half. `count` is a multiple of 32.
void epi_interleave_codes(const uint8_t *bits, size_t count, uint8_t *codes);

/// The greatest entry of a table: four add up within a byte.
#define EPI_TABLE_MAXIMUM 63

/// How the entries of a table stand for sums of the query's values.
typedef struct epi_table_scale {
  float step;    ///< what one unit of an entry is worth
  float offset;  ///< 2 * (sum of the negative values) - (sum of all values)
} epi_table_scale;

/// For each group of four values the sums over its sixteen subsets, less the smallest, in units of `step`, rounded.
/// `table` takes count * 4 bytes, the same at every level.
void epi_code_table(const float *query, size_t count, uint8_t *table, epi_table_scale *scale);

/// What turns a sum of table entries into an estimate, the same for all codes of a call.
typedef struct epi_scan {
  float base;    ///< added to each estimate
  float slope;   ///< of the sum
  float offset;  ///< added to the scaled sum
  float limit;   ///< estimates below it are marked
} epi_scan;

/// For each of 32 * `batches` interleaved codes of `count` bits the sum s of the table entries that it names, by one byte shuffle for
/// 16 (NEON), 32 (AVX2) or 64 (AVX-512) bytes of codes ("FastScan"), and from it
///   estimates[i] = (add[i] + base) + factor[i] * (s * slope + offset)
/// Bit i of near[b] is set when estimate 32 * b + i is below the limit. `count` is a multiple of 32, at most 65,536. Sums are
/// integers and the rest is one operation after the other, so all levels agree exactly.
void epi_scan_codes(
    const uint8_t *codes, const uint8_t *table, size_t count, size_t batches, const float *add, const float *factor,
    const epi_scan *scan, float *estimates, uint32_t *near);

/// Writes the places of the values that are below the limit, in order; `count` is a multiple of 32. Returns how many there are.
size_t epi_places_below(const float *values, size_t count, float limit, uint32_t *places);

/// The same at a level of the caller's choice.
size_t epi_places_below_at(epi_level level, const float *values, size_t count, float limit, uint32_t *places);
void epi_dot_i8_picked_at(
    epi_level level, const int8_t *query, size_t count, const int8_t *matrix, size_t stride, const uint32_t *rows, size_t picked,
    int32_t *results);
void epi_rotate_f32_at(epi_level level, float *values, size_t count, const float *signs);
void epi_encode_difference_at(
    epi_level level, const float *point, const float *centre, size_t count, uint8_t *bits, epi_code_sums *sums);
void epi_code_table_at(epi_level level, const float *query, size_t count, uint8_t *table, epi_table_scale *scale);
void epi_scan_codes_at(
    epi_level level, const uint8_t *codes, const uint8_t *table, size_t count, size_t batches, const float *add, const float *factor,
    const epi_scan *scan, float *estimates, uint32_t *near);

#ifdef __cplusplus
}
#endif
