#include "adapter/drain/heroku.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "adapter/contract/answers.h"
#include "adapter/contract/request_key.h"
#include "adapter/drain/log_record.h"
#include "adapter/drain/logplex.h"
#include "base/text.h"
#include "base/utf8.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kName = "heroku";
constexpr Route kRoutes[] = {
    {.method = http::Method::kPost, .pattern = "/drain/heroku", .large_body = [](std::string_view) {
       return LargeBody{LargeBody::Way::kFrames, read_logplex_head};
     }}};
constexpr ItemShape kShape{.rules = kLogRules};

constexpr std::string_view kPlatform = "heroku";
constexpr std::string_view kRouter = "router";

// What the router says of a request, and the words that are numbers. Whatever else stands in such a
// line is in its message alone.
constexpr std::string_view kRouterWords[] = {"at",      "code",    "desc",   "method",     "path",
                                             "host",    "fwd",     "dyno",   "request_id", "bytes",
                                             "connect", "service", "status", "protocol"};
constexpr std::string_view kRouterNumbers[] = {"status", "bytes"};

template <std::size_t Count>
bool is_one_of(const std::string_view (&names)[Count], std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

bool is_number(std::string_view text) {
  constexpr std::size_t kDigitsMax = 15;
  return text.size() <= kDigitsMax && parse_int(text) && (text == "0" || text.front() != '0');
}

// The next name=value or name="value" of `text`, of which it is taken off. False at its end; the
// name of what is no pair is empty.
bool next_word(std::string_view& text, Pair& word) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  if (text.empty()) return false;
  const std::size_t name_end = std::min(text.find_first_of(" ="), text.size());
  word = {};
  if (name_end < text.size() && text[name_end] == '=') word.name = text.substr(0, name_end);
  text.remove_prefix(std::min(name_end + 1, text.size()));
  if (word.name.empty()) return true;
  const bool is_quoted = text.starts_with('"');
  if (is_quoted) text.remove_prefix(1);
  const std::size_t end = std::min(text.find(is_quoted ? '"' : ' '), text.size());
  word.value = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return true;
}

// The address that the router itself saw is the last of the list.
std::string_view last_address(std::string_view list) {
  const std::size_t comma = list.rfind(',');
  return trim(comma == std::string_view::npos ? list : list.substr(comma + 1));
}

void take_router_line(Item& item, std::string_view message) {
  RequestAddress address;
  std::string_view rest = message;
  for (Pair word; next_word(rest, word);) {
    if (word.value.empty() || !is_one_of(kRouterWords, word.name)) continue;
    if (word.name == "path" && address.target.empty()) address.target = word.value;
    if (word.name == "host" && address.host.empty()) address.host = word.value;
    if (word.name == "protocol" && address.scheme.empty()) address.scheme = word.value;
    if (word.name == "fwd") item.set(Place::kIp, last_address(word.value));
    if (is_one_of(kRouterNumbers, word.name) && is_number(word.value)) {
      item.keep_json(word.name, word.value);
    } else {
      item.keep_pair(word.name, word.value);
    }
  }
  if (!address.target.starts_with('/')) return make_log_line(item, kRouter);
  item.set_made(Place::kUrl, to_url(address));
  make_request(item);
}

class DrainReader {
 public:
  DrainReader(const Asked& asked, const Context& context)
      : workspace_(context.workspace),
        reader_(kShape, kName, context),
        frame_id_(as_utf8(asked.request.header("Logplex-Frame-Id"), frame_id_copy_)),
        index_(context.origin.piece.frames_before) {}

  ReadOutcome read(std::string_view body) {
    is_text_ = is_valid_utf8(body);
    if (!is_text_) workspace_.pairs.start(body.size());
    LogplexFrames frames(body);
    for (; const auto frame = frames.next(); ++index_) {
      if (!without_blanks(*frame).empty() && !take(*frame)) break;
    }
    if (frames.is_broken()) {
      reader_.reject(400, "invalid_frame",
                     str_cat("frame ", index_ + 1, " has no length or is cut off"));
    }
    return drain_outcome(reader_);
  }

 private:
  bool take(std::string_view frame) {
    const LogplexLine line = read_logplex_line(is_text_ ? frame : workspace_.pairs.keep(frame));
    Item& item = reader_.begin();
    put(item, "timestamp", line.time);
    put(item, "hostname", line.host);
    put(item, "app", line.app);
    put(item, "process", line.process);
    put(item, "msgid", line.message_id);
    if (line.priority) item.keep_pair(kLevelProperty, severity_name(*line.priority));
    item.take_pair(kMessageProperty, line.message);
    if (line.app == kPlatform && line.process == kRouter) {
      take_router_line(item, line.message);
    } else {
      // Its text is known to be good JSON by then.
      static_cast<void>(take_message(item, workspace_));
      prepare_log_record(item);
      if (item.text(Place::kName) == kLogName) make_log_line(item, line.app);
    }
    item.set(Place::kTime, line.time);
    if (!frame_id_.empty()) item.set_made(Place::kId, str_cat(frame_id_, "-", index_));
    return reader_.end();
  }

  static void put(Item& item, std::string_view name, std::string_view text) {
    if (!text.empty()) item.keep_pair(name, text);
  }

  Workspace& workspace_;
  ItemReader reader_;
  std::string frame_id_copy_;
  std::string_view frame_id_;
  bool is_text_ = true;
  std::uint64_t index_;  // Of the frame, in the whole body.
};

ReadOutcome read(const Asked& asked, const Context& context) {
  return DrainReader(asked, context).read(asked.body);
}

constexpr Guide kGuide{
    .title = "Heroku",
    .clients = "Logplex's HTTPS drains, by their documents",
    .setting =
        "`heroku drains:add 'ORIGIN/drain/heroku?key=KEY'`, or `https://KEY@HOST/drain/heroku`. A "
        "line of the router is an event `request` with its url, its words are properties, and its "
        "visitor's address counts with a server-side key. Any other line is of kind `log`, named "
        "by its app (`app`, `heroku`), unless it is a JSON object that tells of a request. "
        "`properties` have `message`, `level`, `app`, `process` (`web.1`). `id` is made of "
        "`Logplex-Frame-Id` and the place in the request: what is sent again is the same.",
    .left_out = "Behind a frame whose length is wrong no line of that request is taken."};

}  // namespace

const Protocol kHerokuProtocol{.name = kName,
                               .routes = kRoutes,
                               .own_key = basic_key,
                               .read = read,
                               .success = drain_success,
                               .partial_success = drain_partial_success,
                               .is_relayed = true,
                               .guide = kGuide};

}  // namespace penstock::adapter
