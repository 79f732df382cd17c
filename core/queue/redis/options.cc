#include "queue/redis/options.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/percent.h"
#include "base/text.h"

namespace penstock::queue {
namespace {

tl::unexpected<Error> faulty(const char* step) { return fail(ErrorCode::kConfiguration, step); }

// A part of `url`, decoded. The error's native number is the offset in `url`.
Result<std::string> decode(std::string_view part, std::string_view url, const char* step) {
  const auto at = [&](std::size_t offset) {
    return static_cast<std::int64_t>(offset) + (part.data() - url.data());
  };
  auto decoded = strictly_percent_decoded(part);
  if (!decoded) {
    return fail(ErrorCode::kConfiguration, at(static_cast<std::size_t>(decoded.error().native)),
                step);
  }
  if (decoded->find('\0') != std::string::npos) {
    return fail(ErrorCode::kConfiguration, at(std::min(part.find("%00"), part.find('\0'))), step);
  }
  return decoded;
}

Result<void> parse_database(std::string_view text, RedisAddress& address) {
  if (text.empty()) return {};
  const auto number = parse_int(text);
  if (!number || *number < 0 || *number > std::numeric_limits<std::int32_t>::max()) {
    return faulty("read queue.url: the database is no number");
  }
  address.database = static_cast<std::uint32_t>(*number);
  return {};
}

// "user:pass", "user" or ":pass".
Result<void> parse_user(std::string_view text, std::string_view url, RedisAddress& address) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  auto user = decode(text.substr(0, colon), url, "read queue.url: a faulty %XX in the user");
  if (!user) return fail(user.error());
  auto password = decode(text.substr(std::min(colon + 1, text.size())), url,
                         "read queue.url: a faulty %XX in the password");
  if (!password) return fail(password.error());
  address.user = std::move(*user);
  address.password = std::move(*password);
  if (!address.user.empty() && address.password.empty()) {
    return faulty("read queue.url: a user without a password");
  }
  return {};
}

Result<void> parse_port(std::string_view text, RedisAddress& address) {
  const auto port = parse_int(text);
  if (!port || *port < 1 || *port > 65'535) return faulty("read queue.url: the port is no port");
  address.port = static_cast<std::uint16_t>(*port);
  return {};
}

Result<void> parse_host(std::string_view text, std::string_view url, RedisAddress& address) {
  std::string_view host = text;
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t bracket = text.find(']');
    if (bracket == std::string_view::npos) return faulty("read queue.url: a [ without a ]");
    host = text.substr(1, bracket - 1);
    port = text.substr(bracket + 1);
    if (!port.empty() && port.front() != ':') return faulty("read queue.url: text after the ]");
  } else if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon);
  }
  if (!port.empty()) PENSTOCK_TRY(parse_port(port.substr(1), address));
  auto decoded = decode(host, url, "read queue.url: a faulty %XX in the host");
  if (!decoded) return fail(decoded.error());
  if (decoded->empty()) return faulty("read queue.url: the host is missing");
  address.host = std::move(*decoded);
  return {};
}

Result<RedisAddress> parse_tcp(std::string_view rest, std::string_view url, bool is_tls) {
  RedisAddress address;
  address.is_tls = is_tls;
  if (rest.find_first_of("?#") != std::string_view::npos) {
    return faulty(is_tls ? "read queue.url: rediss:// takes no ? and no #; queue.tls_ca, "
                           "queue.tls_certificate and queue.tls_key say what TLS needs"
                         : "read queue.url: redis:// takes no ? and no #");
  }
  const std::size_t slash = rest.find('/');
  std::string_view authority = rest.substr(0, slash);
  // A password may hold an @ that somebody forgot to encode: the last one parts.
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    PENSTOCK_TRY(parse_user(authority.substr(0, at), url, address));
    authority.remove_prefix(at + 1);
  }
  PENSTOCK_TRY(parse_host(authority, url, address));
  if (slash != std::string_view::npos) {
    PENSTOCK_TRY(parse_database(rest.substr(slash + 1), address));
  }
  return address;
}

Result<RedisAddress> parse_unix(std::string_view rest, std::string_view url) {
  RedisAddress address;
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos)
    return faulty("read queue.url: the socket's path is missing");
  if (slash > 0) {
    const std::string_view authority = rest.substr(0, slash);
    if (authority.back() != '@') return faulty("read queue.url: a unix socket has no host");
    PENSTOCK_TRY(parse_user(authority.substr(0, authority.size() - 1), url, address));
  }
  const std::size_t question = rest.find('?', slash);
  auto path = decode(rest.substr(slash, question - slash), url,
                     "read queue.url: a faulty %XX in the socket's path");
  if (!path) return fail(path.error());
  if (path->size() < 2) return faulty("read queue.url: the socket's path is missing");
  if (path->size() > 107) return faulty("read queue.url: the socket's path is too long");
  address.unix_path = std::move(*path);
  if (question == std::string_view::npos) return address;
  const std::string_view query = rest.substr(question + 1);
  if (!query.starts_with("db=")) return faulty("read queue.url: only ?db= is known");
  PENSTOCK_TRY(parse_database(query.substr(3), address));
  return address;
}

}  // namespace

std::string RedisAddress::text() const {
  if (!unix_path.empty()) return str_cat("redis+unix://", unix_path, "?db=", database);
  const bool is_v6 = host.find(':') != std::string::npos;
  return str_cat(is_tls ? "rediss://" : "redis://", is_v6 ? "[" : "", host, is_v6 ? "]" : "", ":",
                 port, "/", database);
}

Result<RedisAddress> parse_redis_url(std::string_view url) {
  const std::size_t colon = url.find("://");
  if (colon == std::string_view::npos) return faulty("read queue.url: no scheme");
  const std::string_view scheme = url.substr(0, colon);
  const std::string_view rest = url.substr(colon + 3);
  if (scheme == "redis" || scheme == "rediss") return parse_tcp(rest, url, scheme == "rediss");
  if (scheme == "redis+unix" || scheme == "unix") return parse_unix(rest, url);
  return faulty("read queue.url: unknown scheme");
}

Result<RedisOptions> redis_options(const QueueOptions& options) {
  auto address = parse_redis_url(options.url);
  if (!address) return fail(address.error());
  RedisOptions redis;
  redis.address = std::move(*address);
  redis.tls = {options.tls_ca, options.tls_certificate, options.tls_key};
  redis.key = options.key;
  if (!options.sidekiq_queue.empty()) {
    redis.key = "queue:" + options.sidekiq_queue;
    redis.sidekiq_queue = options.sidekiq_queue;
  }
  redis.timeout_ms = options.timeout_ms;
  redis.memory_percent_max = options.memory_percent_max;
  redis.refuses_eviction = options.refuses_eviction;
  return redis;
}

}  // namespace penstock::queue
