// Finds a way to a Redis: looks its name up, and races its addresses.
//
//   dial() --> looking up --> trying --> open, or failed by the deadline
//                              ^    |
//                              +----+ an address failed, or was silent for a while: the next one
//
// An address is open once its handshake is done, where it wants TLS.
//
// An address that drops what it is sent must not hide the ones behind it. So the tries overlap, in
// the manner of RFC 8305: both kinds of address take turns, each has a head start on the next, and
// all have had theirs by half of the deadline. The first that opens is taken. Addresses that came
// to nothing come last the next time, also where they opened and were then of no use.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "io/loop.h"
#include "queue/redis/network.h"
#include "queue/redis/options.h"
#include "queue/redis/tls_connector.h"

namespace penstock::queue {

class RedisDialer {
 public:
  using OnDone = std::function<void(Result<std::unique_ptr<RedisWire>>)>;

  // Borrows all but the files, which are for addresses that want TLS.
  RedisDialer(io::Loop& loop, Resolver& resolver, Connector& connector, tls::ClientFiles files);
  RedisDialer(const RedisDialer&) = delete;
  RedisDialer& operator=(const RedisDialer&) = delete;
  ~RedisDialer();

  // `on_done` is called once, never from within dial(); the dialer must outlive the call. One at a
  // time. An answer about a name that is late for one call is used by the next.
  std::unique_ptr<Underway> dial(const RedisAddress& address, std::int64_t timeout_ms,
                                 OnDone on_done);

  // What was dialled last is of no use, or of use.
  void blame();
  void praise();

 private:
  class Dial;
  using Addresses = std::vector<io::SocketAddress>;
  using OnFound = std::function<void(Result<Addresses>)>;

  void look_up(const RedisAddress& address);
  void on_looked_up(Result<Addresses> found);
  Addresses in_order(const Addresses& found) const;
  void blame(const std::string& address);

  io::Loop& loop_;
  Resolver& resolver_;
  Connector& plain_;
  TlsConnector tls_;
  Connector* way_ = nullptr;          // Of the dial that is under way.
  Dial* dial_ = nullptr;              // The one that is under way.
  std::unique_ptr<Underway> lookup_;  // May outlast the dial that began it.
  std::string looked_up_;             // What `lookup_` and `late_` are about.
  Addresses late_;
  std::int64_t late_at_ms_ = 0;
  std::string dialled_;              // The address that was opened last.
  std::vector<std::string> blamed_;  // Longest ago first.
};

}  // namespace penstock::queue
