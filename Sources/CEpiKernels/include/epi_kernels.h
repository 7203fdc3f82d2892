/// Distance kernels, the only C that epi has. C because Swift cannot compile one function for several CPUs: each kernel here exists
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
  EPI_LEVEL_AVX2 = 2,      ///< x86-64 with AVX2
  EPI_LEVEL_AVX512 = 3,    ///< x86-64 with AVX-512F
} epi_level;

#define EPI_LEVEL_COUNT 4

/// The best level this CPU runs. One load after the first call.
epi_level epi_best_level(void);

/// Whether this build has code for `level` and this CPU runs it.
bool epi_level_is_available(epi_level level);

/// "portable", "neon", "avx2", "avx512"; "unknown" for any other value.
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

#ifdef __cplusplus
}
#endif
