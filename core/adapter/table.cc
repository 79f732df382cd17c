#include "adapter/table.h"

#include <iterator>

#include "adapter/mixpanel/mixpanel.h"
#include "adapter/native/native.h"
#include "adapter/posthog/amplitude.h"
#include "adapter/posthog/posthog.h"
#include "adapter/segment/segment.h"

namespace penstock::adapter {
namespace {

constexpr const Protocol* kProtocols[] = {
    &kEventsProtocol,   &kPixelProtocol,   &kCollectProtocol,   &kSegmentProtocol,
    &kMixpanelProtocol, &kPosthogProtocol, &kAmplitudeProtocol,
};
static_assert(std::size(kProtocols) <= kProtocolsMax);

}  // namespace

std::span<const Protocol* const> protocols() { return kProtocols; }

}  // namespace penstock::adapter
