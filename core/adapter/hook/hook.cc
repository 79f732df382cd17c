#include "adapter/hook/hook.h"

#include <string>
#include <string_view>

#include "adapter/contract/answers.h"
#include "adapter/contract/body_format.h"
#include "adapter/contract/data_field.h"
#include "adapter/hook/dialect.h"
#include "adapter/hook/signature.h"
#include "base/bytes.h"
#include "base/text.h"
#include "json/writer.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kName = "hook";

constexpr Route kRoutes[] = {{http::Method::kPost, "/hook/{}"}};

std::string_view name_in(std::string_view path) {
  if (path.ends_with('/')) path.remove_suffix(1);
  return path.substr(path.rfind('/') + 1);
}

// Slack asks once whether an address is a receiver's: the answer is what it sent, and no event.
std::string challenge_answer(std::string_view body, Workspace& workspace) {
  constexpr std::string_view kType = "url_verification";
  bool is_asked = false;
  std::string challenge;
  const auto take = [&](std::string_view key, json::Value& value) -> Result<void> {
    if (value.kind() != json::Kind::kString) return {};
    const auto text = value.string();
    if (!text) return fail(text.error());
    if (key == "type") is_asked = *text == kType;
    if (key == "challenge") challenge = *text;
    return {};
  };
  if (body.find(kType) == std::string_view::npos) return {};
  const auto read = workspace.reader.read(body, [&](json::Value& root) -> Result<void> {
    return root.kind() == json::Kind::kObject ? root.members(take) : Result<void>();
  });
  if (!read || !is_asked) return {};
  std::string answer;
  json::Writer writer(answer);
  writer.begin_object().member("challenge", challenge).end_object();
  return json_answer(answer);
}

// Its pairs, or the JSON in the one that is called "payload".
void read_form(std::string_view body, ItemReader& reader, Workspace& workspace) {
  Pairs& pairs = workspace.pairs;
  pairs.start(body.size());
  pairs.add(body);
  if (const std::string_view payload = pairs.value("payload"); begins_like_json(payload)) {
    workspace.text = payload;
    reserve_padding(workspace.text);
    return reader.read_document(workspace.text);
  }
  Item& item = reader.begin();
  for (const Pair& pair : pairs.all()) item.take_pair(pair.name, pair.value);
  reader.end();
}

void read_body(const Asked& asked, ItemReader& reader, Workspace& workspace) {
  switch (body_format_of(asked.content_type, asked.body)) {
    case BodyFormat::kForm:
      return read_form(asked.body, reader, workspace);
    case BodyFormat::kLines:
      return reader.read_lines(asked.body);
    case BodyFormat::kEmpty:
    case BodyFormat::kDocument:
    case BodyFormat::kUnknown:  // Whatever its type, it may be JSON.
      return reader.read_document(asked.body);
  }
}

ReadOutcome read(const Asked& asked, const Context& context) {
  const std::string_view name = name_in(asked.request.path);
  if (!is_hook_name(name)) {
    return refusal(404, "not_found", "a hook's name has letters, digits, - and _ alone");
  }
  const Hook* hook = context.hooks == nullptr ? nullptr : context.hooks->find(name);
  if (hook != nullptr) {
    const std::string_view fault =
        fault_of_signature(*hook, asked.request, context.origin.received_at_ms);
    if (!fault.empty()) return refusal(401, kBadSignatureError, std::string(fault));
    context.hooks->admit(*hook);
  }
  const Dialect dialect = hook == nullptr ? dialect_of(asked.request) : dialect_of(hook->scheme);
  if (dialect == Dialect::kSlack) {
    ReadOutcome outcome;
    outcome.status = 200;
    outcome.own_answer = challenge_answer(asked.body, context.workspace);
    if (!outcome.own_answer.empty()) return outcome;
  }
  ItemReader reader(shape_of(dialect), kName, context);
  Item& common = reader.common();
  take_headers(dialect, asked.request, common);
  // Deeper than a member of that name in the body, which gives way: GitHub's pings have one.
  context.workspace.common_draft.set_depth(1);
  common.keep_json("hook", str_cat("\"", name, "\""));
  context.workspace.common_draft.set_depth(0);
  read_body(asked, reader, context.workspace);
  return reader.outcome(200);
}

// Slack shows what is in the answer to a command to who gave it.
Answer success(std::uint32_t, std::string&) { return {200, kEmptyAnswer}; }

constexpr Guide kGuide{
    .title = "Web hooks",
    .clients =
        "GitHub, Stripe, Slack, Svix and Standard Webhooks (`standardwebhooks` 1.1.1), Vercel, and "
        "any sender of JSON or of a form",
    .setting =
        "`ORIGIN/hook/NAME?key=KEY`, NAME as you like. With `[hooks.NAME]` in the configuration "
        "(`scheme` and `secret` or `secret_file`; `project` in place of a key) only what is signed "
        "with that secret is taken. Ids, names and times are taken from where these senders put "
        "them (GitHub: `X-GitHub-Delivery`, event and action); of any other sender's `event_id`, "
        "`event`, `event_type` or `type`, and `timestamp`. The property `hook` is NAME.",
    .left_out =
        "A wrong, missing or stale signature, and GitHub's SHA-1 alone: 401, and nothing is "
        "stored. Slack's `url_verification` is answered and not stored."};

}  // namespace

const Protocol kHookProtocol{.name = kName,
                             .routes = kRoutes,
                             .key_place = KeyPlace::kBody,
                             .read = read,
                             .success = success,
                             .is_relayed = true,
                             .guide = kGuide};

}  // namespace penstock::adapter
