"""When to stop: the monotonic clock of the system, looked at now and then."""

cdef extern from "<time.h>" nogil:
    struct timespec:
        long tv_sec
        long tv_nsec
    int CLOCK_MONOTONIC
    int clock_gettime(int clock, timespec *now)


cdef double now() noexcept nogil:
    cdef timespec read
    clock_gettime(CLOCK_MONOTONIC, &read)
    return read.tv_sec + read.tv_nsec * 1e-9


cdef Clock clock_for(double seconds) noexcept nogil:
    """A clock that has run out in so many seconds."""
    return Clock(now() + seconds, 0, False)


cdef bint look(Clock *clock) noexcept nogil:
    clock.spent = clock.spent or now() >= clock.end
    return clock.spent
