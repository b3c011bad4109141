// A disk that fails, for LD_PRELOAD: from the moment the file $FAIL_WHEN exists, $FAIL_CALL (write or fsync)
// on files with $FAIL_PATH in their path fails with the error number $FAIL_ERRNO.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fails(const char* call, int descriptor) {
  const char *wanted = getenv("FAIL_CALL"), *part = getenv("FAIL_PATH"), *when = getenv("FAIL_WHEN");
  if (!wanted || !part || !when || strcmp(wanted, call) != 0 || access(when, F_OK) != 0) return 0;
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  const ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = '\0';
  if (!strstr(path, part)) return 0;
  errno = atoi(getenv("FAIL_ERRNO"));
  return 1;
}

ssize_t write(int descriptor, const void* data, size_t size) {
  if (fails("write", descriptor)) return -1;
  ssize_t (*next)(int, const void*, size_t) = (ssize_t(*)(int, const void*, size_t))dlsym(RTLD_NEXT, "write");
  return next(descriptor, data, size);
}

ssize_t pwrite(int descriptor, const void* data, size_t size, off_t offset) {
  if (fails("write", descriptor)) return -1;
  ssize_t (*next)(int, const void*, size_t, off_t) =
      (ssize_t(*)(int, const void*, size_t, off_t))dlsym(RTLD_NEXT, "pwrite");
  return next(descriptor, data, size, offset);
}

int fsync(int descriptor) {
  if (fails("fsync", descriptor)) return -1;
  int (*next)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  return next(descriptor);
}
