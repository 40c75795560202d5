/*
 * A disk that forgets, refuses and kills: loaded into the server with LD_PRELOAD, it stands between SQLite and the files of
 * one folder (DISK_FOLDER; not those of shared memory, which no disk holds).
 *
 * Writes go through at once, but what stood there before, and what was written, is noted in a journal first (DISK_JOURNAL).
 * A sync ends what its file has in the journal. When the process has been killed, the harness takes back whatever is still
 * there: all of it, or torn and out of order, as a disk without power may have done (src/cut.rs). A sync that was made to
 * fail never makes durable what it should have, even if a later one succeeds: so do kernels.
 *
 * The harness tells it what to do through a page that both map (DISK_CONTROL); see `struct control`.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* Words of 32 bits, in this order in src/disk.rs too. */
struct control {
    uint32_t journal;      /* whether to note what is not synced */
    uint32_t write_error;  /* errno of every write and truncation, or 0 */
    uint32_t sync_error;   /* errno of every sync, or 0 */
    uint32_t kill_what;    /* 0 nothing, 1 any write, 2 a write to the database itself, 3 any sync, 4 a write to its log */
    uint32_t kill_after;   /* so many of those still pass */
    uint32_t writes;       /* counted by us */
    uint32_t main_writes;
    uint32_t syncs;
    uint32_t refused;
};

enum kind { WRITE = 1, TRUNCATE = 2, SYNCED = 3, LOST = 4 };

/* What precedes each entry of the journal. */
struct entry {
    uint32_t kind;
    uint32_t old_length;
    uint32_t new_length;
    uint32_t reserved;
    uint64_t offset;
    uint64_t old_size;
    char name[32];
};

#define MOST_FDS 4096
#define MOST_FILES 8

static struct control *control;
static const char *folder;
static size_t folder_length;
static int journal = -1;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char names[MOST_FILES][32];
static int unsynced[MOST_FILES];
static int something_lost;
static unsigned char file_of[MOST_FDS]; /* 0, or index into `names` plus one */

