#include "app/sockets/ingest_sockets.h"

#include <utility>

#include <poll.h>

#include "app/process/service_notify.h"
#include "app/sockets/names.h"
#include "base/log.h"

namespace penstock::app {
namespace {

// The writing end is held by the keeper alone, and nothing is ever written.
bool is_at_end(int pipe) {
  pollfd asked{pipe, POLLIN, 0};
  return ::poll(&asked, 1, 0) > 0;
}

// Of what was passed; false, logged, for a descriptor that nobody can listen at.
bool adopt_all(std::vector<io::PassedDescriptor> passed, std::vector<NamedSocket>& sockets,
               files::Descriptor& keeper_pipe) {
  for (io::PassedDescriptor& descriptor : passed) {
    if (descriptor.name == kKeeperName) {
      keeper_pipe = std::move(descriptor.fd);
      continue;
    }
    const int fd = descriptor.fd.get();
    auto socket = io::ListenSocket::adopt(std::move(descriptor.fd), io::Keeper::kSomeone);
    if (!socket) {
      log_error(
          "ingest.passed_descriptor", "a descriptor that was passed cannot be used",
          {{"descriptor", fd}, {"name", descriptor.name}, {"error", to_text(socket.error())}});
      return false;
    }
    sockets.push_back({std::move(*socket), std::move(descriptor.name)});
  }
  return true;
}

}  // namespace

std::optional<IngestSockets> IngestSockets::gather(const Config& config,
                                                   std::vector<io::PassedDescriptor> passed,
                                                   bool takes_over, std::size_t reactors) {
  std::vector<NamedSocket> received;
  files::Descriptor keeper_pipe;
  if (!adopt_all(std::move(passed), received, keeper_pipe)) return std::nullopt;

  std::optional<Takeover> takeover;
  if (takes_over) {
    auto begun = Takeover::begin(config.state_dir);
    if (!begun) {
      log_error("ingest.takeover", "cannot take over", {{"error", to_text(begun.error())}});
      return std::nullopt;
    }
    takeover = std::move(*begun);
    if (takeover) {
      for (NamedSocket& named : takeover->take_sockets()) received.push_back(std::move(named));
    } else {
      log_info("ingest", "nobody to take over from, starting anew");
    }
  }

  auto plan = plan_sockets(config.ingest, std::move(received), reactors);
  if (!plan) {
    log_error("ingest.sockets", "cannot start", {{"error", to_text(plan.error())}});
    return std::nullopt;
  }
  IngestSockets sockets(std::move(*plan));
  sockets.keeper_pipe_ = std::move(keeper_pipe);
  sockets.takeover_ = std::move(takeover);
  for (const auto& of_reactor : sockets.plan_.reactors) {
    for (const NamedSocket& named : of_reactor) sockets.note(named);
  }
  if (sockets.plan_.admin) {
    sockets.note(*sockets.plan_.admin);
    sockets.is_admin_units_ = !is_own_name(sockets.plan_.admin->name);
  }
  for (const NamedSocket& named : sockets.plan_.leaving) {
    log_info("ingest", "a socket that no setting wants is served for a moment and then closed",
             {{"address", named.socket.address().text()}});
    sockets.leaving_names_.push_back(named.name);
  }
  if (sockets.plan_.has_socket_unit) {
    log_info("ingest", "the socket unit's addresses replace ingest.listen");
  }
  return sockets;
}

void IngestSockets::note(const NamedSocket& named) {
  entries_.push_back({named.name, named.socket.fd(), named.origin});
}

std::vector<IngestSockets::Served> IngestSockets::served(std::vector<NamedSocket> sockets) {
  std::vector<Served> out;
  out.reserve(sockets.size());
  for (NamedSocket& named : sockets) out.push_back({std::move(named.socket), named.is_tls});
  return out;
}

std::vector<IngestSockets::Served> IngestSockets::take(std::size_t reactor) {
  return served(std::exchange(plan_.reactors[reactor], {}));
}

std::optional<io::ListenSocket> IngestSockets::take_admin() {
  std::optional<io::ListenSocket> socket;
  if (plan_.admin) socket.emplace(std::move(plan_.admin->socket));
  plan_.admin.reset();
  return socket;
}

std::vector<IngestSockets::Served> IngestSockets::take_leaving() {
  return served(std::exchange(plan_.leaving, {}));
}

std::optional<files::FileLock> IngestSockets::take_state_lock() {
  return takeover_ ? takeover_->take_state_lock() : std::nullopt;
}

void IngestSockets::settle() {
  if (has_service_manager() && !keeper_pipe_.is_open()) {
    for (const std::string& name : leaving_names_) forget_descriptor(name);
    for (const Entry& entry : entries_) {
      // What was received is in the store already, or a socket unit's.
      if (entry.origin == NamedSocket::Origin::kOpened) store_descriptor(entry.name, entry.fd);
    }
  }
  if (takeover_ && !takeover_->say_ready()) {
    log_warn("ingest.takeover_late", "the intake that was taken over from had ended already");
  }
}

io::Keeper IngestSockets::keeper() const {
  if (is_handed_over_ || plan_.has_socket_unit) return io::Keeper::kSomeone;
  if (keeper_pipe_.is_open()) {
    return is_at_end(keeper_pipe_.get()) ? io::Keeper::kNone : io::Keeper::kSomeone;
  }
  return has_service_manager() ? io::Keeper::kPerhaps : io::Keeper::kNone;
}

io::Keeper IngestSockets::admin_keeper() const {
  if (is_handed_over_ || is_admin_units_) return io::Keeper::kSomeone;
  return has_service_manager() && !keeper_pipe_.is_open() ? io::Keeper::kPerhaps
                                                          : io::Keeper::kNone;
}

std::string IngestSockets::refusal() const {
  if (keeper_pipe_.is_open()) return "`penstock up` keeps it running: restart that";
  if (plan_.has_socket_unit || has_service_manager()) {
    return "a service manager keeps it running: restart it there";
  }
  return "";
}

std::vector<HandoverOffer::Offered> IngestSockets::offered() const {
  std::vector<HandoverOffer::Offered> offered;
  for (const Entry& entry : entries_) {
    if (entry.origin != NamedSocket::Origin::kCopy) offered.push_back({entry.name, entry.fd});
  }
  return offered;
}

}  // namespace penstock::app
