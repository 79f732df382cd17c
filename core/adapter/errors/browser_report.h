// What browsers report of a page: of its Content-Security-Policy, and by the Reporting API of its
// network errors (NEL), crashes, interventions, deprecations and more.
//
// What went wrong is an error in the shape of README.md: its class is the directive that was
// broken, else the report's type. A deprecation, and a request that went well and is told of for
// its share, is a line of a log.
#pragma once

#include "adapter/contract/item_reader.h"

namespace penstock::adapter {

inline constexpr Rule kBrowserReportRules[] = {
    {"type", Place::kType},
    {"csp-report.document-uri", Place::kUrl},
    {"body.documentURL", Place::kUrl},
    {"url", Place::kUrl},
    {"csp-report.referrer", Place::kReferrer},
    {"body.referrer", Place::kReferrer},
    {"user_agent", Place::kUserAgent},
    {"age", Place::kAge},
    {"body.type", Place::kSeen},
    {"body.message", Place::kSeen},
};

// `{"csp-report":{…}}` of report-uri, `{"type":…,"age":…,"url":…,"body":{…}}` of report-to, and an
// array of either.
extern const ItemShape kBrowserReportShape;

}  // namespace penstock::adapter
