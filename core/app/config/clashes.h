// Listening addresses of the configuration that cannot be listened at together.
//
// As the sockets are opened (io/listen_socket.h): 0.0.0.0 takes a port of every IPv4 address and
// [::] of every IPv6 address, but neither of the other kind. Port 0 takes whatever is free.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/config/config.h"
#include "app/config/schema.h"

namespace penstock::app {

enum class Between : std::uint8_t {
  kOneProgramsOwn,  // It could not start.
  kPrograms,        // They could not run on one machine, as they need not.
};

struct Clash {
  const Setting* setting;  // The later one in the table,
  const Setting* other;    // and the one that it clashes with; both may be the same list.
  std::string what;
};

std::vector<Clash> address_clashes(const Config& config, Between between);

}  // namespace penstock::app
