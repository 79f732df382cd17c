#include "intake/traffic_rules.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "intake/glob.h"

namespace penstock::intake {
namespace {

// What follows "scheme://" or "//"; the whole text of one that begins otherwise.
std::string_view behind_scheme(std::string_view url, bool& has_host) {
  const std::size_t mark = url.find("//");
  has_host = mark != std::string_view::npos && (mark == 0 || url[mark - 1] == ':') &&
             url.substr(0, mark).find_first_of("/?#") == std::string_view::npos;
  return has_host ? url.substr(mark + 2) : url;
}

bool is_any(const std::vector<std::string>& patterns, std::string_view text, Case letters) {
  return !text.empty() && std::any_of(patterns.begin(), patterns.end(), [&](const auto& pattern) {
    return matches_glob(pattern, text, letters);
  });
}

bool is_any_host(const std::vector<std::string>& patterns, std::string_view host) {
  if (host.empty()) return false;
  return std::any_of(patterns.begin(), patterns.end(), [&](std::string_view pattern) {
    if (matches_glob(pattern, host, Case::kIgnored)) return true;
    return pattern.starts_with("*.") && matches_glob(pattern.substr(2), host, Case::kIgnored);
  });
}

}  // namespace

std::string_view path_of_url(std::string_view url) {
  bool has_host = false;
  std::string_view rest = behind_scheme(url, has_host);
  rest = rest.substr(0, rest.find_first_of("?#"));
  if (!has_host) return rest.starts_with('/') ? rest : std::string_view();
  const std::size_t slash = rest.find('/');
  return slash == std::string_view::npos ? "/" : rest.substr(slash);
}

std::string_view host_of_url(std::string_view url) {
  bool has_host = false;
  std::string_view rest = behind_scheme(url, has_host);
  if (!has_host) return {};
  rest = rest.substr(0, rest.find_first_of("/?#"));
  if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
    rest.remove_prefix(at + 1);
  }
  if (rest.starts_with('[')) return rest.substr(0, rest.find(']') + 1);
  return rest.substr(0, rest.find(':'));
}

struct TrafficRules::Traits {
  explicit Traits(const event::Record& record)
      : path(path_of_url(record.url)),
        agent(record.user_agent),
        referrer_host(host_of_url(record.referrer)),
        address(http::Address::parse(record.ip)) {}

  std::string_view path;
  std::string_view agent;
  std::string_view referrer_host;
  std::optional<http::Address> address;
};

TrafficRules::Rules::Rules(TrafficPatterns patterns)
    : paths(std::move(patterns.paths)),
      agents(std::move(patterns.agents)),
      referrers(std::move(patterns.referrers)),
      addresses(patterns.addresses),
      networks(patterns.networks) {}

bool TrafficRules::Rules::is_empty() const {
  return paths.empty() && agents.empty() && referrers.empty() && addresses.is_empty() &&
         networks.is_empty();
}

bool TrafficRules::Rules::hold(const Traits& traits, TrafficReason& reason) const {
  const auto is_for = [&reason](bool holds, TrafficReason why) {
    if (holds) reason = why;
    return holds;
  };
  return is_for(is_any(paths, traits.path, Case::kMatters), TrafficReason::kPath) ||
         is_for(traits.address && addresses.contains(*traits.address), TrafficReason::kAddress) ||
         is_for(traits.address && networks.contains(*traits.address), TrafficReason::kNetwork) ||
         is_for(is_any(agents, traits.agent, Case::kIgnored), TrafficReason::kAgent) ||
         is_for(is_any_host(referrers, traits.referrer_host), TrafficReason::kReferrer);
}

TrafficRules::TrafficRules(TrafficPatterns drop, TrafficPatterns mark)
    : drop_(std::move(drop)), mark_(std::move(mark)) {}

TrafficRules::Verdict TrafficRules::judge(const event::Record& record) const {
  const Traits traits(record);
  Verdict verdict;
  if (drop_.hold(traits, verdict.reason)) {
    verdict.fate = Fate::kDropped;
  } else if (mark_.hold(traits, verdict.reason)) {
    verdict.fate = Fate::kMarked;
  }
  return verdict;
}

}  // namespace penstock::intake
