#include "adapter/matomo/matomo.h"

#include <string>
#include <string_view>

#include "adapter/contract/answers.h"
#include "adapter/contract/item_reader.h"
#include "base/text.h"
#include "event/kind.h"
#include "http/target.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kName = "matomo";

constexpr Route kRoutes[] = {
    {http::Method::kGet, "/matomo.php"},
    {http::Method::kPost, "/matomo.php"},
    {http::Method::kGet, "/piwik.php"},
    {http::Method::kPost, "/piwik.php"},
};

constexpr Rule kRules[] = {
    {"url", Place::kUrl},
    {"urlref", Place::kReferrer},
    {"uid", Place::kUserId},
    {"_id", Place::kAnonymousId},
    {"cid", Place::kAnonymousId},
    {"cip", Place::kIp},
    {"ua", Place::kUserAgent},
    {"cdt", Place::kTime},
    {"token_auth", Place::kKey},
    {"action_name", Place::kSeen},
    {"e_c", Place::kSeen},
    {"e_a", Place::kSeen},
    {"search", Place::kSeen},
    {"download", Place::kSeen},
    {"link", Place::kSeen},
    {"idgoal", Place::kSeen},
    {"ping", Place::kSeen},
    {"rec", Place::kDropped},
    {"send_image", Place::kDropped},
};

constexpr Rule kGuideRules[] = {
    {"e_c/e_a; search, download, link, goal, ping; action_name", Place::kName},
    {"url", Place::kUrl},
    {"urlref", Place::kReferrer},
    {"uid", Place::kUserId},
    {"_id, cid", Place::kAnonymousId},
    {"cip", Place::kIp},
    {"ua", Place::kUserAgent},
    {"cdt", Place::kTime},
    {"token_auth", Place::kKey},
    {"rec, send_image", Place::kDropped},
};

// What a hit is called by the parameter that makes it so, in the order in which Matomo looks.
struct Sort {
  std::string_view parameter;
  std::string_view name;
};
constexpr Sort kSorts[] = {
    {"search", "search"}, {"download", "download"}, {"link", "link"}, {"idgoal", "goal"}};

// "2026-11-26 10:00:00" is in UTC, and else no time for us.
bool is_matomo_time(std::string_view text) {
  return text.size() == 19 && text[4] == '-' && text[10] == ' ';
}

struct Texts {
  std::string name;
  std::string time;
};

std::string_view prepare(Item& item, Texts& texts) {
  if (const std::string_view time = item.text(Place::kTime); is_matomo_time(time)) {
    texts.time = str_cat(time.substr(0, 10), "T", time.substr(11), "Z");
    item.set(Place::kTime, texts.time);
  }
  item.set_kind(event::kEventKind);
  const std::string_view action = item.text_at("e_a");
  if (!action.empty()) {
    const std::string_view category = item.text_at("e_c");
    texts.name = category.empty() ? std::string(action) : str_cat(category, "/", action);
    item.set(Place::kName, texts.name);
    return {};
  }
  for (const Sort& sort : kSorts) {
    if (item.text_at(sort.parameter).empty()) continue;
    item.set(Place::kName, sort.name);
    return {};
  }
  if (item.text_at("ping") == "1") {
    item.set(Place::kName, "ping");
    return {};
  }
  item.set_kind(event::kPageKind);
  const std::string_view title = item.text_at("action_name");
  if (title.empty() && item.text(Place::kUrl).empty()) return "has neither a url nor a name";
  item.set(Place::kName, title.empty() ? event::kPageviewName : title);
  return {};
}

constexpr ItemShape kShape{.rules = kRules, .common = kRules};

class Request {
 public:
  Request(const Asked& asked, const Context& context)
      : asked_(asked), workspace_(context.workspace), reader_(kShape, kName, context) {}

  ReadOutcome read() {
    const std::string_view body =
        kRoutes[asked_.route].method == http::Method::kPost ? trim(asked_.body) : "";
    return body.starts_with('{') ? read_bulk(body) : read_hit(body);
  }

 private:
  // One hit: of the query and the form together.
  ReadOutcome read_hit(std::string_view form) {
    Pairs& pairs = workspace_.pairs;
    pairs.start(asked_.request.query.size() + form.size());
    pairs.add(asked_.request.query);
    pairs.add(form);
    take_pairs();
    ReadOutcome outcome = reader_.outcome(200);
    if (outcome.status < 400 && pairs.value("send_image") == "0") {
      outcome.status = 204;
      outcome.own_answer = kNoContentAnswer;
    }
    return outcome;
  }

