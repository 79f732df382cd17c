// The intake's listening sockets over its life: where they come from, who keeps them, and where
// they go when the process ends. docs/decisions/0007 tells why.
//
//   passed by systemd or `penstock up`  ┐                ┌ stored with systemd
//   taken over from a predecessor       ├─ plan, served ─┤ kept by who passed them
//   opened                              ┘                └ handed over to a successor
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/config/config.h"
#include "app/sockets/handover.h"
#include "app/sockets/plan.h"
#include "io/listen_socket.h"
#include "io/passed_descriptors.h"

namespace penstock::app {

class IngestSockets {
 public:
  struct Served {
    io::ListenSocket socket;
    bool is_tls;
  };

  // Takes what was passed and, where `takes_over`, what a running intake has; opens the rest.
  // Nullopt: the program cannot start, which is logged.
  static std::optional<IngestSockets> gather(const Config& config,
                                             std::vector<io::PassedDescriptor> passed,
                                             bool takes_over, std::size_t reactors);

  // Each once. They count as kept by somebody where they were received: until this process is
  // ready, they are not its own.
  std::vector<Served> take(std::size_t reactor);
  std::optional<io::ListenSocket> take_admin();
  std::vector<Served> take_leaving();

  // A predecessor's lock of the state directory, which is ours now. Nullopt: there is none.
  std::optional<files::FileLock> take_state_lock();

  // Everything listens. Gives the service manager what it is to keep, and lets a predecessor go.
  void settle();

  // Who holds the sockets besides this process, now.
  io::Keeper keeper() const;
  io::Keeper admin_keeper() const;

  // For a successor: why it may not have them, or what it gets. Requires that the sockets are open.
  std::string refusal() const;
  std::vector<HandoverOffer::Offered> offered() const;
  void set_handed_over() { is_handed_over_ = true; }
  bool is_handed_over() const { return is_handed_over_; }

 private:
  struct Entry {
    std::string name;
    int fd;
    NamedSocket::Origin origin;
  };

  explicit IngestSockets(SocketPlan plan) : plan_(std::move(plan)) {}
  void note(const NamedSocket& named);
  static std::vector<Served> served(std::vector<NamedSocket> sockets);

  SocketPlan plan_;
  std::vector<Entry> entries_;  // Of all but the leaving ones. Their owners are elsewhere.
  std::vector<std::string> leaving_names_;
  files::Descriptor keeper_pipe_;  // At its end when the keeper is gone.
  std::optional<Takeover> takeover_;
  bool is_admin_units_ = false;  // From a systemd socket unit.
  bool is_handed_over_ = false;
};

}  // namespace penstock::app
