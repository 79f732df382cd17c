// Sentry's ingestion. Source: getsentry/sentry-docs, develop-docs/sdk/data-model/envelopes.mdx; the
// packages @sentry/core, sentry-python, sentry-ruby, sentry-raven.
#pragma once

#include "adapter/contract/protocol.h"

namespace penstock::adapter {

extern const Protocol kSentryProtocol;

}  // namespace penstock::adapter
