#include "adapter/drain/log_record.h"

#include <algorithm>
#include <iterator>

#include "adapter/contract/answers.h"
#include "base/bytes.h"
#include "base/text.h"
#include "base/utf8.h"
#include "event/client_time.h"
#include "event/kind.h"
#include "event/limits.h"
#include "json/writer.h"

namespace penstock::adapter {
namespace {

static_assert(std::size(kLogRules) <= kRulesMax);

constexpr std::string_view kBlank = " \t\r\n";
constexpr std::string_view kDash = "-";

// No line of a log is older; a smaller number is how long something took.
constexpr std::int64_t kTimeMinMs = 946'684'800'000;  // 2000-01-01

// Of a message's members, which may have to stand one deeper among the properties.
constexpr std::uint32_t kMessageDepthMax = event::kPropertiesDepthMax - 2;

bool is_absolute(std::string_view url) {
  return url.starts_with("https://") || url.starts_with("http://");
}

bool is_path(std::string_view text) { return text.starts_with('/'); }

bool is_time(std::string_view text) {
  const auto time_ms = event::parse_client_time(text);
  return time_ms && *time_ms >= kTimeMinMs;
}

// Several members may have a time's name.
void choose_time(Item& item) {
  const std::string_view first = item.text(Place::kTime);
  if (first.empty() || is_time(first)) return;
  for (const Rule& rule : kLogRules) {
    if (rule.place != Place::kTime) continue;
    if (const std::string_view text = item.text_at(rule.path); is_time(text)) {
      return item.set(Place::kTime, text);
    }
  }
  item.set(Place::kTime, {});
}

// "/path" of "GET /path HTTP/1.1".
std::string_view target_of_line(std::string_view line) {
  const std::size_t begin = line.find(' ');
  const std::size_t end = line.rfind(" HTTP/");
  if (begin == std::string_view::npos || end == std::string_view::npos || end <= begin) return {};
  return line.substr(begin + 1, end - begin - 1);
}

std::string_view asked_host(const Item& item) {
  if (const std::string_view host = item.part_text(kHostPart); !host.empty() && host != kDash) {
    return host;
  }
  // A machine's own name has rarely a dot in it, a site's always.
  const std::string_view host = item.part_text(kMachinePart);
  return host.find('.') == std::string_view::npos ? std::string_view() : host;
}

constexpr std::string_view kMethods[] = {"GET",    "POST",  "HEAD",   "PUT",
                                         "DELETE", "PATCH", "OPTIONS"};

bool is_method(std::string_view text) {
  return std::find(std::begin(kMethods), std::end(kMethods), text) != std::end(kMethods);
}

bool is_status(std::string_view text) {
  const auto status = parse_int(text);
  return status && *status >= 100 && *status < 600;
}

// Whether the record tells of a request; then its url is set. Files have paths too, and jobs a
// status.
bool complete_request(Item& item) {
  const std::string_view line = target_of_line(item.part_text(kRequestLinePart));
  const bool has_method = is_method(item.part_text(kMethodPart));
  if (line.empty() && !has_method && !is_status(item.part_text(kStatusPart))) return false;
  const std::string_view url = item.text(Place::kUrl);
  if (is_absolute(url)) return true;
  RequestAddress address{item.part_text(kSchemePart), asked_host(item), {}, {}};
  for (const std::string_view target :
       {item.part_text(kTargetPart), url, line,
        has_method ? item.part_text(kPathPart) : std::string_view()}) {
    if (is_absolute(target)) {
      item.set(Place::kUrl, target);
      return true;
    }
    if (is_path(target)) {
      address.target = target;
      break;
    }
  }
  if (address.target.empty()) return false;
  address.query = item.part_text(kQueryPart);
  item.set_made(Place::kUrl, to_url(address));
  return true;
}

}  // namespace

std::string_view without_blanks(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

std::string to_url(const RequestAddress& address) {
  const std::string_view scheme = address.scheme.empty() ? "https" : address.scheme;
  std::string url;
  if (!address.host.empty()) url = str_cat(scheme, "://", address.host);
  url += address.target;
  const bool has_query = address.target.find('?') != std::string_view::npos;
  if (!address.query.empty() && address.query != kDash && !has_query) {
    if (!address.query.starts_with('?')) url += '?';
    url += address.query;
  }
  return url;
}

void drop_dashes(Item& item) {
  for (const Place place : {Place::kReferrer, Place::kUserAgent, Place::kUserId, Place::kIp}) {
    if (item.text(place) == kDash) item.set(place, {});
  }
}

void make_request(Item& item) {
  item.set(Place::kName, kRequestName);
  item.set_kind(event::kEventKind);
}

void make_log_line(Item& item, std::string_view program) {
  item.set(Place::kName, program.empty() ? kLogName : program);
  item.set_kind(kLogKind);
}

Result<void> take_log_record(json::Value& value, Item& item, const Context& context) {
  PENSTOCK_TRY(item.take(value));
  return take_message(item, context.workspace);
}

Result<void> take_message(Item& item, Workspace& workspace) {
  const std::string_view message = without_blanks(item.part_text(kMessagePart));
  if (!message.starts_with('{') || !message.ends_with('}')) return {};
  workspace.text.assign(message);
  reserve_padding(workspace.text);
  // All of it is looked at before any of it is taken.
  json::Reader& reader = workspace.text_reader;
  const auto look = [](json::Value& root) -> Result<void> {
    const auto text = root.raw(kMessageDepthMax);
    return text ? Result<void>() : fail(text.error());
  };
  if (!reader.read(workspace.text, look)) return {};
  item.drop_part(kMessagePart);
  const std::string_view id = item.text(Place::kId);
  PENSTOCK_TRY(
      reader.read(workspace.text, [&item](json::Value& root) { return item.take_deeper(root); }));
  // Whoever has a line of his logged does not say which other line it is.
  item.set(Place::kId, id);
  return {};
}

std::string_view prepare_log_record(Item& item) {
  choose_time(item);
  drop_dashes(item);
  if (complete_request(item)) {
    make_request(item);
    return {};
  }
  make_log_line(item, item.part_text(kProgramPart));
  // Of a thing that the line speaks of.
  item.set(Place::kUrl, {});
  return {};
}

bool is_one_document(std::string_view body) {
  const std::string_view text = without_blanks(without_byte_order_mark(body));
  if (text.starts_with('[')) {
    // A line of text may begin with a bracket as well: "[error] …".
    const std::string_view inside = without_blanks(text.substr(1));
    return inside.starts_with('{') || inside.starts_with(']');
  }
  // An object that was laid out for people.
  return text.starts_with('{') && without_blanks(text.substr(0, text.find('\n'))) == "{";
}

void read_records(std::string_view body, ItemReader& reader) {
  if (is_one_document(body)) {
    reader.read_document(body);
  } else {
    reader.read_lines(body);
  }
}

ReadOutcome drain_outcome(ItemReader& reader) {
  ReadOutcome outcome = reader.outcome();
  const std::uint64_t rejected = outcome.rejected.size() + outcome.rejected_unlisted;
  if (outcome.status >= 400 || rejected == 0) return outcome;
  const Rejected& first = outcome.rejected.front();
  std::string body;
  json::Writer writer(body);
  writer.begin_object().member("accepted", outcome.accepted).member("rejected", rejected);
  writer.member("first", str_cat("record ", first.index, ": ", first.error)).end_object();
  outcome.own_answer = json_answer(body);
  return outcome;
}

Answer drain_success(std::uint32_t accepted, std::string& scratch) {
  scratch = json_answer(str_cat("{\"accepted\":", accepted, "}"));
  return {200, scratch};
}

Answer drain_partial_success(std::uint32_t accepted, std::uint64_t rejected, std::string& scratch) {
  scratch = json_answer(str_cat("{\"accepted\":", accepted, ",\"rejected\":", rejected, "}"));
  return {200, scratch};
}

}  // namespace penstock::adapter
