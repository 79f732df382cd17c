// Which reactor of the intake serves which listening socket: those that came from another process
// and those that are opened here.
//
// A socket that came is served whatever the configuration says, because closing it would reset what
// waits in its queue:
//   - one from a systemd socket unit replaces ingest.listen, unless it is at the admin address or
//   at
//     one of ingest.tls_listen;
//   - one of ours (names.h) belongs to the setting that its address or its name tells;
//   - what is spoken there is what the setting says today: an address that has changed from plain
//   to
//     TLS is not inherited as plain;
//   - one that no setting wants any more is served for a moment and then closed.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "app/config/config.h"
#include "base/error.h"
#include "io/listen_socket.h"

namespace penstock::app {

struct NamedSocket {
  enum class Origin : std::uint8_t {
    kReceived,
    kOpened,
    kCopy,  // Of another one in the plan.
  };

  io::ListenSocket socket;
  std::string name;
  Origin origin = Origin::kReceived;
  bool is_tls = false;  // What is to be spoken; of a leaving one, what was.
};

struct SocketPlan {
  std::vector<std::vector<NamedSocket>> reactors;
  std::optional<NamedSocket> admin;
  std::vector<NamedSocket> leaving;  // Wanted by no setting.
  bool has_socket_unit = false;      // ingest.listen is replaced.
};

// Opens what is missing. Of each address every reactor gets at least one socket, except that a unix
// socket is served by the first alone. Sockets of an address that are fewer than the reactors are
// joined by others of their kind (SO_REUSEPORT), or else shared. A failure is logged with its
// address: kConfiguration or kExhausted.
Result<SocketPlan> plan_sockets(const IngestConfig& config, std::vector<NamedSocket> received,
                                std::size_t reactors);

// Opens sockets for `reactors` at ingest.listen and ingest.tls_listen, named: what a process does
// that keeps them for the intake and passes them on.
Result<std::vector<NamedSocket>> open_sockets(const IngestConfig& config, std::size_t reactors);

}  // namespace penstock::app
