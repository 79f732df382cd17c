// The network under a connection to Redis: how a name becomes addresses, and an address a wire.
//
// The link and the client reach a server through these two alone, so that a test scripts what a
// network does: answers that are late, addresses that are dead, bytes that come in pieces.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "files/descriptor.h"
#include "io/loop.h"
#include "io/socket_address.h"
#include "queue/redis/command.h"

namespace penstock::queue {

// How long a timer's own call starts it again for, to look once more when what has come in was
// read: for less it would be called again before that.
inline constexpr std::int64_t kNextInputMs = 1;

// Something that was begun. Dropping it, also from within its own callback, calls it off: the
// callback is not called any more.
class Underway {
 public:
  virtual ~Underway() = default;

  // Static storage: what it waits for in vain, where its time is over; null for nothing special.
  virtual const char* awaited() const { return nullptr; }
};

class Resolver {
 public:
  // Never without an address.
  using OnResolved = std::function<void(Result<std::vector<io::SocketAddress>>)>;
  virtual ~Resolver() = default;

  // Borrows `loop`, from which `on_resolved` is called, once and never from within resolve().
  // kDisconnected where the name is not to be had.
  virtual std::unique_ptr<Underway> resolve(io::Loop& loop, const std::string& host,
                                            std::uint16_t port, OnResolved on_resolved) = 0;
};

class RedisWireEvents {
 public:
  virtual void on_bytes(std::string_view bytes) = 0;
  // Nothing else comes after it.
  virtual void on_closed(const Error& error) = 0;

 protected:
  ~RedisWireEvents() = default;
};

// A connection that is open. Dropping it, also from within an event, closes it at once.
class RedisWire {
 public:
  virtual ~RedisWire() = default;

  // Borrows `events`, and reads from now on.
  virtual void start(RedisWireEvents& events) = 0;

  // Takes the command. What it was lent is looked at until its reply is here or the wire dropped.
  virtual void write(RedisCommand command) = 0;

  // Of what was written, what the system has not taken yet.
  virtual std::uint64_t unsent_bytes() const = 0;

  // The socket for another protocol on it, in place of start(); the wire is to be dropped then.
  virtual Result<files::Descriptor> take_socket() = 0;
};

class Connector {
 public:
  using OnOpened = std::function<void(Result<std::unique_ptr<RedisWire>>)>;
  virtual ~Connector() = default;

  // Borrows `loop`, from which `on_opened` is called, once and never from within open().
  virtual std::unique_ptr<Underway> open(io::Loop& loop, const io::SocketAddress& address,
                                         OnOpened on_opened) = 0;
};

// The system's own. A lookup has a thread to itself: getaddrinfo() knows no deadline, and neither
// the pool nor the end of a loop may wait for it.
Resolver& system_resolver();
Connector& system_connector();

}  // namespace penstock::queue
