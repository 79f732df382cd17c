#include "io/process_limits.h"

#include <algorithm>
#include <cstdlib>

#include <sys/resource.h>
#include <uv.h>

#include "base/text.h"

namespace penstock::io {

std::uint32_t available_cores() { return std::max(uv_available_parallelism(), 1u); }

// libuv reads its number of threads from the environment, when the pool is first used.
void set_pool_threads(std::uint32_t count) {
  ::setenv("UV_THREADPOOL_SIZE", str_cat(count).c_str(), 0);
}

std::uint64_t raise_descriptor_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  rlimit raised = limit;
  raised.rlim_cur = limit.rlim_max;
  return ::setrlimit(RLIMIT_NOFILE, &raised) == 0 ? raised.rlim_cur : limit.rlim_cur;
}

}  // namespace penstock::io
