#include "app/config/schema.h"

#include <algorithm>
#include <iterator>
#include <type_traits>
#include <utility>

#include "app/config/checks.h"
#include "app/config/retention_rules.h"
#include "base/text.h"

namespace penstock::app {
namespace {

template <auto Member>
auto& at(Config& config) {
  return config.*Member;
}

template <auto Section, auto Member>
auto& in(Config& config) {
  return config.*Section.*Member;
}

constexpr std::int64_t kGib = std::int64_t{1} << 30;
constexpr std::int64_t kPib = std::int64_t{1} << 50;
constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kTwoYearsSeconds = 63'072'000;

using I = IngestConfig;
using Errors = ErrorsConfig;
using Traffic = TrafficConfig;
using Q = QueueConfig;
using W = WorkerConfig;
using C = ConsoleConfig;

// Lower bounds keep out what could not work at all; upper bounds catch a wrong unit.
const Setting kSettings[] = {
    {"ingest", "listen", in<&Config::ingest, &I::listen>, 0, 0, check_listen_address},
    {"ingest", "threads", in<&Config::ingest, &I::threads>, 0, 1'024},
    {"ingest", "ack", in<&Config::ingest, &I::ack>, 0, 0, check_ack},
    {"ingest", "admin_listen", in<&Config::ingest, &I::admin_listen>, 0, 0, check_admin_address},
    {"ingest", "max_body_bytes", in<&Config::ingest, &I::max_body_bytes>, 1, kGib},
    {"ingest", "max_inflated_bytes", in<&Config::ingest, &I::max_inflated_bytes>, 1, kGib},
    {"ingest", "max_document_bytes", in<&Config::ingest, &I::max_document_bytes>, 1, kGib / 4},
    {"ingest", "max_drain_bytes", in<&Config::ingest, &I::max_drain_bytes>, 1, 1'024 * kGib},
    {"ingest", "max_header_bytes", in<&Config::ingest, &I::max_header_bytes>, 256, 1'048'576},
    {"ingest", "max_event_bytes", in<&Config::ingest, &I::max_event_bytes>, 1, kGib},
    {"ingest", "max_inflight_bytes", in<&Config::ingest, &I::max_inflight_bytes>, 1, 1'024 * kGib},
    {"ingest", "header_timeout_ms", in<&Config::ingest, &I::header_timeout_ms>, 1, kDayMs},
    {"ingest", "body_timeout_ms", in<&Config::ingest, &I::body_timeout_ms>, 1, kDayMs},
    {"ingest", "idle_timeout_ms", in<&Config::ingest, &I::idle_timeout_ms>, 1, kDayMs},
    {"ingest", "drain_timeout_ms", in<&Config::ingest, &I::drain_timeout_ms>, 0, kHourMs},
    {"ingest", "max_connections", in<&Config::ingest, &I::max_connections>, 1, 1'048'576},
    {"ingest", "trusted_proxies", in<&Config::ingest, &I::trusted_proxies>, 0, 0, check_network},
    {"ingest", "proxy_protocol", in<&Config::ingest, &I::proxy_protocol>},
    {"ingest", "require_key", in<&Config::ingest, &I::require_key>},
    {"ingest", "max_target_bytes", in<&Config::ingest, &I::max_target_bytes>, 256, 1'048'576},
    {"ingest", "keys_file", in<&Config::ingest, &I::keys_file>, 0, 0, check_path_or_empty},
    {"ingest", "script_path", in<&Config::ingest, &I::script_path>, 0, 0, check_script_path},
    {"ingest", "tls_listen", in<&Config::ingest, &I::tls_listen>, 0, 0, check_listen_address},
    {"ingest", "tls_certificate", in<&Config::ingest, &I::tls_certificate>, 0, 0, check_path},
    {"ingest", "tls_key", in<&Config::ingest, &I::tls_key>, 0, 0, check_path},
    {"ingest", "tls_client_ca", in<&Config::ingest, &I::tls_client_ca>, 0, 0, check_path_or_empty},
    {"ingest", "acme_dir", in<&Config::ingest, &I::acme_dir>, 0, 0, check_path_or_empty},

    {"errors", "fingerprint_rules", in<&Config::errors, &Errors::fingerprint_rules>,
     adapter::kFingerprintRulesFirst, adapter::kFingerprintRulesLast},

    {"traffic", "drop_paths", in<&Config::traffic, &Traffic::drop_paths>, 0, 0, check_pattern},
    {"traffic", "drop_addresses", in<&Config::traffic, &Traffic::drop_addresses>, 0, 0,
     check_network},
    {"traffic", "drop_networks_file", in<&Config::traffic, &Traffic::drop_networks_file>, 0, 0,
     check_path_or_empty},
    {"traffic", "drop_agents", in<&Config::traffic, &Traffic::drop_agents>, 0, 0, check_pattern},
    {"traffic", "drop_referrers", in<&Config::traffic, &Traffic::drop_referrers>, 0, 0,
     check_pattern},
    {"traffic", "mark_paths", in<&Config::traffic, &Traffic::mark_paths>, 0, 0, check_pattern},
    {"traffic", "mark_addresses", in<&Config::traffic, &Traffic::mark_addresses>, 0, 0,
     check_network},
    {"traffic", "mark_networks_file", in<&Config::traffic, &Traffic::mark_networks_file>, 0, 0,
     check_path_or_empty},
    {"traffic", "mark_agents", in<&Config::traffic, &Traffic::mark_agents>, 0, 0, check_pattern},
    {"traffic", "mark_referrers", in<&Config::traffic, &Traffic::mark_referrers>, 0, 0,
     check_pattern},

    {"queue", "url", in<&Config::queue, &Q::url>, 0, 0, check_queue_url},
    {"queue", "key", in<&Config::queue, &Q::key>, 0, 0, check_name},
    {"queue", "format", in<&Config::queue, &Q::format>, 0, 0, check_queue_format},
    {"queue", "sidekiq_queue", in<&Config::queue, &Q::sidekiq_queue>, 0, 0, check_name},
    {"queue", "sidekiq_class", in<&Config::queue, &Q::sidekiq_class>, 0, 0, check_name},
    {"queue", "timeout_ms", in<&Config::queue, &Q::timeout_ms>, 1, 600'000},
    {"queue", "max_memory_percent", in<&Config::queue, &Q::max_memory_percent>, 1, 100},
    {"queue", "evicting_redis", in<&Config::queue, &Q::evicting_redis>, 0, 0, check_evicting_redis},
    {"queue", "tls_ca", in<&Config::queue, &Q::tls_ca>, 0, 0, check_path_or_empty},
    {"queue", "tls_certificate", in<&Config::queue, &Q::tls_certificate>, 0, 0,
     check_path_or_empty},
    {"queue", "tls_key", in<&Config::queue, &Q::tls_key>, 0, 0, check_path_or_empty},

    {"spool", "path", in<&Config::spool, &SpoolConfig::path>, 0, 0, check_path_or_empty},
    {"spool", "max_bytes", in<&Config::spool, &SpoolConfig::max_bytes>, 1, kPib},
    {"spool", "segment_bytes", in<&Config::spool, &SpoolConfig::segment_bytes>, 1, 1'024 * kGib},

    {"worker", "batch_rows", in<&Config::worker, &W::batch_rows>, 1, 1'000'000},
    {"worker", "batch_wait_ms", in<&Config::worker, &W::batch_wait_ms>, 0, 60'000},
    {"worker", "admin_listen", in<&Config::worker, &W::admin_listen>, 0, 0, check_admin_address},
    {"worker", "control_listen", in<&Config::worker, &W::control_listen>, 0, 0,
     check_control_address},

    {"store", "url", in<&Config::store, &StoreConfig::url>, 0, 0, check_store_url},
    {"store", "retention_days", in<&Config::store, &StoreConfig::retention_days>, 0, 36'500},
    {"store", "retain", in<&Config::store, &StoreConfig::retain>, 0, 0, check_retention_rule},
    {"store", "max_bytes", in<&Config::store, &StoreConfig::max_bytes>, 0, kPib},
    {"store", "compact_after_days", in<&Config::store, &StoreConfig::compact_after_days>, 0,
     36'500},
    {"store", "anonymize_ip", in<&Config::store, &StoreConfig::anonymize_ip>},
    {"store", "geoip_database", in<&Config::store, &StoreConfig::geoip_database>, 0, 0,
     check_path_or_empty},

    {"console", "listen", in<&Config::console, &C::listen>, 0, 0, check_admin_address},
    {"console", "admin_listen", in<&Config::console, &C::admin_listen>, 0, 0, check_admin_address},
    {"console", "session_hours", in<&Config::console, &C::session_hours>, 1, 8'760},
    {"console", "session_idle_minutes", in<&Config::console, &C::session_idle_minutes>, 0, 525'600},
    {"console", "public_url", in<&Config::console, &C::public_url>, 0, 0, check_public_url},
    {"console", "tls_listen", in<&Config::console, &C::tls_listen>, 0, 0, check_listen_address},
    {"console", "tls_certificate", in<&Config::console, &C::tls_certificate>, 0, 0, check_path},
    {"console", "tls_key", in<&Config::console, &C::tls_key>, 0, 0, check_path},
    {"console", "tls_client_ca", in<&Config::console, &C::tls_client_ca>, 0, 0,
     check_path_or_empty},
    {"console", "acme_dir", in<&Config::console, &C::acme_dir>, 0, 0, check_path_or_empty},
    {"console", "redirect_listen", in<&Config::console, &C::redirect_listen>, 0, 0,
     check_admin_address},
    {"console", "hsts_seconds", in<&Config::console, &C::hsts_seconds>, 0, kTwoYearsSeconds},

    {"state", "dir", at<&Config::state_dir>, 0, 0, check_path},

    {"log", "level", at<&Config::log_level>, 0, 0, check_log_level},
    {"log", "format", at<&Config::log_format>, 0, 0, check_log_format},
};

template <std::size_t Index>
bool& protocol_at(Config& config) {
  return config.protocols.is_on[Index];
}

template <std::size_t... Index>
void append_protocols(std::vector<Setting>& all, std::index_sequence<Index...>) {
  static constexpr bool& (*kTargets[])(Config&) = {protocol_at<Index>...};
  const auto protocols = adapter::protocols();
  for (std::size_t i = 0; i < protocols.size(); ++i) {
    all.push_back({"protocols", protocols[i]->name, kTargets[i]});
  }
}

// Those above, and a switch for each protocol.
std::vector<Setting> all_settings() {
  std::vector<Setting> all(std::begin(kSettings), std::end(kSettings));
  append_protocols(all, std::make_index_sequence<adapter::kProtocolsMax>());
  return all;
}

std::string_view type_name(const Target& target) {
  static constexpr std::string_view kNames[] = {"a text in quotes", "a whole number",
                                                "true or false", "a list of texts"};
  return kNames[target.index()];
}

std::string check_texts(const Setting& setting, const Value& value) {
  if (setting.check == nullptr) return "";
  if (const auto* text = std::get_if<std::string>(&value)) return setting.check(*text);
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
    for (const std::string& entry : *list) {
      if (std::string fault = setting.check(entry); !fault.empty()) return fault;
    }
  }
  return "";
}

std::string check_range(const Setting& setting, const Value& value) {
  const auto* number = std::get_if<std::int64_t>(&value);
  if (number == nullptr || (*number >= setting.min && *number <= setting.max)) return "";
  return str_cat("is ", *number, "; it must be ", setting.min, " to ", setting.max);
}

std::vector<std::string> split_at_commas(std::string_view text) {
  std::vector<std::string> parts;
  while (!trim(text).empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    if (const std::string_view part = trim(text.substr(0, end)); !part.empty()) {
      parts.emplace_back(part);
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

// "10_000" as TOML writes it: underscores between digits only.
std::optional<std::int64_t> parse_grouped(std::string_view text) {
  if (text.empty() || text.front() == '_' || text.back() == '_' ||
      text.find("__") != std::string_view::npos || text.find("-_") != std::string_view::npos) {
    return std::nullopt;
  }
  std::string digits(text);
  digits.erase(std::remove(digits.begin(), digits.end(), '_'), digits.end());
  return parse_int(digits);
}

void append_toml(std::string& out, const std::string& text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

// 10_737_418_240: a long number is only readable in groups.
void append_toml(std::string& out, std::int64_t number) {
  const std::string digits = std::to_string(number);
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += '_';
    out += digits[i];
  }
}

void append_toml(std::string& out, bool truth) { out += truth ? "true" : "false"; }

void append_toml(std::string& out, const std::vector<std::string>& list) {
  out += '[';
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i > 0) out += ", ";
    append_toml(out, list[i]);
  }
  out += ']';
}

// A key at its right name in the wrong section is nearer than any misspelling.
std::size_t distance_to(std::string_view name, const Setting& setting) {
  const std::size_t dot = name.find('.');
  const std::string_view key = dot == std::string_view::npos ? name : name.substr(dot + 1);
  if (key == setting.key) return 1;
  return edit_distance(name, setting.name());
}

}  // namespace

std::string Setting::name() const { return str_cat(section, ".", key); }

std::string Setting::variable() const {
  std::string out = str_cat("PENSTOCK_", section, "_", key);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return out;
}

std::span<const Setting> settings() {
  static const std::vector<Setting> all = all_settings();
  return all;
}

const Setting* find_setting(std::string_view section, std::string_view key) {
  const auto all = settings();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Setting& s) {
    return s.section == section && s.key == key;
  });
  return found == all.end() ? nullptr : &*found;
}

bool is_section(std::string_view name) {
  const auto all = settings();
  return std::any_of(all.begin(), all.end(), [&](const Setting& s) { return s.section == name; });
}

std::string assign(const Setting& setting, Value value, Config& config) {
  if (value.index() != setting.target.index()) {
    return str_cat(setting.name(), " must be ", type_name(setting.target));
  }
  std::string fault = check_range(setting, value);
  if (fault.empty()) fault = check_texts(setting, value);
  if (!fault.empty()) return str_cat(setting.name(), " ", fault);
  std::visit(
      [&](auto member) {
        using T = std::remove_cvref_t<decltype(member(config))>;
        member(config) = std::move(*std::get_if<T>(&value));
      },
      setting.target);
  return "";
}

Value value_of_text(const Setting& setting, std::string_view text, std::string& fault) {
  switch (setting.target.index()) {
    case 0:
      return std::string(text);
    case 1:
      if (const auto number = parse_grouped(text)) return *number;
      break;
    case 2:
      if (text == "true" || text == "false") return text == "true";
      break;
    default:
      return split_at_commas(text);
  }
  fault = str_cat(setting.name(), " must be ", type_name(setting.target));
  return std::string(text);
}

std::string toml_text(const Setting& setting, const Config& config) {
  std::string out;
  Config copy = config;
  std::visit([&](auto member) { append_toml(out, member(copy)); }, setting.target);
  return out;
}

std::string unknown_key(std::string_view name) {
  constexpr std::size_t kShownMax = 64;
  const std::string_view shown = utf8_prefix(name, kShownMax);
  const Setting* nearest = nullptr;
  std::size_t nearest_by = 0;
  for (const Setting& setting : settings()) {
    const std::size_t distance = distance_to(shown, setting);
    if (nearest != nullptr && distance >= nearest_by) continue;
    nearest = &setting;
    nearest_by = distance;
  }
  std::string printable(shown);
  std::replace_if(
      printable.begin(), printable.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  return str_cat("unknown key '", printable, "'; did you mean '", nearest->name(), "'?");
}

}  // namespace penstock::app
