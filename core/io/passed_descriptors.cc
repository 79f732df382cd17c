#include "io/passed_descriptors.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "base/text.h"

namespace penstock::io {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

Result<std::vector<std::string>> passed_names(std::string_view pid, std::string_view count,
                                              std::string_view names, std::int64_t own_pid) {
  std::vector<std::string> result;
  if (pid.empty() || count.empty()) return result;
  const auto meant_for = parse_int(pid);
  if (!meant_for || *meant_for <= 0) {
    return fail(ErrorCode::kConfiguration, "read LISTEN_PID: no process id");
  }
  if (*meant_for != own_pid) return result;
  const auto descriptors = parse_int(count);
  if (!descriptors || *descriptors < 0 || *descriptors > kPassedDescriptorsMax) {
    return fail(ErrorCode::kConfiguration, "read LISTEN_FDS: no number, or too many descriptors");
  }
  if (names.empty()) {
    result.assign(static_cast<std::size_t>(*descriptors), "unknown");
    return result;
  }
  for (std::size_t at = 0; at <= names.size();) {
    const std::size_t end = std::min(names.find(':', at), names.size());
    result.emplace_back(names.substr(at, end - at));
    at = end + 1;
    if (result.size() > static_cast<std::size_t>(*descriptors)) break;
  }
  if (result.size() != static_cast<std::size_t>(*descriptors)) {
    return fail(ErrorCode::kConfiguration, "read LISTEN_FDNAMES: not one name a descriptor");
  }
  return result;
}

Result<std::vector<PassedDescriptor>> take_passed_descriptors() {
  auto names = passed_names(variable("LISTEN_PID"), variable("LISTEN_FDS"),
                            variable("LISTEN_FDNAMES"), ::getpid());
  for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) ::unsetenv(name);
  if (!names) return fail(names.error());
  std::vector<PassedDescriptor> passed;
  passed.reserve(names->size());
  int fd = kFirstPassedDescriptor;
  for (std::string& name : *names) {
    if (::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
      return fail(ErrorCode::kConfiguration, errno, "take a passed descriptor");
    }
    passed.push_back({files::Descriptor(fd++), std::move(name)});
  }
  return passed;
}

}  // namespace penstock::io
