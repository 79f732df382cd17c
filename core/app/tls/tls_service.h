// The certificates of a program's TLS listeners, over its life: taken at the start, again on SIGHUP
// and when the files change. What is faulty leaves the old ones in use; what is open goes on with
// those that it began with.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "app/config/config.h"
#include "app/tls/tls_files.h"
#include "base/clock.h"
#include "io/loop.h"
#include "io/timer.h"
#include "tls/server_context.h"

namespace penstock::app {

class TlsService {
 public:
  // `section` is "ingest" or "console" and static. Borrows `loop` and `clock`. Calls `on_changed`
  // where transports() has become another, but not from within take().
  TlsService(std::string_view section, io::Loop& loop, const Clock& clock,
             std::function<void()> on_changed);

  // Reads the files that `config` names and looks after them from now on. False: they cannot be
  // used, which is logged; what was in use stays. True without listeners, too, for which nothing is
  // read.
  bool take(const TlsConfig& config);

  // Of those that are in use; null where no listener speaks TLS.
  std::shared_ptr<const io::TransportFactory> transports() const { return context_; }

  // As penstock_SECTION_tls_…, and those of the certificates. `tls_on_plain` are the clients that
  // began a handshake at a plain port.
  void append_metrics(std::string& out, std::uint64_t tls_on_plain) const;

 private:
  struct Watched {
    tls::ServerFiles files;
    files::Look read_at;     // Before the files were read.
    files::Look last_look;   // A change is taken once it has stood for a whole period.
    bool is_faulty = false;  // As they are now; others may be in use.
  };
  bool read();
  void look();

  const std::string_view section_;
  const Clock& clock_;
  const std::function<void()> on_changed_;
  const std::shared_ptr<tls::TicketKeys> tickets_;
  const std::shared_ptr<tls::HandshakeCounters> counters_;
  std::shared_ptr<const tls::ServerContext> context_;
  Watched watched_;
  io::Timer timer_;
};

}  // namespace penstock::app
