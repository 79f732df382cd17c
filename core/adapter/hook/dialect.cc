#include "adapter/hook/dialect.h"

#include "base/text.h"

namespace penstock::adapter {
namespace {

constexpr Rule kGithubRules[] = {
    {"action", Place::kSeen},
    {"sender.login", Place::kUserId},
};

constexpr Rule kStripeRules[] = {
    {"id", Place::kId},
    {"type", Place::kName},
    {"created", Place::kTime},
};

// `token` is the secret of before there were signatures.
constexpr Rule kSlackRules[] = {
    {"token", Place::kDropped},   {"event_id", Place::kId},       {"trigger_id", Place::kId},
    {"event.type", Place::kName}, {"command", Place::kName},      {"type", Place::kName},
    {"event_time", Place::kTime}, {"event.user", Place::kUserId}, {"user.id", Place::kUserId},
    {"user_id", Place::kUserId},
};

constexpr Rule kSvixRules[] = {
    {"type", Place::kName},  {"eventType", Place::kName}, {"event_type", Place::kName},
    {"event", Place::kName}, {"timestamp", Place::kTime},
};

constexpr Rule kVercelRules[] = {
    {"id", Place::kId},
    {"type", Place::kName},
    {"createdAt", Place::kTime},
    {"payload.user.id", Place::kUserId},
};

// A member called `id` is more often the thing's that changed than the event's: it makes nothing
// the same.
constexpr Rule kPlainRules[] = {
    {"event_id", Place::kId},    {"event", Place::kName}, {"event_type", Place::kName},
    {"eventType", Place::kName}, {"type", Place::kName},  {"timestamp", Place::kTime},
};

// Whatever is found, an event is called something.
constexpr std::string_view kUnnamed = "hook";

std::string_view name_it(Item& item) {
  if (item.text(Place::kName).empty()) item.set(Place::kName, kUnnamed);
  return {};
}

// "pull_request.opened".
std::string_view name_github(Item& item) {
  const std::string_view event = item.text(Place::kName);
  const std::string_view action = item.text_at("action");
  if (!event.empty() && !action.empty()) {
    item.set_made(Place::kName, str_cat(event, ".", action));
  } else if (event.empty()) {
    item.set(Place::kName, action);
  }
  return name_it(item);
}

constexpr ItemShape kShapes[] = {
    {.rules = kPlainRules, .prepare = name_it},  {.rules = kGithubRules, .prepare = name_github},
    {.rules = kStripeRules, .prepare = name_it}, {.rules = kSlackRules, .prepare = name_it},
    {.rules = kSvixRules, .prepare = name_it},   {.rules = kVercelRules, .prepare = name_it},
};

bool has(const http::Request& request, std::string_view header) {
  return !request.header(header).empty();
}

void set_if_text(Item& common, Place place, std::string_view text) {
  if (!text.empty() && is_valid_utf8(text)) common.set(place, text);
}

}  // namespace

Dialect dialect_of(HookScheme scheme) {
  switch (scheme) {
    case HookScheme::kGithub:
      return Dialect::kGithub;
    case HookScheme::kStripe:
      return Dialect::kStripe;
    case HookScheme::kSlack:
      return Dialect::kSlack;
    case HookScheme::kVercel:
      return Dialect::kVercel;
    case HookScheme::kSvix:
      break;
  }
  return Dialect::kSvix;
}

Dialect dialect_of(const http::Request& request) {
  if (has(request, "X-GitHub-Event")) return Dialect::kGithub;
  if (has(request, "Stripe-Signature")) return Dialect::kStripe;
  if (has(request, "X-Slack-Signature")) return Dialect::kSlack;
  if (has(request, "svix-id") || has(request, "webhook-id")) return Dialect::kSvix;
  if (has(request, "x-vercel-signature")) return Dialect::kVercel;
  return Dialect::kPlain;
}

const ItemShape& shape_of(Dialect dialect) { return kShapes[static_cast<std::size_t>(dialect)]; }

void take_headers(Dialect dialect, const http::Request& request, Item& common) {
  if (dialect == Dialect::kGithub) {
    const std::string_view event = request.header("X-GitHub-Event");
    const std::string_view delivery = request.header("X-GitHub-Delivery");
    set_if_text(common, Place::kName, event);
    set_if_text(common, Place::kId, delivery);
    if (is_valid_utf8(event) && !event.empty()) common.keep_pair("github_event", event);
    if (is_valid_utf8(delivery) && !delivery.empty()) common.keep_pair("github_delivery", delivery);
  }
  if (dialect == Dialect::kSvix) {
    const bool is_own = has(request, "svix-id");
    const std::string_view id = request.header(is_own ? "svix-id" : "webhook-id");
    set_if_text(common, Place::kId, id);
    if (is_valid_utf8(id) && !id.empty()) common.keep_pair("webhook_id", id);
  }
}

}  // namespace penstock::adapter
