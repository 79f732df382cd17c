// What the system grants this process: cores, threads of the pool, descriptors.
#pragma once

#include <cstdint>

namespace penstock::io {

// At least 1. Counts the processor cores that this process may use, not those of the machine.
std::uint32_t available_cores();

// Lets run_in_pool() run so many at once, in every loop of the process. Requires to be called
// before the first; a number in UV_THREADPOOL_SIZE goes before it.
void set_pool_threads(std::uint32_t count);

// Raises the limit of open descriptors as far as the system allows and gives the new one. A
// server's connections are bounded by its own settings; shells and systemd set 1024 for the sake of
// programs that call select().
std::uint64_t raise_descriptor_limit();

}  // namespace penstock::io
