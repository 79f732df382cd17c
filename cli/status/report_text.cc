#include <algorithm>
#include <utility>

#include "base/text.h"
#include "cli/status/report.h"
#include "cli/text/format.h"
#include "cli/text/row_text.h"
#include "json/writer.h"

namespace penstock::cli {
namespace {

constexpr std::size_t kShownKeysMax = 3;

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(text.size(), width), ' ');
  return text;
}

std::string count_or_unknown(std::optional<std::uint64_t> number) {
  return number ? count_text(*number) : "?";
}

std::string bytes_or_unknown(std::optional<std::uint64_t> bytes) {
  return bytes ? bytes_text(*bytes) : "?";
}

void append_process(const app::ProcessReport& process, std::string& out) {
  out += padded(process.program, 18);
  if (!process.is_running) {
    out += "not running\n";
    return;
  }
  const char* state = process.is_ready ? "ready" : process.admin.empty() ? "running" : "not ready";
  out += padded(state, 11);
  out += padded(str_cat("pid ", process.pid), 13);
  out += padded("up " + duration_text(process.uptime_s), 15);
  out += padded(bytes_text(process.rss_bytes), 11);
  const char* before = "";
  for (const std::string& address : process.listen) {
    out += str_cat(std::exchange(before, ", "), address);
  }
  for (const std::string& address : process.tls_listen) {
    out += str_cat(std::exchange(before, ", "), address, " with TLS");
  }
  out.erase(out.find_last_not_of(' ') + 1);
  out += '\n';
}

void append_traffic(std::string_view what, const StatusReport::Counts& counts, std::string& out) {
  if (counts.empty()) return;
  out += str_cat("traffic   ", what, " by [traffic]: ");
  const char* before = "";
  for (const auto& [reason, events] : counts) {
    out += str_cat(std::exchange(before, ", "), for_terminal(reason), " ", count_text(events));
  }
  out += '\n';
}

void write_counts(json::Writer& writer, std::string_view name, std::string_view label,
                  const StatusReport::Counts& counts) {
  writer.key(name).begin_array();
  for (const auto& [value, events] : counts) {
    writer.begin_object().member(label, std::string_view(value)).member("events", events);
    writer.end_object();
  }
  writer.end_array();
}

// The commonest; --json and the metrics have all.
void append_unknown_keys(const StatusReport& report, std::string& out) {
  if (report.unknown_keys.empty()) return;
  auto keys = report.unknown_keys;
  std::stable_sort(keys.begin(), keys.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  out += "keys      unknown, by events: ";
  for (std::size_t i = 0; i < std::min(keys.size(), kShownKeysMax); ++i) {
    out += str_cat(i == 0 ? "" : ", ", for_terminal(keys[i].first), "... ",
                   count_text(keys[i].second));
  }
  if (keys.size() > kShownKeysMax) out += str_cat(", and ", keys.size() - kShownKeysMax, " more");
  out += '\n';
}

void append_queue(const StatusReport& report, std::string& out) {
  out += str_cat("queue     ", report.queue);
  if (report.is_redis_up) out += *report.is_redis_up ? " (up)" : " (down)";
  out += str_cat(": ", count_or_unknown(report.queue_depth), " messages waiting");
  if (report.queue_depth.value_or(0) > 0 && report.queue_oldest_s) {
    out += str_cat(", oldest ", duration_text(*report.queue_oldest_s));
  }
  out += str_cat(", ", count_or_unknown(report.dead_letters), " dead letters\n");
  if (!report.queue_error.empty()) out += str_cat("WARNING   ", report.queue_error, "\n");
  for (const std::string& warning : report.queue_warnings) {
    out += str_cat("WARNING   ", warning, "\n");
  }
}

std::string days_text(double days) {
  if (days < 1) return "less than a day";
  const auto whole = static_cast<std::uint64_t>(days);
  return whole == 1 ? "about 1 day" : str_cat("about ", count_text(whole), " days");
}

// How long the store's room lasts. Says nothing while nobody can know.
void append_outlook(const store::Forecast& outlook, std::string& out) {
  const bool is_bound = outlook.limit == store::Limit::kBytesMax;
  if (outlook.bytes_max > 0) {
    out += str_cat("          of ", bytes_text(outlook.bytes_max), " (store.max_bytes)",
                   is_bound ? "" : ", which the disk has no room for", "\n");
  }
  if (!outlook.bytes_per_day || !outlook.days_that_fit) return;
  const auto rate = static_cast<std::uint64_t>(*outlook.bytes_per_day);
  out += str_cat("          room for ", days_text(*outlook.days_that_fit), " at ", bytes_text(rate),
                 " a day; ");
  if (!outlook.full_in_days) {
    out += "older days are removed before it is full\n";
  } else if (*outlook.full_in_days <= 0) {
    out += is_bound ? "the oldest days are being removed\n" : "the disk is full\n";
  } else {
    out += str_cat(is_bound ? "" : "the disk is ", "full in ", days_text(*outlook.full_in_days),
                   is_bound ? ", then the oldest days are removed\n" : "\n");
  }
}

void write_process(json::Writer& writer, const app::ProcessReport& process) {
  writer.begin_object();
  writer.member("program", std::string_view(process.program));
  writer.member("running", process.is_running);
  writer.member("ready", process.is_ready);
  writer.key("not_ready").begin_array();
  for (const std::string& reason : process.not_ready) writer.value(std::string_view(reason));
  writer.end_array();
  const bool is_running = process.is_running;
  writer.member("pid", is_running ? std::optional(process.pid) : std::nullopt);
  writer.member_or_null("version", process.version);
  writer.member("uptime_seconds", is_running ? std::optional(process.uptime_s) : std::nullopt);
  writer.member("rss_bytes", is_running ? std::optional(process.rss_bytes) : std::nullopt);
  writer.key("listen").begin_array();
  for (const std::string& address : process.listen) writer.value(std::string_view(address));
  writer.end_array();
  writer.key("tls_listen").begin_array();
  for (const std::string& address : process.tls_listen) writer.value(std::string_view(address));
  writer.end_array();
  writer.member("admin", std::string_view(process.admin));
  writer.end_object();
}

}  // namespace

