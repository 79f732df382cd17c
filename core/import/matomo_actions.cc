#include "import/matomo_actions.h"

#include <string_view>

#include "base/text.h"
#include "event/kind.h"

namespace penstock::importing {
namespace {

using adapter::Item;
using adapter::Place;

// Members of a visit that say in other words what others say.
constexpr adapter::Rule kVisitRules[] = {
    {"idVisit", Place::kSessionId},
    {"visitorId", Place::kAnonymousId},
    {"userId", Place::kUserId},
    {"visitIp", Place::kIp},
    {"userAgent", Place::kUserAgent},
    {"referrerUrl", Place::kSeen},
    {"firstActionTimestamp", Place::kSeen},
    {"actionDetails", Place::kDropped},
    {"fingerprint", Place::kDropped},
    {"visitorTypeIcon", Place::kDropped},
    {"visitConvertedIcon", Place::kDropped},
    {"visitEcommerceStatusIcon", Place::kDropped},
    {"serverDate", Place::kDropped},
    {"serverDatePretty", Place::kDropped},
    {"serverDatePrettyFirstAction", Place::kDropped},
    {"serverTimePretty", Place::kDropped},
    {"serverTimePrettyFirstAction", Place::kDropped},
    {"serverTimestamp", Place::kDropped},
    {"lastActionTimestamp", Place::kDropped},
    {"lastActionDateTime", Place::kDropped},
    {"visitDurationPretty", Place::kDropped},
    {"visitServerHour", Place::kDropped},
    {"visitLocalTime", Place::kDropped},
    {"daysSinceFirstVisit", Place::kDropped},
    {"daysSinceLastVisit", Place::kDropped},
    {"daysSinceLastEcommerceOrder", Place::kDropped},
    {"deviceTypeIcon", Place::kDropped},
    {"browserIcon", Place::kDropped},
    {"operatingSystemIcon", Place::kDropped},
    {"countryFlag", Place::kDropped},
    {"plugins", Place::kDropped},
    {"pluginsIcons", Place::kDropped},
    {"siteCurrency", Place::kDropped},
    {"siteCurrencySymbol", Place::kDropped},
    {"truncatedActionsCount", Place::kDropped},
};

constexpr adapter::Rule kActionRules[] = {
    {"pageId", Place::kSeen},
    {"type", Place::kType},
    {"url", Place::kUrl},
    {"timestamp", Place::kTime},
    {"pageTitle", Place::kSeen},
    {"eventCategory", Place::kSeen},
    {"eventAction", Place::kSeen},
    {"goalName", Place::kSeen},
    {"icon", Place::kDropped},
    {"iconSVG", Place::kDropped},
    {"title", Place::kDropped},
    {"subtitle", Place::kDropped},
    {"serverTimePretty", Place::kDropped},
    {"timeSpentPretty", Place::kDropped},
    {"pageLoadTime", Place::kDropped},
};

// What a row of the database says, in the same words (matomo).
constexpr adapter::Rule kRowRules[] = {
    {"pageId", Place::kSeen},
    {"type", Place::kType},
    {"url", Place::kUrl},
    {"timestamp", Place::kTime},
    {"pageTitle", Place::kSeen},
    {"eventCategory", Place::kSeen},
    {"eventAction", Place::kSeen},
    {"idVisit", Place::kSessionId},
    {"visitorId", Place::kAnonymousId},
    {"userId", Place::kUserId},
    {"visitIp", Place::kIp},
    {"referrerUrl", Place::kSeen},
    {"firstActionTimestamp", Place::kSeen},
};

// The same names as the tracker's hits get (adapter/matomo).
std::string_view prepare_action(Item& item) {
  const std::string_view type = item.text(Place::kType);
  if (type.empty()) return "has an action without a type";
  // Unique within a Matomo: its row's number.
  if (const std::string_view id = item.text_at("pageId"); !id.empty()) {
    item.set_made(Place::kId, str_cat("matomo:", type, ":", id));
  }
  if (item.text_at("timestamp") == item.text_at("firstActionTimestamp")) {
    item.set(Place::kReferrer, item.text_at("referrerUrl"));
  }
  item.set_kind(event::kEventKind);
  if (type == "action") {
    const std::string_view title = item.text_at("pageTitle");
    item.set_kind(event::kPageKind);
    item.set(Place::kName, title.empty() ? event::kPageviewName : title);
  } else if (const std::string_view action = item.text_at("eventAction"); !action.empty()) {
    const std::string_view category = item.text_at("eventCategory");
    category.empty() ? item.set(Place::kName, action)
                     : item.set_made(Place::kName, str_cat(category, "/", action));
  } else {
    item.set(Place::kName, type == "outlink" ? std::string_view("link") : type);
  }
  return {};
}

std::string_view prepare_visit(Item& item) {
  item.set_made(Place::kId, str_cat("matomo:visit:", item.text(Place::kSessionId)));
  item.set(Place::kReferrer, item.text_at("referrerUrl"));
  item.set(Place::kName, "visit");
  item.set_kind("identify");
  return {};
}

}  // namespace

constinit const adapter::ItemShape kMatomoVisits{.rules = kActionRules,
                                                 .list = "actionDetails",
                                                 .common = kVisitRules,
                                                 .prepare = prepare_action};
constinit const adapter::ItemShape kMatomoActionRows{.rules = kRowRules, .prepare = prepare_action};
constinit const adapter::ItemShape kMatomoVisitRows{.rules = kRowRules, .prepare = prepare_visit};

}  // namespace penstock::importing
