#include "import/tables.h"

#include <string>
#include <string_view>

#include "adapter/contract/item_reader.h"
#include "base/text.h"
#include "event/kind.h"
#include "import/table_reader.h"

namespace penstock::importing {
namespace {

using adapter::Item;
using adapter::Place;

constexpr adapter::Rule kUmamiEventRules[] = {
    {"event_id", Place::kId},
    {"created_at", Place::kTime},
    {"session_id", Place::kAnonymousId},
    {"visit_id", Place::kSessionId},
    {"distinct_id", Place::kUserId},
    {"event_name", Place::kName},
    {"event_type", Place::kType},
    {"hostname", Place::kSeen},
    {"url_path", Place::kSeen},
    {"url_query", Place::kSeen},
    {"referrer_domain", Place::kSeen},
    {"referrer_path", Place::kSeen},
    {"referrer_query", Place::kSeen},
    {"job_id", Place::kDropped},
};

constexpr adapter::Rule kUmamiSessionRules[] = {
    {"session_id", Place::kAnonymousId},
    {"created_at", Place::kTime},
    {"distinct_id", Place::kUserId},
    {"id", Place::kDropped},
};

constexpr adapter::Rule kPlausibleRules[] = {
    {"name", Place::kName},           {"timestamp", Place::kTime},
    {"user_id", Place::kAnonymousId}, {"session_id", Place::kSessionId},
    {"hostname", Place::kSeen},       {"pathname", Place::kSeen},
    {"referrer", Place::kSeen},
};

// What the tables hold apart: "https://" host path "?" query; what is missing is left out.
std::string url_of(std::string_view host, std::string_view path, std::string_view query) {
  if (path.empty() && host.empty()) return "";
  std::string url;
  if (!host.empty()) url = str_cat("https://", host, path.starts_with('/') ? "" : "/");
  url += path;
  if (!query.empty()) url += str_cat(query.starts_with('?') ? "" : "?", query);
  return url;
}

std::string_view prepare_umami_event(Item& item) {
  const std::string url =
      url_of(item.text_at("hostname"), item.text_at("url_path"), item.text_at("url_query"));
  if (!url.empty()) item.set_made(Place::kUrl, url);
  for (const char* path : {"url_path", "url_query"}) item.drop(path);
  if (const std::string_view domain = item.text_at("referrer_domain"); !domain.empty()) {
    item.set_made(Place::kReferrer,
                  url_of(domain, item.text_at("referrer_path"), item.text_at("referrer_query")));
  }
  for (const char* path : {"referrer_domain", "referrer_path", "referrer_query"}) item.drop(path);
  return {};
}

std::string_view prepare_umami_session(Item& item) {
  const std::string_view session = item.text(Place::kAnonymousId);
  if (session.empty()) return "has no session_id";
  item.set_made(Place::kId, str_cat("session:", session));
  item.set(Place::kName, "session");
  item.set_kind("identify");
  return {};
}

std::string_view prepare_plausible(Item& item) {
  const std::string url = url_of(item.text_at("hostname"), item.text_at("pathname"), {});
  if (!url.empty()) item.set_made(Place::kUrl, url);
  item.drop("pathname");
  const std::string_view referrer = item.text_at("referrer");
  if (!referrer.empty()) {
    const bool has_scheme = referrer.find("://") != std::string_view::npos;
    item.set_made(Place::kReferrer,
                  has_scheme ? std::string(referrer) : str_cat("https://", referrer));
    item.drop("referrer");
  }
  return {};
}

constexpr adapter::ItemShape kUmamiEvents{.rules = kUmamiEventRules,
                                          .prepare = prepare_umami_event};
constexpr adapter::ItemShape kUmamiSessions{.rules = kUmamiSessionRules,
                                            .prepare = prepare_umami_session};
constexpr adapter::ItemShape kPlausibleEvents{.rules = kPlausibleRules,
                                              .prepare = prepare_plausible};

class UmamiReader final : public TableReader {
 public:
  using TableReader::TableReader;

  adapter::ReadOutcome read(const Row& row, const adapter::Context& context) override {
    if (row.table == "session") return read_cells(row, kUmamiSessions, context, "created_at");
    if (!row.table.empty() && row.table != "website_event") return {};
    if (!has_column(row, "event_id") || !has_column(row, "created_at")) {
      return refused("is no row of Umami's website_event: its columns lack event_id or created_at");
    }
    return read_cells(row, kUmamiEvents, context, "created_at");
  }
};

class PlausibleReader final : public TableReader {
 public:
  using TableReader::TableReader;

  adapter::ReadOutcome read(const Row& row, const adapter::Context& context) override {
    if (!row.table.empty() && row.table != "events_v2") return {};
    if (!has_column(row, "timestamp") || !has_column(row, "pathname")) {
      return refused(
          "holds sums of a day and no events: Plausible's export has none. Its table events_v2 "
          "has, "
          "as CSV with names");
    }
    return read_cells(row, kPlausibleEvents, context, "timestamp");
  }
};

}  // namespace

std::unique_ptr<RowReader> make_umami_reader(const FormatOptions& options) {
  return std::make_unique<UmamiReader>(options, "umami");
}

std::unique_ptr<RowReader> make_plausible_reader(const FormatOptions& options) {
  return std::make_unique<PlausibleReader>(options, "plausible");
}

}  // namespace penstock::importing
