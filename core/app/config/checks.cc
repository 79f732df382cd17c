#include "app/config/checks.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "adapter/route_table.h"
#include "base/text.h"
#include "http/client_address.h"
#include "queue/backend.h"

namespace penstock::app {
namespace {

constexpr std::size_t kNameBytesMax = 512;
constexpr std::size_t kProjectBytesMax = 64;  // event/limits.h's.
// sockaddr_un's path, without its terminator.
constexpr std::size_t kUnixPathBytesMax = 107;
constexpr std::size_t kPathBytesMax = 4'095;
constexpr std::size_t kScriptPathBytesMax = 200;
constexpr std::size_t kPatternBytesMax = 256;  // intake/glob.h's.

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

// Values may come from anywhere: what is shown in a message is short and printable.
std::string quoted(std::string_view text) {
  constexpr std::size_t kShownMax = 80;
  std::string out = "'";
  for (const char c : text.substr(0, kShownMax)) {
    const auto byte = static_cast<unsigned char>(c);
    out += byte < 0x20 || byte == 0x7f ? '?' : c;
  }
  out += text.size() > kShownMax ? "…'" : "'";
  return out;
}

bool has_control_characters(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

std::string check_port(std::string_view text) {
  const bool is_digits = !text.empty() && text.size() <= 5 &&
                         text.find_first_not_of("0123456789") == std::string_view::npos;
  const auto port = is_digits ? parse_int(text) : std::nullopt;
  if (port && *port <= 65'535) return "";
  return str_cat("has the port ", quoted(text), "; it must be 0 to 65535");
}

std::string check_unix_path(std::string_view path) {
  if (path.empty() || path.front() != '/') return "needs an absolute path after 'unix:'";
  if (path.size() > kUnixPathBytesMax) return "has a socket path of more than 107 bytes";
  return "";
}

std::string check_one_of(const std::string& text, std::initializer_list<std::string_view> choices) {
  if (std::find(choices.begin(), choices.end(), text) != choices.end()) return "";
  std::string out = str_cat("is ", quoted(text), "; it must be ");
  std::size_t left = choices.size();
  for (const std::string_view choice : choices) {
    out += str_cat("\"", choice, "\"");
    --left;
    if (left > 0) out += left == 1 ? " or " : ", ";
  }
  return out;
}

// ", the nearest is \"redis\"", or "" where none is near.
std::string nearest_scheme(std::string_view scheme) {
  constexpr std::size_t kDistanceMax = 2;
  std::size_t least = kDistanceMax + 1;
  std::string_view nearest;
  for (const queue::Backend& backend : queue::backends()) {
    for (const std::string_view known : backend.schemes) {
      const std::size_t distance = edit_distance(scheme, known);
      if (distance >= std::min(least, known.size())) continue;
      least = distance;
      nearest = known;
    }
  }
  return nearest.empty() ? "" : str_cat(", the nearest is \"", nearest, "\"");
}

std::string queue_url_forms() {
  std::string out;
  for (const queue::Backend& backend : queue::backends()) {
    out += str_cat(out.empty() ? "\"" : " or \"", backend.url_form, "\"");
  }
  return out;
}

}  // namespace

std::string check_listen_address(const std::string& text) {
  if (has_control_characters(text)) return "holds control characters";
  if (starts_with(text, "unix:")) return check_unix_path(std::string_view(text).substr(5));

  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) {
    return str_cat("is ", quoted(text),
                   "; write host:port, [v6]:port or unix:/path, such as \"127.0.0.1:8080\"");
  }
  if (std::string fault = check_port(std::string_view(text).substr(colon + 1)); !fault.empty()) {
    return fault;
  }
  const std::string_view host = std::string_view(text).substr(0, colon);
  const bool has_brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
  const bool is_v6 = host.find(':') != std::string_view::npos;
  if (is_v6 && !has_brackets) {
    return str_cat("is ", quoted(text),
                   "; an IPv6 address stands in brackets, as in \"[::1]:8080\"");
  }
  const auto address = http::Address::parse(host);
  if (address && has_brackets && address->is_v4()) {
    return str_cat("has the host ", quoted(host), "; write the IPv4 address as ", address->text());
  }
  if (!address || host.find('%') != std::string_view::npos) {
    return str_cat("has the host ", quoted(host),
                   "; it must be a numeric address, such as 127.0.0.1, 0.0.0.0 or [::1]");
  }
  return "";
}

std::string check_admin_address(const std::string& text) {
  return text.empty() ? "" : check_listen_address(text);
}

std::string check_control_address(const std::string& text) {
  if (text.empty()) return "";
  if (!starts_with(text, "unix:")) {
    return str_cat("is ", quoted(text),
                   "; it must be a unix socket, \"unix:/path\", whose file says who may use it");
  }
  return check_listen_address(text);
}

std::string check_network(const std::string& text) {
  if (!has_control_characters(text) && http::NetworkList::parse({text})) return "";
  return str_cat("holds ", quoted(text),
                 ", which is no network such as \"10.0.0.0/8\" or \"fd00::/8\"");
}

std::string check_pattern(const std::string& text) {
  if (text.empty()) return "holds an empty pattern";
  if (text.size() > kPatternBytesMax) return "holds a pattern of more than 256 bytes";
  if (has_control_characters(text)) return "holds control characters";
  return "";
}

std::string check_ack(const std::string& text) { return check_one_of(text, {"durable", "none"}); }

std::string check_queue_format(const std::string& text) {
  return check_one_of(text, {"native", "sidekiq"});
}

std::string check_evicting_redis(const std::string& text) {
  return check_one_of(text, {"warn", "refuse"});
}

std::string check_log_level(const std::string& text) {
  return check_one_of(text, {"debug", "info", "warn", "error"});
}

std::string check_log_format(const std::string& text) {
  return check_one_of(text, {"text", "json"});
}

std::string check_queue_url(const std::string& text) {
  const queue::Backend* backend = queue::find_backend(text);
  // The scheme is not shown: where it is none of ours, it may be anything, also a password.
  if (backend == nullptr) {
    return str_cat("has no scheme that is known", nearest_scheme(queue::scheme_of(text)),
                   "; write ", queue_url_forms());
  }
  const auto shown = backend->show(text);
  if (shown) return "";
  const std::int64_t offset = shown.error().native;
  return str_cat("is not usable: ", shown.error().step,
                 offset > 0 ? str_cat(" at byte ", offset) : "", "; write ", queue_url_forms());
}

std::string check_store_url(const std::string& text) {
  if (text.empty()) return "";
  if (starts_with(text, "postgres:") || starts_with(text, "postgresql:")) {
    return "names PostgreSQL, which this version does not support yet; leave it empty or write "
           "\"sqlite:PATH\"";
  }
  if (!starts_with(text, "sqlite:")) return "must be empty or \"sqlite:PATH\"";
  if (text.size() == 7) return "has no path after \"sqlite:\"";
  return check_path(text.substr(7));
}

std::string check_public_url(const std::string& text) {
  if (text.empty()) return "";
  std::string_view rest = text;
  if (starts_with(rest, "https://")) {
    rest.remove_prefix(8);
  } else if (starts_with(rest, "http://")) {
    rest.remove_prefix(7);
  } else {
    return str_cat("is ", quoted(text), "; it must begin with http:// or https://");
  }
  const std::string_view host = rest.substr(0, rest.find('/'));
  if (host.empty() || host.front() == ':') return "names no host";
  if (rest.find_first_of("@?# \\\"<>") != std::string_view::npos || has_control_characters(rest)) {
    return "must be a plain address: no user, query, fragment or spaces";
  }
  return "";
}

std::string check_name(const std::string& text) {
  if (text.empty()) return "must not be empty";
  if (text.size() > kNameBytesMax) return "is longer than 512 bytes";
  if (has_control_characters(text) || text.find(' ') != std::string::npos) {
    return "holds spaces or control characters";
  }
  return "";
}

std::string check_project(const std::string& text) {
  if (text.size() > kProjectBytesMax) return "is longer than 64 bytes";
  return check_name(text);
}

std::string check_path(const std::string& text) {
  if (text.empty()) return "must not be empty";
  if (text.size() > kPathBytesMax) return "is longer than 4095 bytes";
  if (has_control_characters(text)) return "holds control characters";
  return "";
}

std::string check_path_or_empty(const std::string& text) {
  return text.empty() ? "" : check_path(text);
}

std::string check_script_path(const std::string& text) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
  if (text.size() < 2 || text.front() != '/') return "must be a path such as /assets/site.js";
  if (text.size() > kScriptPathBytesMax) return "is longer than 200 bytes";
  if (text.find_first_not_of(kPlain) != std::string::npos) {
    return "holds more than letters, digits and - . _ ~ /";
  }
  const adapter::RouteTable routes(adapter::ProtocolSwitches(adapter::protocols().size(), true));
  for (const auto method : {http::Method::kGet, http::Method::kPost}) {
    if (routes.find(method, text).kind != http::Match::Kind::kNoSuchPath) {
      return "is a path of a protocol's";
    }
  }
  return "";
}

// Wagner and Fischer's table, one row at a time.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t k = 0; k < b.size(); ++k) {
      const std::size_t changed = diagonal + (a[i] == b[k] ? 0 : 1);
      diagonal = row[k + 1];
      row[k + 1] = std::min({changed, row[k] + 1, row[k + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace penstock::app
