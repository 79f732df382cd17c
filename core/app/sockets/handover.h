// The listening sockets from a running intake to its successor, without systemd:
// `penstock-ingest --takeover`, over the unix socket penstock-ingest.sock in its run folder.
//
//   successor                                      predecessor
//   connects ─────────────────────────────────────▶
//            ◀──── one message a socket: its name, its descriptor
//            ◀──── "done", or "refused: " and why
//   serves them, beside the predecessor
//   "ready"  ─────────────────────────────────────▶ drains, leaving the queues alone, and ends
//
// A successor that ends before it is ready has changed nothing. Both ends must be of one user (root
// may take over anybody's).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "app/sockets/plan.h"
#include "base/error.h"
#include "files/descriptor.h"
#include "files/file_lock.h"
#include "io/loop.h"
#include "io/read_watch.h"

namespace penstock::app {

// The predecessor's side, on a loop.
class HandoverOffer {
 public:
  struct Offered {
    std::string name;
    int fd;
  };

  struct Events {
    // Why nobody may take over, or "".
    std::function<std::string()> refusal;
    std::function<std::vector<Offered>()> sockets;
    // A successor is ready. May drop this object.
    std::function<void()> on_taken;
  };

  // Opens the socket, in place of a predecessor's. Borrows `loop`. kConfiguration with errno where
  // that cannot be: the intake works without.
  static Result<std::unique_ptr<HandoverOffer>> open(const std::string& state_dir, io::Loop& loop,
                                                     Events events);
  // Leaves the socket's file alone where a successor's is there by now.
  ~HandoverOffer();
  HandoverOffer(const HandoverOffer&) = delete;
  HandoverOffer& operator=(const HandoverOffer&) = delete;

  // Whether a successor has the sockets and is not ready yet.
  bool is_under_way() const { return peer_.is_open(); }

 private:
  HandoverOffer(std::string path, files::Descriptor socket, io::Loop& loop, Events events);
  void on_connection();
  bool offer();
  void on_message();
  void end_session();
  void listen();

  const std::string path_;
  const files::Descriptor socket_;
  ino_t inode_ = 0;
  io::Loop& loop_;
  const Events events_;
  files::Descriptor peer_;              // One at a time; others wait to be accepted.
  std::optional<io::ReadWatch> watch_;  // Of socket_, or of peer_ while it is open.
};

// The successor's side. Blocks.
class Takeover {
 public:
  // Asks the intake that runs on `state_dir`. Nullopt: none does. kRejected where it refuses, which
  // is logged; kDisconnected where it goes away or does not answer within ten seconds;
  // kConfiguration for a socket that cannot be used.
  static Result<std::optional<Takeover>> begin(const std::string& state_dir);

  // They count as kept by somebody until say_ready().
  std::vector<NamedSocket> take_sockets() { return std::move(sockets_); }

  // The predecessor's lock of the state directory. Nullopt: it has none.
  std::optional<files::FileLock> take_state_lock() { return std::exchange(lock_, std::nullopt); }

  // The predecessor drains and ends from here on. False: it had gone already.
  bool say_ready();

 private:
  files::Descriptor socket_;
  std::vector<NamedSocket> sockets_;
  std::optional<files::FileLock> lock_;
};

}  // namespace penstock::app
