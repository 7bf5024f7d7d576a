"""Time budgets of loops: the monotonic clock of the system, read every few turns."""

cdef extern from "<time.h>" nogil:
    struct timespec:
        long tv_sec
        long tv_nsec
    int CLOCK_MONOTONIC
    int clock_gettime(int clock, timespec *now)

cdef enum:
    TURNS = 64

cdef struct Clock:
    double end  # seconds of the monotonic clock
    unsigned int turns
    bint spent


cdef inline double now() noexcept nogil:
    cdef timespec read
    clock_gettime(CLOCK_MONOTONIC, &read)
    return read.tv_sec + read.tv_nsec * 1e-9


cdef inline Clock clock_for(double seconds) noexcept nogil:
    """A clock that runs out after the given number of seconds."""
    return Clock(now() + seconds, 0, False)


cdef inline bint look(Clock *clock) noexcept nogil:
    clock.spent = clock.spent or now() >= clock.end
    return clock.spent


cdef inline bint spent(Clock *clock) noexcept nogil:
    """Whether the time has run out. Called every turn of a loop, it reads the clock every ``TURNS``."""
    if clock.turns % TURNS == 0:
        look(clock)
    clock.turns += 1
    return clock.spent
