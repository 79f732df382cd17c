#include "app/sockets/plan.h"

#include <algorithm>
#include <utility>

#include "app/process/port_holder.h"
#include "app/sockets/names.h"
#include "base/log.h"
#include "io/shared_listen.h"

namespace penstock::app {
namespace {

// The sockets of one address.
struct Group {
  std::string wish;  // As configured; "" for those of a socket unit.
  std::string name;
  std::vector<NamedSocket> sockets;
  bool is_tls = false;

  std::string_view setting() const { return is_tls ? kTlsListenSetting : kListenSetting; }
};

bool is_at(const NamedSocket& named, const std::string& address) {
  const auto parsed = io::parse_socket_address(address);
  return parsed && named.socket.address().text() == parsed->text();
}

bool is_for(const NamedSocket& named, std::string_view setting, const std::string& address) {
  return !address.empty() && (named.name == socket_name(setting, address) || is_at(named, address));
}

Result<NamedSocket> open_socket(const std::string& address, std::string_view setting,
                                std::string name,
                                Result<io::ListenSocket> (*open)(const io::SocketAddress&)) {
  const auto parsed = io::parse_socket_address(address);
  auto socket = parsed ? open(*parsed) : fail(parsed.error());
  if (!socket) {
    log_cannot_listen("ingest", setting, address, socket.error());
    return fail(socket.error());
  }
  return NamedSocket{std::move(*socket), std::move(name), NamedSocket::Origin::kOpened};
}

std::vector<Group> groups_of(const IngestConfig& config, bool has_plain = true) {
  std::vector<Group> groups;
  if (has_plain) {
    for (const std::string& address : config.listen) {
      groups.push_back({address, socket_name(kListenSetting, address), {}, false});
    }
  }
  for (const std::string& address : config.tls_listen) {
    groups.push_back({address, socket_name(kTlsListenSetting, address), {}, true});
  }
  return groups;
}

// Into the group that it belongs to; false where none wants it. Its address comes before its name,
// which may tell what was spoken there once.
bool put_into(std::vector<Group>& groups, NamedSocket& named) {
  const auto put_where = [&](auto is_wanted) {
    const auto group = std::find_if(groups.begin(), groups.end(), is_wanted);
    if (group == groups.end()) return false;
    group->sockets.push_back(std::move(named));
    return true;
  };
  return put_where([&](const Group& group) {
           return is_at(named, group.wish.empty() ? group.sockets.front().socket.address().text()
                                                  : group.wish);
         }) ||
         put_where([&](const Group& group) {
           return !group.wish.empty() && named.name == socket_name(group.setting(), group.wish);
         });
}

bool is_at_any(const NamedSocket& named, const std::vector<std::string>& addresses) {
  return std::any_of(addresses.begin(), addresses.end(),
                     [&](const std::string& address) { return is_at(named, address); });
}

// One more for a group that has fewer than there are reactors. Another user's socket at the
// address, such as systemd's, cannot be joined; and what a socket unit keeps is only what it has
// opened.
Result<NamedSocket> one_more(const Group& group) {
  const NamedSocket& first = group.sockets.front();
  if (!group.wish.empty() && first.socket.has_reuse_port()) {
    auto opened = io::open_beside(first.socket);
    if (opened) {
      return NamedSocket{std::move(*opened), group.name, NamedSocket::Origin::kOpened};
    }
  }
  auto copy = first.socket.duplicate();
  if (!copy) return fail(copy.error());
  return NamedSocket{std::move(*copy), group.name, NamedSocket::Origin::kCopy};
}

Result<void> spread(Group group, std::vector<std::vector<NamedSocket>>& reactors) {
  if (group.sockets.empty()) {
    auto opened = open_socket(group.wish, group.setting(), group.name, io::open_shared);
    if (!opened) return fail(opened.error());
    group.sockets.push_back(std::move(*opened));
  }
  const bool is_unix = group.sockets.front().socket.address().is_unix();
  while (!is_unix && group.sockets.size() < reactors.size()) {
    auto more = one_more(group);
    if (!more) return fail(more.error());
    group.sockets.push_back(std::move(*more));
  }
  for (std::size_t i = 0; i < group.sockets.size(); ++i) {
    const std::size_t reactor = is_unix ? 0 : i % reactors.size();
    group.sockets[i].is_tls = group.is_tls;
    reactors[reactor].push_back(std::move(group.sockets[i]));
  }
  return {};
}

}  // namespace

Result<SocketPlan> plan_sockets(const IngestConfig& config, std::vector<NamedSocket> received,
                                std::size_t reactors) {
  SocketPlan plan;
  plan.reactors.resize(reactors);
  std::vector<NamedSocket> others;
  for (NamedSocket& named : received) {
    if (!plan.admin && is_for(named, kAdminSetting, config.admin_listen)) {
      plan.admin.emplace(std::move(named));
    } else {
      others.push_back(std::move(named));
      plan.has_socket_unit = plan.has_socket_unit || (!is_own_name(others.back().name) &&
                                                      !is_at_any(others.back(), config.tls_listen));
    }
  }

  std::vector<Group> groups = groups_of(config, !plan.has_socket_unit);
  for (NamedSocket& named : others) {
    if (put_into(groups, named)) continue;
    if (is_own_name(named.name)) {
      named.is_tls = is_tls_name(named.name);
      plan.leaving.push_back(std::move(named));
    } else {
      Group& group = groups.emplace_back();
      group.name = named.name;
      group.sockets.push_back(std::move(named));
    }
  }
  for (Group& group : groups) PENSTOCK_TRY(spread(std::move(group), plan.reactors));

  if (!plan.admin && !config.admin_listen.empty()) {
    auto admin =
        open_socket(config.admin_listen, kAdminSetting,
                    socket_name(kAdminSetting, config.admin_listen), io::ListenSocket::open);
    if (!admin) return fail(admin.error());
    plan.admin.emplace(std::move(*admin));
  }
  return plan;
}

Result<std::vector<NamedSocket>> open_sockets(const IngestConfig& config, std::size_t reactors) {
  std::vector<std::vector<NamedSocket>> spread_out(reactors);
  for (Group& group : groups_of(config)) PENSTOCK_TRY(spread(std::move(group), spread_out));
  std::vector<NamedSocket> sockets;
  for (std::vector<NamedSocket>& of_one : spread_out) {
    for (NamedSocket& named : of_one) sockets.push_back(std::move(named));
  }
  return sockets;
}

}  // namespace penstock::app
