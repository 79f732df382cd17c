#include "adapter/table.h"

#include <iterator>

#include "adapter/airbrake/airbrake.h"
#include "adapter/bugsnag/bugsnag.h"
#include "adapter/cloudevents/cloudevents.h"
#include "adapter/drain/cloudflare.h"
#include "adapter/drain/fastly.h"
#include "adapter/drain/firehose.h"
#include "adapter/drain/fluent_bit.h"
#include "adapter/drain/heroku.h"
#include "adapter/drain/syslog_ng.h"
#include "adapter/drain/vector.h"
#include "adapter/drain/vercel.h"
#include "adapter/ga4/ga4.h"
#include "adapter/hook/hook.h"
#include "adapter/matomo/matomo.h"
#include "adapter/mixpanel/mixpanel.h"
#include "adapter/native/native.h"
#include "adapter/otlp/otlp.h"
#include "adapter/plausible/plausible.h"
#include "adapter/posthog/amplitude.h"
#include "adapter/posthog/posthog.h"
#include "adapter/raygun/raygun.h"
#include "adapter/report/report.h"
#include "adapter/rollbar/rollbar.h"
#include "adapter/segment/segment.h"
#include "adapter/sentry/sentry.h"
#include "adapter/snowplow/snowplow.h"
#include "adapter/umami/umami.h"

namespace penstock::adapter {
namespace {

constexpr const Protocol* kProtocols[] = {
    &kEventsProtocol,       //
    &kPixelProtocol,        //
    &kCollectProtocol,      //
    &kAirbrakeProtocol,     //
    &kAmplitudeProtocol,    //
    &kBugsnagProtocol,      //
    &kCloudeventsProtocol,  //
    &kFastlyProtocol,       //
    &kFirehoseProtocol,     //
    &kFluentBitProtocol,    //
    &kGa4Protocol,          //
    &kHerokuProtocol,       //
    &kLogpushProtocol,      //
    &kHookProtocol,         //
    &kMatomoProtocol,       //
    &kMixpanelProtocol,     //
    &kOtlpProtocol,         //
    &kPlausibleProtocol,    //
    &kPosthogProtocol,      //
    &kRaygunProtocol,       //
    &kReportProtocol,       //
    &kRollbarProtocol,      //
    &kSegmentProtocol,      //
    &kSentryProtocol,       //
    &kSnowplowProtocol,     //
    &kSyslogNgProtocol,     //
    &kUmamiProtocol,        //
    &kVectorProtocol,       //
    &kVercelProtocol,       //
};
static_assert(std::size(kProtocols) <= kProtocolsMax);

}  // namespace

std::span<const Protocol* const> protocols() { return kProtocols; }

}  // namespace penstock::adapter
