#include "app/process/service_notify.h"

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

#include <sys/socket.h>
#include <sys/un.h>

#include "base/log.h"
#include "base/text.h"
#include "files/descriptor.h"
#include "io/descriptor_message.h"

namespace penstock::app {
namespace {

std::string manager_path() {
  const char* name = std::getenv("NOTIFY_SOCKET");
  return name == nullptr ? "" : name;
}

void tell(std::string_view state, int fd) {
  const std::string path = manager_path();
  if (path.empty()) return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    log_warn("notify.address", "NOTIFY_SOCKET is too long", {{"path", path}});
    return;
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  if (path.front() == '@') address.sun_path[0] = '\0';  // An abstract socket.
  const auto bytes = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());

  const files::Descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  int error = 0;
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), bytes) != 0) {
    error = errno;
  } else if (const auto sent = io::send_message(socket.get(), state, fd); !sent) {
    error = static_cast<int>(sent.error().native);
  }
  if (error == 0) return;
  log_warn("notify.failed", "cannot tell the service manager",
           {{"state", state}, {"reason", std::strerror(error)}});
}

}  // namespace

bool has_service_manager() { return !manager_path().empty(); }

void notify_service(std::string_view state) { tell(state, -1); }

void store_descriptor(std::string_view name, int fd) {
  tell(str_cat("FDSTORE=1\nFDNAME=", name), fd);
}

void forget_descriptor(std::string_view name) {
  tell(str_cat("FDSTOREREMOVE=1\nFDNAME=", name), -1);
}

}  // namespace penstock::app
