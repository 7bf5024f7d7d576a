"""When to stop."""

cdef struct Clock:
    double end  # seconds of the monotonic clock
    unsigned int turns
    bint spent

cdef Clock clock_for(double seconds) noexcept nogil
cdef bint look(Clock *clock) noexcept nogil

cdef enum:
    TURNS = 64

cdef inline bint spent(Clock *clock) noexcept nogil:
    """Whether the time has run out; asked for once in a turn of a loop, it looks every ``TURNS`` turns."""
    if clock.turns % TURNS == 0:
        look(clock)
    clock.turns += 1
    return clock.spent
