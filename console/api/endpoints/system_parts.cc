#include "console/api/endpoints/system_parts.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "app/process/state_lock.h"
#include "app/status/process_report.h"
#include "app/status/totals.h"
#include "store/backends.h"

namespace penstock::console {

namespace {

constexpr std::int64_t kDayMs = 86'400'000;

std::string_view state_of(const app::ProcessReport& report) {
  if (!report.is_running) return "absent";
  if (report.admin.empty()) return "running";
  if (report.is_silent) return "silent";
  return report.is_ready ? "ready" : "not_ready";
}

void write_program(json::Writer& writer, const app::ProcessReport& report,
                   const app::Metrics& metrics) {
  const auto started_s = metrics.sum("process_start_time_seconds");
  const auto bytes = metrics.sum("process_resident_memory_bytes");
  const std::string version = metrics.label("penstock_build_info", "version");
  writer.begin_object();
  writer.member("name", std::string_view(report.program)).member("state", state_of(report));
  write_texts(writer, "not_ready", report.not_ready);
  writer.member_or_null("version", version);
  writer.member("started_at",
                started_s ? std::optional(std::llround(*started_s * 1000)) : std::nullopt);
  writer.member("resident_bytes", bytes ? std::optional(std::llround(*bytes)) : std::nullopt);
  write_texts(writer, "listen", report.listen);
  write_texts(writer, "tls_listen", report.tls_listen);
  writer.end_object();
}

void write_counts(json::Writer& writer, std::string_view name, const app::Totals::Counts& counts) {
  writer.key(name).begin_array();
  for (const auto& [of, events] : counts) {
    writer.begin_object().member("of", std::string_view(of)).member("events", events).end_object();
  }
  writer.end_array();
}

app::Totals::Counts answers_of(const app::Metrics& ingest) {
  app::Totals::Counts counts;
  for (const auto& [code, requests] : ingest.by_label("penstock_ingest_requests_total", "code")) {
    if (requests > 0) counts.emplace_back(code, static_cast<std::uint64_t>(requests));
  }
  return counts;
}

void write_totals(json::Writer& writer, const app::Totals& totals, const app::Metrics& ingest) {
  writer.begin_object();
  writer.member("received", totals.received());
  writer.member("queued", totals.queued);
  writer.member("spooled", totals.spooled);
  writer.member("rejected", totals.rejected);
  writer.member("refused", totals.refused);
  writer.member("connections", totals.connections);
  writer.member("stored", totals.stored);
  writer.member("duplicates", totals.duplicates);
  writer.member("dead", totals.dead);
  write_counts(writer, "answers", answers_of(ingest));
  write_counts(writer, "dropped", totals.dropped);
  write_counts(writer, "marked", totals.marked);
  write_counts(writer, "unknown_keys", totals.unknown_keys);
  writer.end_object();
}

// Events of each day, as the store's own totals have them; nullopt of all where it cannot tell.
std::vector<std::optional<std::uint64_t>> events_of(const std::vector<store::DaySize>& days,
                                                    store::Queries& queries) {
  std::vector<std::optional<std::uint64_t>> events(days.size());
  for (std::size_t i = 0; i < days.size(); ++i) {
    const store::Range day{days[i].day_ms, days[i].day_ms + kDayMs};
    const auto summary = queries.summary(day, store::Filter());
    if (!summary) break;
    if (queries.missing_days().empty()) events[i] = summary->events;
  }
  return events;
}

// Of all rules together.
constexpr std::int64_t kOldestUsMax = 200'000;

// Of the events that a rule is of, but for those of a more specific one; nullopt also where it
// cannot be told.
std::optional<std::int64_t> oldest_of(std::size_t rule, const Services& services,
                                      const std::vector<store::DaySize>& days) {
  if (days.empty()) return std::nullopt;
  const auto& rules = services.settings.retain;
  store::Filter filter;
  filter.project = rules[rule].project;
  if (!rules[rule].kind.empty()) {
    filter.conditions.push_back({store::Dimension::kKind, rules[rule].kind});
  }
  std::optional<std::int64_t> oldest;
  const store::Range all{days.front().day_ms, days.back().day_ms + kDayMs};
  const auto read = services.queries->scan(all, filter, [&](const event::Row& row) {
    if (store::rule_of(rules, row.record.project, row.record.kind) != rule) return true;
    oldest = row.record.occurred_at_ms;
    return false;
  });
  return read ? oldest : std::nullopt;
}

void write_rules(json::Writer& writer, const Services& services,
                 const std::vector<store::DaySize>& days) {
  const auto removed = store::removed_from_store(services.settings.store_path);
  const auto& rules = services.settings.retain;
  // A rule of which there is next to nothing reads all rows: what takes longer stays unknown, since
  // the page asks every few seconds.
  services.queries->within({&services.clock, services.clock.mono_us() + kOldestUsMax, nullptr});
  writer.key("rules").begin_array();
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const std::string text = store::to_text(rules[i]);
    const auto found = std::find_if(removed.begin(), removed.end(),
                                    [&](const auto& one) { return one.rule == text; });
    writer.begin_object();
    writer.member("project", std::string_view(rules[i].project));
    writer.member("kind", std::string_view(rules[i].kind));
    writer.member("days", rules[i].days);
    writer.member("oldest_at", oldest_of(i, services, days));
    writer.member("removed", found == removed.end() ? 0 : found->rows);
    writer.end_object();
  }
  writer.end_array();
}

}  // namespace

