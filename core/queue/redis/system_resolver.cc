// getaddrinfo() on a thread of its own, which nobody has to wait for.
#include <cerrno>
#include <cstring>
#include <mutex>
#include <utility>

#include <netdb.h>
#include <pthread.h>

#include "base/check.h"
#include "base/text.h"
#include "io/owned.h"
#include "io/timer.h"
#include "queue/redis/network.h"

namespace penstock::queue {
namespace {

constexpr const char* kStep = "look up the Redis host";

using Addresses = std::vector<io::SocketAddress>;

// Shared by the thread and whoever asked, and gone with the last of them.
struct Lookup {
  std::string host;
  std::string port;

  std::mutex mutex;
  // Guarded by `mutex`.
  uv_async_t* asker = nullptr;  // Null once nobody asks any more.
  int status = 0;
  int error = 0;  // errno, where `status` is EAI_SYSTEM.
  Addresses found;
};

Addresses addresses_of(const addrinfo* list) {
  Addresses addresses;
  for (const addrinfo* one = list; one != nullptr; one = one->ai_next) {
    if (one->ai_addrlen > sizeof(sockaddr_storage)) continue;
    io::SocketAddress& address = addresses.emplace_back();
    std::memcpy(&address.storage, one->ai_addr, one->ai_addrlen);
    address.bytes = one->ai_addrlen;
  }
  return addresses;
}

void* run_lookup(void* argument) {
  const std::unique_ptr<std::shared_ptr<Lookup>> owner(
      static_cast<std::shared_ptr<Lookup>*>(argument));
  Lookup& lookup = **owner;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int status = ::getaddrinfo(lookup.host.c_str(), lookup.port.c_str(), &hints, &list);
  const int error = status == EAI_SYSTEM ? errno : 0;
  const std::lock_guard guard(lookup.mutex);
  lookup.status = status;
  lookup.error = error;
  if (status == 0) {
    lookup.found = addresses_of(list);
    ::freeaddrinfo(list);
  }
  if (lookup.asker != nullptr) uv_async_send(lookup.asker);
  return nullptr;
}

bool start_thread(const std::shared_ptr<Lookup>& lookup) {
  auto argument = std::make_unique<std::shared_ptr<Lookup>>(lookup);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_t thread{};
  const bool is_started = pthread_create(&thread, &attributes, run_lookup, argument.get()) == 0;
  pthread_attr_destroy(&attributes);
  if (is_started) static_cast<void>(argument.release());  // run_lookup() takes it.
  return is_started;
}

class NameLookup final : public Underway {
 public:
  NameLookup(io::Loop& loop, const std::string& host, std::uint16_t port,
             Resolver::OnResolved on_resolved)
      : lookup_(std::make_shared<Lookup>()),
        asker_(new uv_async_t()),
        on_resolved_(std::move(on_resolved)) {
    PENSTOCK_CHECK(uv_async_init(loop.uv(), asker_.get(), [](uv_async_t* asker) {
                     if (asker->data != nullptr) static_cast<NameLookup*>(asker->data)->on_done();
                   }) == 0);
    asker_->data = this;
    lookup_->host = host;
    lookup_->port = str_cat(port);
    lookup_->asker = asker_.get();
    if (start_thread(lookup_)) return;
    lookup_->status = EAI_AGAIN;
    uv_async_send(asker_.get());
  }
  ~NameLookup() override {
    const std::lock_guard guard(lookup_->mutex);
    lookup_->asker = nullptr;
  }

 private:
  void on_done() {
    const Resolver::OnResolved on_resolved = std::move(on_resolved_);
    int status = 0;
    int error = 0;
    Addresses found;
    {
      const std::lock_guard guard(lookup_->mutex);
      status = lookup_->status;
      error = lookup_->error;
      found = std::move(lookup_->found);
    }
    if (status == 0 && found.empty()) status = EAI_NONAME;
    if (status == EAI_SYSTEM) return on_resolved(fail(ErrorCode::kDisconnected, error, kStep));
    if (status != 0) {
      return on_resolved(fail(ErrorCode::kDisconnected, status, kStep, ::gai_strerror(status)));
    }
    on_resolved(std::move(found));
  }

  const std::shared_ptr<Lookup> lookup_;
  const io::Owned<uv_async_t> asker_;
  Resolver::OnResolved on_resolved_;
};

// Of an address in figures: needs no lookup, and takes its turn all the same.
class Known final : public Underway {
 public:
  Known(io::Loop& loop, const io::SocketAddress& address, Resolver::OnResolved on_resolved)
      : address_(address), on_resolved_(std::move(on_resolved)), turn_(loop, [this] {
          const Resolver::OnResolved tell = std::move(on_resolved_);
          tell(Addresses{address_});
        }) {
    turn_.start_once(0);
  }

 private:
  const io::SocketAddress address_;
  Resolver::OnResolved on_resolved_;
  io::Timer turn_;
};

class SystemResolver final : public Resolver {
 public:
  std::unique_ptr<Underway> resolve(io::Loop& loop, const std::string& host, std::uint16_t port,
                                    OnResolved on_resolved) override {
    const bool is_v6 = host.find(':') != std::string::npos;
    const auto address =
        io::parse_socket_address(str_cat(is_v6 ? "[" : "", host, is_v6 ? "]" : "", ":", port));
    if (address && !address->is_unix()) {
      return std::make_unique<Known>(loop, *address, std::move(on_resolved));
    }
    return std::make_unique<NameLookup>(loop, host, port, std::move(on_resolved));
  }
};

}  // namespace

Resolver& system_resolver() {
  static SystemResolver resolver;
  return resolver;
}

}  // namespace penstock::queue
