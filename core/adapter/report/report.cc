#include "adapter/report/report.h"

#include <string>
#include <string_view>

#include "adapter/contract/answers.h"
#include "adapter/errors/browser_report.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kName = "report";

constexpr Route kRoutes[] = {
    {http::Method::kPost, "/report/csp"},
    {http::Method::kPost, "/report"},
};

ReadOutcome read(const Asked& asked, const Context& context) {
  ItemReader reader(kBrowserReportShape, kName, context);
  reader.read_document(asked.body);
  return reader.outcome(204);
}

Answer success(std::uint32_t, std::string&) { return {204, kNoContentAnswer}; }

constexpr Guide kGuide{
    .title = "Browsers' reports: CSP, NEL, Reporting API",
    .clients = "Chromium 156, by `report-uri` and by `report-to`",
    .setting =
        "Headers of the pages: `Content-Security-Policy: …; report-uri ORIGIN/report/csp?key=KEY`, "
        "or `Reporting-Endpoints: default=\"ORIGIN/report?key=KEY\"` with `report-to default` in "
        "the policy; for network errors `Report-To: {\"group\":\"default\",\"max_age\":86400,"
        "\"endpoints\":[{\"url\":\"ORIGIN/report?key=KEY\"}]}` and `NEL: {\"report_to\":"
        "\"default\",\"max_age\":86400}`. Browsers send the latter two over HTTPS alone.",
    .left_out =
        "Nothing. A deprecation, and a request that went well, is of kind `log`, all others "
        "`error`; the name is the directive that was broken, else the report's type.",
    .rules = kBrowserReportRules};

}  // namespace

const Protocol kReportProtocol{
    .name = kName, .routes = kRoutes, .read = read, .success = success, .guide = kGuide};

}  // namespace penstock::adapter
