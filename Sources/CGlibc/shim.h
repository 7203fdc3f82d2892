/* What Swift's module of glibc leaves out: how glibc allocates (mallopt), what Linux has of its own (FICLONERANGE), and fallocate,
   which is for _GNU_SOURCE only. */
#pragma once
#include <linux/fs.h>
#include <malloc.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Has a file share a part of another one, at the same place; as FICLONERANGE in ioctl_ficlonerange(2). */
static inline int epi_clone_range(int source, int target, off_t offset, size_t count) {
  struct file_clone_range range = {source, (__u64)offset, count, (__u64)offset};
  return ioctl(target, FICLONERANGE, &range);
}

/* Gives a file room for `size` bytes, and that length; as fallocate(2), which unlike posix_fallocate(3) writes nothing. */
static inline int epi_fallocate(int file, off_t size) { return (int)syscall(SYS_fallocate, file, 0, (off_t)0, size); }
