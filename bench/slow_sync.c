/* A card that takes its time: every call that waits for the card waits SLOW_SYNC_MS longer, and is written into SLOW_SYNC_LOG. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#define TMPFS 0x01021994 /* linux/magic.h: what lies in RAM waits for no card */

/* Before the call itself, so that the time of a line is when the caller began to wait. */
static void wait_for_the_card(const char *call, int fd)
{
    struct statfs where;
    if (fd >= 0 && fstatfs(fd, &where) == 0 && where.f_type == TMPFS && !getenv("SLOW_SYNC_RAM"))
        return;
    const char *path = getenv("SLOW_SYNC_LOG"), *delay = getenv("SLOW_SYNC_MS");
    if (path != NULL) {
        char link[64], name[512] = "", line[1024];
        struct timespec now;
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        if (fd >= 0 && readlink(link, name, sizeof name - 1) < 0)
            name[0] = 0;
        clock_gettime(CLOCK_BOOTTIME, &now);
        int length = snprintf(line, sizeof line, "%ld.%09ld %d %s %s\n", (long)now.tv_sec, now.tv_nsec, (int)getpid(), call, name);
        int log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
        if (log >= 0) {
            if (write(log, line, length) < 0) { /* a full disk loses lines of a measurement, nothing else */ }
            close(log);
        }
    }
    double left = delay != NULL ? atof(delay) / 1000 : 0;
    struct timespec pause = {(time_t)left, (long)((left - (time_t)left) * 1e9)};
    while (nanosleep(&pause, &pause) != 0) { }
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int fsync(int fd)
{
    wait_for_the_card("fsync", fd);
    return REAL(fsync)(fd);
}

int fdatasync(int fd)
{
    wait_for_the_card("fdatasync", fd);
    return REAL(fdatasync)(fd);
}

int syncfs(int fd)
{
    wait_for_the_card("syncfs", fd);
    return REAL(syncfs)(fd);
}

void sync(void)
{
    wait_for_the_card("sync", -1);
    REAL(sync)();
}

int sync_file_range(int fd, off64_t offset, off64_t bytes, unsigned int flags)
{
    wait_for_the_card("sync_file_range", fd);
    return REAL(sync_file_range)(fd, offset, bytes, flags);
}

int msync(void *start, size_t length, int flags)
{
    if (flags & MS_SYNC)
        wait_for_the_card("msync", -1);
    return REAL(msync)(start, length, flags);
}