void append_status_text(const StatusReport& report, std::string& out) {
  out += str_cat("state     ", report.state_dir, "\n");
  for (const app::ProcessReport& process : report.processes) append_process(process, out);
  for (const app::ProcessReport& process : report.processes) {
    for (const std::string& reason : process.not_ready) {
      out += str_cat("WARNING   ", process.program, ": ", reason, "\n");
    }
  }
  if (!report.is_anything_running()) out += "Nothing is running on this state directory.\n";
  out += '\n';
  if (report.received_per_s || report.stored_per_s) {
    out += str_cat("events    ", report.received_per_s ? rate_text(*report.received_per_s) : "?",
                   " received, ", report.stored_per_s ? rate_text(*report.stored_per_s) : "?",
                   " stored\n");
  }
  if (report.queued) {
    out +=
        str_cat("intake    ", count_text(*report.queued), " queued, ",
                count_or_unknown(report.spooled), " spooled, ", count_or_unknown(report.rejected),
                " rejected, ", count_or_unknown(report.refused), " refused; ",
                count_or_unknown(report.connections), " connections\n");
  }
  append_traffic("dropped", report.dropped, out);
  append_traffic("marked", report.marked, out);
  append_unknown_keys(report, out);
  append_queue(report, out);
  out += str_cat("spool     ", bytes_or_unknown(report.spool_bytes));
  if (report.spool_batches) out += str_cat(" in ", count_text(*report.spool_batches), " batches");
  out += '\n';
  if (report.stored) {
    out += str_cat("worker    ", count_text(*report.stored), " stored, ",
                   count_or_unknown(report.duplicates), " duplicates, ",
                   count_or_unknown(report.dead), " dead\n");
  }
  out += str_cat("store     ", bytes_or_unknown(report.store_bytes));
  if (report.outlook) out += str_cat(" in ", report.outlook->days, " days");
  out += str_cat(", ", count_or_unknown(report.events_today), " events today (UTC)\n");
  if (report.outlook) append_outlook(*report.outlook, out);
}

void append_status_json(const StatusReport& report, std::string& out) {
  json::Writer writer(out);
  writer.begin_object();
  writer.member("state_dir", std::string_view(report.state_dir));
  writer.key("processes").begin_array();
  for (const app::ProcessReport& process : report.processes) write_process(writer, process);
  writer.end_array();

  writer.key("ingest").begin_object();
  writer.member("events_per_second", report.received_per_s);
  writer.member("queued", report.queued);
  writer.member("spooled", report.spooled);
  writer.member("rejected", report.rejected);
  writer.member("refused", report.refused);
  writer.member("connections", report.connections);
  write_counts(writer, "unknown_keys", "prefix", report.unknown_keys);
  write_counts(writer, "dropped", "reason", report.dropped);
  write_counts(writer, "marked", "reason", report.marked);
  writer.end_object();

  writer.key("queue").begin_object();
  writer.member("name", std::string_view(report.queue));
  writer.member("depth", report.queue_depth);
  writer.member("oldest_seconds", report.queue_oldest_s);
  writer.member("dead_letters", report.dead_letters);
  writer.member("redis_up", report.is_redis_up);
  writer.member_or_null("error", report.queue_error);
  writer.key("warnings").begin_array();
  for (const std::string& warning : report.queue_warnings) writer.value(std::string_view(warning));
  writer.end_array();
  writer.end_object();

  writer.key("spool").begin_object();
  writer.member("bytes", report.spool_bytes);
  writer.member("batches", report.spool_batches);
  writer.end_object();

  writer.key("worker").begin_object();
  writer.member("events_per_second", report.stored_per_s);
  writer.member("stored", report.stored);
  writer.member("duplicates", report.duplicates);
  writer.member("dead", report.dead);
  writer.end_object();

  writer.key("store").begin_object();
  writer.member("bytes", report.store_bytes);
  writer.member("events_today", report.events_today);
  writer.key("forecast");
  if (report.outlook) {
    std::string outlook;
    store::append_forecast_json(*report.outlook, outlook);
    writer.raw(outlook);
  } else {
    writer.null();
  }
  writer.end_object();
  writer.end_object();
  out += '\n';
}

}  // namespace penstock::cli
