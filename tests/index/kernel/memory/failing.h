/* Compiled in front of each module of the kernel: a test says which call for memory fails, and all that was
 * got is counted until it is given back. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdlib.h>

int memory_fails(void);
void *memory_got(void *data);
void *memory_given_back(void *data);

#undef PyMem_Malloc
#undef PyMem_Realloc
#undef PyMem_Free
#define malloc(size) (memory_fails() ? NULL : memory_got(malloc(size)))
#define calloc(count, size) (memory_fails() ? NULL : memory_got(calloc(count, size)))
#define realloc(data, size) (memory_fails() ? NULL : memory_got(realloc(memory_given_back(data), size)))
#define free(data) free(memory_given_back(data))
#define PyMem_Malloc(size) (memory_fails() ? NULL : memory_got((PyMem_Malloc)(size)))
#define PyMem_Realloc(data, size) (memory_fails() ? NULL : memory_got((PyMem_Realloc)(memory_given_back(data), size)))
#define PyMem_Free(data) (PyMem_Free)(memory_given_back(data))
