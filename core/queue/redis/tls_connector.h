// Connections by TLS, over those of another connector. The handshake is part of opening: what it
// takes is the dialer's time, and what it fails of is an error that says what to do.
#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "files/look.h"
#include "io/loop.h"
#include "io/socket_address.h"
#include "queue/redis/network.h"
#include "tls/client_context.h"

namespace penstock::queue {

class TlsConnector final : public Connector {
 public:
  // Borrows `plain`. Reads no file yet.
  TlsConnector(Connector& plain, tls::ClientFiles files);

  // What is opened from now on leads to `host`. Reads the files where they have changed.
  // kConfiguration where they cannot be used; those that were used before go on being used.
  Result<void> prepare(const std::string& host);

  // Requires that prepare() succeeded.
  std::unique_ptr<Underway> open(io::Loop& loop, const io::SocketAddress& address,
                                 OnOpened on_opened) override;

 private:
  Connector& plain_;
  const tls::ClientFiles files_;
  files::Look read_at_;  // Before they were read.
  std::shared_ptr<const tls::ClientContext> context_;
  std::string host_;
};

}  // namespace penstock::queue