void write_texts(json::Writer& writer, std::string_view name,
                 const std::vector<std::string>& texts) {
  writer.key(name).begin_array();
  for (const std::string& text : texts) writer.value(std::string_view(text));
  writer.end_array();
}

void write_outlook(json::Writer& writer, const Services& services) {
  store::StoreOptions options;
  options.path = services.settings.store_path;
  options.retention_days = services.settings.retention_days;
  options.bytes_max = services.settings.store_bytes_max;
  std::string outlook;
  store::append_forecast_json(store::forecast_store(options, services.clock), outlook);
  writer.raw(outlook);
}

void write_programs(json::Writer& writer, const Services& services) {
  app::Metrics metrics[std::size(kPrograms)];
  writer.key("programs").begin_array();
  for (std::size_t i = 0; i < std::size(kPrograms); ++i) {
    const auto report = app::find_process(services.settings.state_dir, kPrograms[i]);
    metrics[i] = app::metrics_of(report);
    write_program(writer, report, metrics[i]);
  }
  writer.end_array().key("counts");
  write_totals(writer, app::totals_of(metrics[0], metrics[1]), metrics[0]);
}

void write_store(json::Writer& writer, Services& services) {
  const store::StoreSizes sizes = store::store_sizes(services.settings.store_path);
  const auto events = events_of(sizes.days, *services.queries);
  writer.begin_object().key("days").begin_array();
  for (std::size_t i = sizes.days.size(); i-- > 0;) {
    writer.begin_object();
    writer.member("day", day_text(sizes.days[i].day_ms));
    writer.member("bytes", sizes.days[i].bytes);
    writer.member("events", events[i]);
    writer.end_object();
  }
  writer.end_array();
  writer.member("free_bytes", sizes.free_bytes);
  writer.member("retention_days", services.settings.retention_days);
  writer.key("outlook");
  write_outlook(writer, services);
  write_rules(writer, services, sizes.days);
  writer.end_object();
}

void write_settings(json::Writer& writer, const Services& services) {
  writer.begin_array();
  const auto settings =
      services.settings.shown != nullptr ? services.settings.shown->get() : nullptr;
  for (const ShownSetting& setting : settings != nullptr ? *settings : ShownSettings::List()) {
    writer.begin_object();
    writer.member("name", std::string_view(setting.name));
    writer.member("value", std::string_view(setting.value));
    writer.member_or_null("set_at", setting.set_at);
    writer.member("is_waiting", setting.is_waiting);
    writer.end_object();
  }
  writer.end_array();
}

void write_queue(json::Writer& writer, Services& services) {
  const auto state = services.inspector->state();
  const auto dead = services.inspector->dead_letters();
  const auto warnings = services.inspector->warnings();
  writer.begin_object();
  writer.member("depth", state ? std::optional(state->depth) : std::nullopt);
  writer.member("oldest_seconds", state ? std::optional(state->oldest_seconds) : std::nullopt);
  writer.member("dead", dead ? std::optional(*dead) : std::nullopt);
  write_texts(writer, "warnings", warnings ? *warnings : std::vector<std::string>());
  writer.member("error", state ? std::string() : to_text(state.error()));
  writer.end_object();
}

}  // namespace penstock::console
