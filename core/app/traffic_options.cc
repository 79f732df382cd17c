#include "app/traffic_options.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "app/process/run_file.h"
#include "base/text.h"
#include "files/whole_file.h"

namespace penstock::app {
namespace {

// Lists of all data centres' networks that are known have some ten thousand lines.
constexpr std::size_t kFileBytesMax = 16u << 20;

// A network a line; what follows a # is a remark.
http::NetworkList read_networks(const std::string& setting, const std::string& path,
                                std::vector<Contradiction>& faults) {
  if (path.empty()) return {};
  const auto text = files::read_whole_file(path, kFileBytesMax);
  if (!text) {
    const auto number = static_cast<int>(text.error().native);
    faults.push_back({setting, str_cat(setting, " cannot be read: ", std::strerror(number))});
    return {};
  }
  std::vector<std::string> networks;
  std::vector<std::size_t> lines;
  std::size_t line = 0;
  for (std::string_view rest = *text; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view network = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    ++line;
    network = network.substr(0, network.find('#'));
    if (network.ends_with('\r')) network.remove_suffix(1);
    if (trim(network).empty()) continue;
    networks.emplace_back(trim(network));
    lines.push_back(line);
  }
  auto list = http::NetworkList::parse(networks);
  if (list) return *std::move(list);
  const auto at = static_cast<std::size_t>(list.error().native);
  faults.push_back({setting, str_cat(setting, ": line ", lines[at],
                                     " is no network such as 10.0.0.0/8 or fd00::/8")});
  return {};
}

http::NetworkList networks_of(const std::vector<std::string>& networks) {
  return http::NetworkList::parse(networks).value_or(http::NetworkList());
}

}  // namespace

std::shared_ptr<const intake::TrafficRules> traffic_rules(const Config& config,
                                                          std::vector<Contradiction>& faults) {
  const TrafficConfig& traffic = config.traffic;
  auto rules = std::make_shared<const intake::TrafficRules>(
      intake::TrafficPatterns{
          traffic.drop_paths, traffic.drop_agents, traffic.drop_referrers,
          networks_of(traffic.drop_addresses),
          read_networks("traffic.drop_networks_file", traffic.drop_networks_file, faults)},
      intake::TrafficPatterns{
          traffic.mark_paths, traffic.mark_agents, traffic.mark_referrers,
          networks_of(traffic.mark_addresses),
          read_networks("traffic.mark_networks_file", traffic.mark_networks_file, faults)});
  return rules->is_empty() ? nullptr : rules;
}

void check_traffic_files(std::string_view program, LoadedConfig& loaded) {
  if (!program.empty() && program != kIngestProgram) return;
  std::vector<Contradiction> faults;
  static_cast<void>(traffic_rules(loaded.config, faults));
  for (Contradiction& fault : faults) {
    loaded.faults.push_back({place_of(loaded, fault.setting), std::move(fault.what)});
  }
}

}  // namespace penstock::app
