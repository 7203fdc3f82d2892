/* What Swift's module of glibc leaves out: how glibc allocates (mallopt), and copy_file_range and fallocate, which are
   for _GNU_SOURCE only. */
#pragma once
#include <malloc.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Copies up to `count` bytes from one file to the same place of another; as copy_file_range(2). */
static inline ssize_t epi_copy_file_range(int source, int target, off_t offset, size_t count) {
  off_t from = offset, to = offset;
  return syscall(SYS_copy_file_range, source, &from, target, &to, count, 0u);
}

/* Gives a file room for `size` bytes, and that length; as fallocate(2), which unlike posix_fallocate(3) writes nothing. */
static inline int epi_fallocate(int file, off_t size) { return (int)syscall(SYS_fallocate, file, 0, (off_t)0, size); }