  ReadOutcome read_bulk(std::string_view body) {
    bool has_list = false;
    bool sends_image = true;
    const auto read = workspace_.text_reader.read(body, [&](json::Value& root) -> Result<void> {
      PENSTOCK_TRY(root.members([&](std::string_view key, json::Value& value) -> Result<void> {
        if (key == "requests") has_list = value.kind() == json::Kind::kArray;
        if (key == "token_auth") {
          token_ = value.string().value_or("");
          reader_.common().set(Place::kKey, token_);
        }
        if (key == "send_image") sends_image = value.raw(1).value_or("1") != "0";
        return {};
      }));
      root.rewind();
      return root.members([&](std::string_view key, json::Value& value) -> Result<void> {
        if (key != "requests" || !has_list) return {};
        return value.elements([&](json::Value& hit) { return take_hit(hit); });
      });
    });
    if (!read && !is_refused_) {
      return refusal(400, "invalid_json", str_cat("the body breaks at byte ", read.error().native));
    }
    if (!has_list) return refusal(422, kInvalidEventError, "the body has no list `requests`");
    ReadOutcome outcome = reader_.outcome(200);
    if (outcome.status >= 400) return outcome;
    outcome.own_answer =
        sends_image ? json_answer(str_cat(R"({"status":"success","tracked":)", outcome.accepted,
                                          R"(,"invalid":)", invalid(outcome), "}"))
                    : std::string(kNoContentAnswer);
    if (!sends_image) outcome.status = 204;
    return outcome;
  }

  static std::uint64_t invalid(const ReadOutcome& outcome) {
    return outcome.rejected.size() + outcome.rejected_unlisted;
  }

  // "?idsite=1&rec=1", or an object of the same.
  Result<void> take_hit(json::Value& hit) {
    Pairs& pairs = workspace_.pairs;
    if (hit.kind() == json::Kind::kString) {
      const auto text = hit.string();
      if (!text) return fail(text.error());
      const std::string_view query = text->starts_with('?') ? text->substr(1) : *text;
      pairs.start(query.size());
      pairs.add(query);
      return take_pairs() ? Result<void>() : stop();
    }
    Item& item = reader_.begin();
    if (hit.kind() != json::Kind::kObject) {
      reader_.reject(422, kInvalidEventError, "is neither a text nor an object");
      return {};
    }
    PENSTOCK_TRY(item.take(hit));
    return end(item) ? Result<void>() : stop();
  }

  bool take_pairs() {
    Item& item = reader_.begin();
    for (const Pair& pair : workspace_.pairs.all()) item.take_pair(pair.name, pair.value);
    return end(item);
  }

  bool end(Item& item) {
    if (const std::string_view problem = prepare(item, texts_); !problem.empty()) {
      reader_.reject(422, kInvalidEventError, std::string(problem));
      return true;
    }
    return reader_.end();
  }

  Result<void> stop() {
    is_refused_ = true;
    return fail(ErrorCode::kRejected, "read hits: stopped");
  }

  const Asked& asked_;
  Workspace& workspace_;
  ItemReader reader_;
  Texts texts_;
  std::string token_;
  bool is_refused_ = false;
};

ReadOutcome read(const Asked& asked, const Context& context) {
  return Request(asked, context).read();
}

Answer success(std::uint32_t, std::string&) { return {200, pixel_answer()}; }

constexpr Guide kGuide{
    .title = "Matomo",
    .clients = "`matomo-tracker` 2.2.4; matomo.js and every SDK that speaks its tracking API",
    .setting =
        "The tracker's URL: `ORIGIN/matomo.php`. The key is the `token_auth`; without one "
        "events are of project `default`. Times and addresses of a visitor count with a "
        "server-side key.",
    .left_out =
        "Reports, and `bots`: `is_bot` goes by the user agent. A hit names no id, so that "
        "one which is sent twice is two events.",
    .rules = kGuideRules};

}  // namespace

const Protocol kMatomoProtocol{.name = kName,
                               .routes = kRoutes,
                               .key_place = KeyPlace::kBody,
                               .read = read,
                               .success = success,
                               .guide = kGuide};

}  // namespace penstock::adapter
