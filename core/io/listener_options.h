// How the connections of one listening socket are spoken to, and the transport that they get by it.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "io/stream.h"
#include "io/transport.h"

namespace penstock::io {

// Where a connection keeps its transport. A plain one lies in it, so that it costs no allocation;
// any other lies behind a pointer. Filled once.
class TransportPlace {
 public:
  TransportPlace() = default;
  TransportPlace(const TransportPlace&) = delete;
  TransportPlace& operator=(const TransportPlace&) = delete;

  // Borrows both.
  void put_plain(Loop& loop, TransportEvents& events) {
    transport_ = &held_.emplace<Stream>(loop, events);
  }
  void put(std::unique_ptr<Transport> transport) {
    transport_ = held_.emplace<std::unique_ptr<Transport>>(std::move(transport)).get();
  }

  Transport* operator->() const { return transport_; }
  Transport& operator*() const { return *transport_; }

 private:
  std::variant<std::unique_ptr<Transport>, Stream> held_;
  Transport* transport_ = nullptr;
};

// Makes the transports of a listener that does not take plain bytes. It holds what they share, such
// as a certificate; connections outlive the listener's options, so transports share it too.
class TransportFactory {
 public:
  virtual ~TransportFactory() = default;
  virtual std::unique_ptr<Transport> make(Loop& loop, TransportEvents& events) const = 0;
};

struct ListenerOptions {
  std::string address;                                // As bound; the listener writes it.
  std::shared_ptr<const TransportFactory> tls;        // Null: plain bytes.
  bool proxy_protocol = false;                        // Trusted peers begin with a PROXY header.
  std::vector<std::string> protocols = {"http/1.1"};  // By their names of RFC 7301.
};

// Fills `place`, which has to be empty, with what a connection of that listener gets.
inline void make_transport(const ListenerOptions& options, TransportPlace& place, Loop& loop,
                           TransportEvents& events) {
  if (options.tls == nullptr) return place.put_plain(loop, events);
  place.put(options.tls->make(loop, events));
}

}  // namespace penstock::io
