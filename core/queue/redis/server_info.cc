#include "queue/redis/server_info.h"

#include <array>
#include <cstdint>

#include "base/static_text.h"
#include "base/text.h"
#include "queue/redis/reply.h"

namespace penstock::queue {
namespace {

constexpr std::array<std::int64_t, 3> kVersionMin = {6, 0, 6};

}  // namespace

std::string_view info_value(std::string_view info, std::string_view name) {
  for (std::size_t at = info.find(name); at != std::string_view::npos;
       at = info.find(name, at + 1)) {
    const bool is_line_start = at == 0 || info[at - 1] == '\n';
    const std::string_view rest = info.substr(at + name.size());
    if (is_line_start && rest.starts_with(':')) {
      return rest.substr(1, rest.find_first_of("\r\n") - 1);
    }
  }
  return {};
}

std::string_view redis_version_of(std::string_view info) {
  return info_value(info, "redis_version");
}

std::string_view evicting_policy_of(std::string_view info) {
  const std::string_view limit = info_value(info, "maxmemory");
  const std::string_view policy = info_value(info, "maxmemory_policy");
  if (limit.empty() || limit == "0" || policy == "noeviction") return {};
  return policy;
}

bool is_replica(std::string_view info) { return info_value(info, "role") == "slave"; }

std::vector<std::string> redis_warnings(std::string_view info) {
  std::vector<std::string> warnings;
  if (const std::string_view policy = evicting_policy_of(info); !policy.empty()) {
    warnings.push_back(str_cat("Redis evicts (maxmemory-policy ", policy,
                               "): events that were answered are lost when its memory runs short; "
                               "set `maxmemory-policy noeviction`"));
  }
  if (is_forgetful(info)) {
    warnings.emplace_back(
        "Redis keeps no append-only file: events that were answered are lost when it restarts; "
        "set `appendonly yes`, and `appendfsync always` against power cuts");
  }
  if (is_replica(info)) {
    warnings.emplace_back("Redis is a replica: queue.url must lead to its master");
  }
  return warnings;
}

Result<void> check_version(std::string_view info) {
  std::string_view left = redis_version_of(info);
  for (const std::int64_t least : kVersionMin) {
    const std::size_t dot = left.find('.');
    const auto part = parse_int(left.substr(0, dot));
    if (!part || *part > least) return {};
    if (*part < least) {
      return fail(ErrorCode::kConfiguration, 0, "use this Redis: it is older than version 6.0.6",
                  static_text(redis_version_of(info)));
    }
    left = dot == std::string_view::npos ? std::string_view() : left.substr(dot + 1);
  }
  return {};
}

}  // namespace penstock::queue
