#include "import/access/log_event.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "event/kind.h"
#include "http/client_address.h"
#include "import/access/log_time.h"

namespace penstock::importing {
namespace {

using adapter::Place;

// What a page consists of: a request for it is no view of a page.
constexpr std::string_view kPartEndings[] = {
    "avif", "bmp",  "css",  "eot",  "gif",   "ico", "jpeg", "jpg", "js",         "json",
    "map",  "mjs",  "mp3",  "mp4",  "otf",   "pdf", "png",  "svg", "ttf",        "txt",
    "wasm", "webm", "webp", "woff", "woff2", "xml", "zip",  "gz",  "webmanifest"};

bool is_part_of_page(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return false;
  const std::string ending = to_lower(name.substr(dot + 1));
  return std::find(std::begin(kPartEndings), std::end(kPartEndings), ending) !=
         std::end(kPartEndings);
}

bool is_page(std::string_view method, std::string_view uri, std::string_view status) {
  if (method != "GET" || uri.empty()) return false;
  if (!status.empty() && status.front() != '2' && status != "304") return false;
  return !is_part_of_page(uri.substr(0, uri.find_first_of("?#")));
}

// "\x22", "\"", "\\" as servers write what would end a text in quotes.
void unescape_into(std::string_view text, std::string& out) {
  out.clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char next = text[++i];
    if (next == 'x' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
        hex_digit(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += next == 't' ? '\t' : next;
    }
  }
}

// Plain texts as they are.
std::string_view unescaped(std::string_view text, std::string& buffer) {
  if (text.find('\\') == std::string_view::npos) return text;
  std::string bytes;
  unescape_into(text, bytes);
  buffer.clear();
  append_valid_utf8(buffer, bytes);
  return buffer;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() < 16 && (text.size() == 1 || text.front() != '0') &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void keep(adapter::Item& item, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  is_number(text) ? item.keep_json(name, text) : item.keep_pair(name, text);
}

}  // namespace

bool LogEvent::set_time(const LogFields& fields, adapter::Item& item) {
  std::string joined;
  std::string_view text = fields[LogField::kTime];
  if (const std::string_view date = fields[LogField::kDate]; text.empty() && !date.empty()) {
    joined = str_cat(date, " ", fields[LogField::kClock]);
    if (const std::string_view zone = fields[LogField::kZone]; !zone.empty()) {
      joined += date.find('/') != std::string_view::npos ? str_cat(" ", zone) : std::string(zone);
    }
    text = joined;
  }
  const auto time = parse_log_time(text);
  if (!time) return false;
  time_ = str_cat(time->has_zone ? time->ms : options_.utc_of(time->ms));
  item.set(Place::kTime, time_);
  return true;
}

// "GET /a b HTTP/1.1": the target is what lies between the first space and the last.
void LogEvent::split_request(const LogFields& fields) {
  std::string buffer;
  const std::string_view request = unescaped(fields[LogField::kRequest], buffer);
  method_ = fields[LogField::kMethod];
  uri_ = fields[LogField::kUri];
  protocol_ = fields[LogField::kProtocol];
  const std::size_t first = request.find(' ');
  if (!method_.empty() || first == std::string_view::npos) return;
  const std::size_t last = request.rfind(' ');
  const bool has_protocol = last > first && request.substr(last + 1).starts_with("HTTP/");
  const std::size_t end = has_protocol ? last : request.size();
  method_ = request.substr(0, first);
  uri_ = request.substr(first + 1, end - first - 1);
  if (has_protocol) protocol_ = request.substr(last + 1);
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (!std::all_of(method_.begin(), method_.end(), is_capital)) {
    method_.clear();  // Whatever it was, it was no HTTP.
    uri_.clear();
  }
}

void LogEvent::make_url(const LogFields& fields) {
  const std::string_view query = fields[LogField::kQuery];
  if (!query.empty() && uri_.find('?') == std::string::npos) {
    uri_ += query.front() == '?' ? "" : "?";
    uri_ += query;
  }
  const std::string_view host =
      fields[LogField::kHost].empty() ? std::string_view(options_.host) : fields[LogField::kHost];
  if (!uri_.starts_with('/') || host.empty()) {
    url_ = uri_;
    return;
  }
  const std::string_view scheme = fields[LogField::kScheme];
  url_ = str_cat(scheme.empty() ? "https" : scheme, "://", host, uri_);
}

void LogEvent::keep_rest(const LogFields& fields, adapter::Item& item) {
  keep(item, "method", method_);
  keep(item, "status", fields[LogField::kStatus]);
  keep(item, "bytes", fields[LogField::kBytes]);
  keep(item, "protocol", protocol_);
  if (method_.empty()) keep(item, "request", fields[LogField::kRequest]);
  struct Unit {
    LogField field;
    double ms;
  };
  for (const Unit& unit : {Unit{LogField::kSeconds, 1e3},
                           {LogField::kMilliseconds, 1},
                           {LogField::kMicroseconds, 1e-3}}) {
    const std::string_view text = fields[unit.field];
    double value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || read.ec != std::errc() || value < 0 || value > 1e9) continue;
    char digits[32];
    const auto end =
        std::to_chars(digits, digits + sizeof digits, value * unit.ms, std::chars_format::fixed, 3);
    if (end.ec == std::errc()) {
      item.keep_json("duration_ms", item.hold(std::string(digits, end.ptr)));
    }
  }
  for (const LogFields::Other& other : fields.others) {
    other.is_json ? item.keep_json(other.name, other.text) : item.keep_pair(other.name, other.text);
  }
}

void LogEvent::make(const LogFields& fields, adapter::ItemReader& reader) {
  adapter::Item& item = reader.begin();
  if (!set_time(fields, item)) {
    return reader.reject(422, adapter::kInvalidEventError, "has no time that can be read");
  }
  split_request(fields);
  make_url(fields);
  const bool is_view = is_page(method_, uri_, fields[LogField::kStatus]);
  item.set_kind(is_view ? event::kPageKind : "log");
  item.set(Place::kName, is_view ? event::kPageviewName : std::string_view("request"));
  item.set(Place::kUrl, url_);
  if (const std::string_view address = fields[LogField::kAddress]; !address.empty()) {
    item.set(Place::kIp, address);
    if (!http::Address::parse(trim(address))) keep(item, "remote_host", address);
  }
  item.set(Place::kUserAgent, unescaped(fields[LogField::kUserAgent], agent_));
  item.set(Place::kReferrer, unescaped(fields[LogField::kReferrer], referrer_));
  item.set(Place::kUserId, fields[LogField::kUser]);
  keep_rest(fields, item);
  reader.end();
}

}  // namespace penstock::importing
