#include "cli/shared/port_check.h"

#include <cerrno>

#include <sys/socket.h>
#include <unistd.h>

#include "io/socket_address.h"

namespace penstock::cli {

// Each probe listens until all are done: without SO_REUSEPORT a second listener at the address
// fails, be it ours or another's.
std::vector<std::string> taken_addresses(const std::vector<std::string>& addresses) {
  std::vector<std::string> taken;
  std::vector<int> probes;
  for (const std::string& text : addresses) {
    const auto address = io::parse_socket_address(text);
    if (!address || address->is_unix() || address->port() == 0) continue;
    const int probe = socket(address->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (probe < 0) continue;
    probes.push_back(probe);
    const int on = 1;
    setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const auto* where = reinterpret_cast<const sockaddr*>(&address->storage);
    const bool is_free = bind(probe, where, address->bytes) == 0 && listen(probe, 1) == 0;
    if (!is_free && errno == EADDRINUSE) taken.push_back(text);
  }
  for (const int probe : probes) close(probe);
  return taken;
}

}  // namespace penstock::cli
