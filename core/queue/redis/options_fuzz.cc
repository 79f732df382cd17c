#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "queue/redis/options.h"

// What is accepted must be accepted again as it is shown, less the secrets.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto address =
      penstock::queue::parse_redis_url({reinterpret_cast<const char*>(data), size});
  if (!address) return 0;
  if (address->unix_path.empty() == address->host.empty()) std::abort();
  if (address->port == 0) std::abort();
  return 0;
}
