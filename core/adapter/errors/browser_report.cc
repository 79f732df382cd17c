#include "adapter/errors/browser_report.h"

#include "adapter/errors/error_reader.h"

namespace penstock::adapter {
namespace {

constexpr Pick kPicks[] = {
    {"csp-report.effective-directive", Part::kClass},
    {"csp-report.violated-directive", Part::kClass},
    {"body.effectiveDirective", Part::kClass},
    {"type", Part::kClass},
    {"csp-report.blocked-uri", Part::kMessage},
    {"body.blockedURL", Part::kMessage},
    {"body.message", Part::kMessage},
    {"body.reason", Part::kMessage},     // Of a crash.
    {"body.featureId", Part::kMessage},  // Of a Permissions-Policy.
    {"body.policyId", Part::kMessage},
    {"body.type", Part::kMessage},  // "dns.name_not_resolved".
    // Of what is sent where Sentry's clients are told to.
    {"sentry_environment", Part::kEnvironment},
    {"sentry_release", Part::kRelease},
};
constexpr ErrorShape kErrors{.picks = kPicks};

bool is_no_fault(const Item& item) {
  const std::string_view type = item.text(Place::kType);
  return type == "deprecation" || (type == "network-error" && item.text_at("body.type") == "ok");
}

Result<void> take(json::Value& value, Item& item, const Context& context) {
  Workspace& workspace = context.workspace;
  ErrorReport report(kErrors);
  PENSTOCK_TRY(report.take(value));
  value.rewind();
  PENSTOCK_TRY(item.take(value));
  item.set(Place::kName, report.name());
  if (report.name().empty()) {
    workspace.draft.blame({"", "is no report"});
  } else if (is_no_fault(item)) {
    item.set_kind("log");
    if (!report.message().empty()) workspace.draft.keep_text("message", report.message());
  } else {
    item.set_kind("error");
    report.put(workspace.draft, rules_of_project(item, context));
  }
  return {};
}

}  // namespace

const ItemShape kBrowserReportShape{.rules = kBrowserReportRules, .take = take};

}  // namespace penstock::adapter
