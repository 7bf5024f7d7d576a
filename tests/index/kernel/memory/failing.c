/* One count for all modules of the kernel, loaded before them. */
static long asked, failing, held;

/* The call of that number fails, from 1; where it is below 0 so do all others after it; none for 0. */
void fail_memory(long number) {
  asked = 0;
  failing = number;
}

/* How often memory was asked for since. */
long memory_asked(void) { return asked; }

/* How many pieces were not given back yet. */
long memory_held(void) { return held; }

int memory_fails(void) {
  long number = __atomic_add_fetch(&asked, 1, __ATOMIC_RELAXED);
  return failing > 0 ? number == failing : failing < 0 && number >= -failing;
}

void *memory_got(void *data) {
  if (data) __atomic_add_fetch(&held, 1, __ATOMIC_RELAXED);
  return data;
}

void *memory_given_back(void *data) {
  if (data) __atomic_sub_fetch(&held, 1, __ATOMIC_RELAXED);
  return data;
}
