#include "adapter/drain/fastly.h"

#include <algorithm>
#include <string_view>

#include "adapter/contract/answers.h"
#include "adapter/contract/request_key.h"
#include "adapter/drain/log_record.h"
#include "base/utf8.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kName = "fastly";
constexpr std::string_view kPath = "/drain/fastly";
constexpr Route kRoutes[] = {drain_route(http::Method::kPost, kPath),
                             drain_route(http::Method::kPut, kPath),
                             {.method = http::Method::kGet,
                              .pattern = "/.well-known/fastly/logging/challenge",
                              .has_events = false}};

// Which services may log to this host: all of them, whose keys tell them apart.
constexpr std::string_view kChallengeAnswer = "*";

// A format without JSON gives lines of text.
void read_mixed_lines(std::string_view body, ItemReader& reader, Pairs& repaired) {
  const bool is_text = is_valid_utf8(body);
  if (!is_text) repaired.start(body.size());
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < body.size(); ++number) {
    const std::size_t end = std::min(body.find('\n', begin), body.size());
    const std::string_view line = without_blanks(body.substr(begin, end - begin));
    begin = end + 1;
    if (line.empty()) continue;
    if (line.starts_with('{')) {
      reader.read_lines(line, number);
      continue;
    }
    reader.begin().take_pair(kMessageProperty, is_text ? line : repaired.keep(line));
    if (!reader.end()) return;
  }
}

ReadOutcome read(const Asked& asked, const Context& context) {
  if (!kRoutes[asked.route].has_events) {
    ReadOutcome outcome;
    outcome.status = 200;
    outcome.own_answer = text_answer(kChallengeAnswer);
    return outcome;
  }
  ItemReader reader(kLogShape, kName, context);
  if (is_one_document(asked.body)) {
    reader.read_document(asked.body);
  } else {
    read_mixed_lines(without_byte_order_mark(asked.body), reader, context.workspace.pairs);
  }
  return drain_outcome(reader);
}

constexpr Guide kGuide{
    .title = "Fastly",
    .clients = "log streaming to HTTPS, by its documents",
    .setting =
        "URL `ORIGIN/drain/fastly`, method POST or PUT, JSON log entry format \"Array of JSON\" or "
        "\"Newline delimited\" (lines of plain text are taken too), custom header `Authorization: "
        "Bearer KEY`. The challenge is answered for every service. What is known of a record "
        "stands in Vector's table: in the log format name the members `timestamp`, `client_ip`, "
        "`url`, `request_method`, `status`, `referer`, `user_agent`.",
    .left_out =
        "Records have no id: where an answer is lost on its way, what is sent again is "
        "stored twice."};

}  // namespace

const Protocol kFastlyProtocol{.name = kName,
                               .routes = kRoutes,
                               .own_key = basic_key,
                               .read = read,
                               .success = drain_success,
                               .partial_success = drain_partial_success,
                               .is_relayed = true,
                               .guide = kGuide};

}  // namespace penstock::adapter