__attribute__((constructor)) static void start(void) {
    const char *page = getenv("DISK_CONTROL"), *log = getenv("DISK_JOURNAL");
    folder = getenv("DISK_FOLDER");
    if (!page || !log || !folder) return;
    int fd = (int)syscall(SYS_openat, AT_FDCWD, page, O_RDWR | O_CLOEXEC, 0);
    if (fd < 0) _exit(97);
    control = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    syscall(SYS_close, fd);
    if (control == MAP_FAILED) _exit(97);
    journal = (int)syscall(SYS_openat, AT_FDCWD, log, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (journal < 0) _exit(97);
    folder_length = strlen(folder);
}

static int file_named(const char *path) {
    if (!control || strncmp(path, folder, folder_length) || path[folder_length] != '/') return 0;
    const char *name = path + folder_length + 1;
    size_t length = strlen(name);
    if (length >= sizeof names[0] || strchr(name, '/') || (length > 4 && !strcmp(name + length - 4, "-shm"))) return 0;
    for (int i = 0; i < MOST_FILES; i++) {
        if (!names[i][0]) strcpy(names[i], name);
        if (!strcmp(names[i], name)) return i + 1;
    }
    _exit(98);
}

static int opened(int fd, const char *path) {
    if (fd >= 0 && fd < MOST_FDS) {
        pthread_mutex_lock(&lock);
        file_of[fd] = (unsigned char)file_named(path);
        pthread_mutex_unlock(&lock);
    }
    return fd;
}

#define OPEN_AT(name, folder_parameter, folder_argument)                                        \
    int name(folder_parameter const char *path, int flags, ...) {                               \
        mode_t mode = 0;                                                                        \
        if (flags & (O_CREAT | O_TMPFILE)) {                                                    \
            va_list rest;                                                                       \
            va_start(rest, flags);                                                              \
            mode = va_arg(rest, mode_t);                                                        \
            va_end(rest);                                                                       \
        }                                                                                       \
        return opened((int)syscall(SYS_openat, folder_argument, path, flags, mode), path);      \
    }
#define NOTHING
#define FOLDER int dir,
OPEN_AT(open, NOTHING, AT_FDCWD)
OPEN_AT(open64, NOTHING, AT_FDCWD)
OPEN_AT(openat, FOLDER, dir)
OPEN_AT(openat64, FOLDER, dir)

int close(int fd) {
    if (fd >= 0 && fd < MOST_FDS && file_of[fd]) {
        pthread_mutex_lock(&lock);
        file_of[fd] = 0;
        pthread_mutex_unlock(&lock);
    }
    return (int)syscall(SYS_close, fd);
}

static int is_main(int file) { return !strchr(names[file - 1], '-'); }

static int is_log(int file) {
    const char *end = strrchr(names[file - 1], '-');
    return end && !strcmp(end, "-wal");
}

static void die_if_told(uint32_t what) {
    if (control->kill_what != what) return;
    if (control->kill_after == 0) syscall(SYS_kill, getpid(), SIGKILL);
    control->kill_after--;
}

/* An entry is whole or it counts for nothing: what it tells of happens after it. */
static void note(int file, enum kind kind, uint64_t offset, const void *new, uint32_t new_length, int fd, uint32_t old_length) {
    struct entry entry = {.kind = kind, .new_length = new_length, .offset = offset};
    char *old = NULL;
    strcpy(entry.name, names[file - 1]);
    if (fd >= 0) {
        struct stat now;
        if (syscall(SYS_fstat, fd, &now)) _exit(99);
        entry.old_size = (uint64_t)now.st_size;
        if (old_length && !(old = malloc(old_length))) _exit(99);
        ssize_t got = old_length ? syscall(SYS_pread64, fd, old, (size_t)old_length, (off_t)offset) : 0;
        if (got < 0) _exit(99);
        entry.old_length = (uint32_t)got;
        unsynced[file - 1] = 1;
    }
    struct iovec parts[3] = {{&entry, sizeof entry}, {old, entry.old_length}, {(void *)new, new_length}};
    ssize_t whole = (ssize_t)(sizeof entry + entry.old_length + new_length);
    if (syscall(SYS_writev, journal, parts, 3) != whole) _exit(99);
    free(old);
}

/* Under the lock. 0 if the write may go on. */
static int before_write(int fd, int file, enum kind kind, uint64_t offset, const void *new, uint32_t length, uint32_t old) {
    control->writes++;
    if (is_main(file)) {
        control->main_writes++;
        die_if_told(2);
    }
    if (is_log(file)) die_if_told(4);
    die_if_told(1);
    if (control->write_error) {
        control->refused++;
        errno = (int)control->write_error;
        return -1;
    }
    if (control->journal) note(file, kind, offset, new, length, fd, old);
    return 0;
}

static ssize_t write_at(int fd, const void *data, size_t length, off_t offset, int moves) {
    pthread_mutex_lock(&lock);
    if (moves) offset = (off_t)syscall(SYS_lseek, fd, 0, SEEK_CUR);
    ssize_t done = before_write(fd, file_of[fd], WRITE, (uint64_t)offset, data, (uint32_t)length, (uint32_t)length);
    if (!done) {
        done = moves ? syscall(SYS_write, fd, data, length) : syscall(SYS_pwrite64, fd, data, length, offset);
    }
    pthread_mutex_unlock(&lock);
    return done;
}

static int is_ours(int fd) { return control && fd >= 0 && fd < MOST_FDS && file_of[fd]; }

ssize_t write(int fd, const void *data, size_t length) {
    return is_ours(fd) ? write_at(fd, data, length, 0, 1) : syscall(SYS_write, fd, data, length);
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) {
    return is_ours(fd) ? write_at(fd, data, length, offset, 0) : syscall(SYS_pwrite64, fd, data, length, offset);
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) { return pwrite(fd, data, length, offset); }

int ftruncate(int fd, off_t size) {
    if (!is_ours(fd)) return (int)syscall(SYS_ftruncate, fd, size);
    pthread_mutex_lock(&lock);
    struct stat now;
    int done = (int)syscall(SYS_fstat, fd, &now);
    uint32_t cut_off = !done && now.st_size > size ? (uint32_t)(now.st_size - size) : 0;
    if (!done) done = before_write(fd, file_of[fd], TRUNCATE, (uint64_t)size, NULL, 0, cut_off);
    if (!done) done = (int)syscall(SYS_ftruncate, fd, size);
    pthread_mutex_unlock(&lock);
    return done;
}

int ftruncate64(int fd, off64_t size) { return ftruncate(fd, size); }

/* With nothing left that could be lost, the journal begins anew. */
static void synced(int file) {
    int others = something_lost;
    unsynced[file - 1] = 0;
    for (int i = 0; i < MOST_FILES; i++) others |= unsynced[i];
    if (others) note(file, SYNCED, 0, NULL, 0, -1, 0);
    else if (syscall(SYS_ftruncate, journal, 0)) _exit(99);
}

/* The real disk is left alone: the journal is our disk, and losing power is a matter of reading it. */
static int sync_file(int fd) {
    pthread_mutex_lock(&lock);
    int file = file_of[fd], done = 0;
    control->syncs++;
    die_if_told(3);
    if (control->sync_error) {
        control->refused++;
        if (control->journal && unsynced[file - 1]) {
            note(file, LOST, 0, NULL, 0, -1, 0);
            something_lost = 1;
        }
        errno = (int)control->sync_error;
        done = -1;
    } else if (control->journal) {
        synced(file);
    }
    pthread_mutex_unlock(&lock);
    return done;
}

int fsync(int fd) { return is_ours(fd) ? sync_file(fd) : (int)syscall(SYS_fsync, fd); }
int fdatasync(int fd) { return is_ours(fd) ? sync_file(fd) : (int)syscall(SYS_fdatasync, fd); }
