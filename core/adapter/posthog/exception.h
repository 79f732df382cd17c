// PostHog's error tracking: its event "$exception", in the shape of all errors. Sources: the
// documents of error tracking; requests of posthog-node and posthog-js.
//
// The first of `$exception_list` is the outermost, its causes follow; of frames the innermost is
// the last, as PostHog settled for all its libraries. (Those for Java and Dart were the other way
// around before July 2026, and are read as if they were not.)
#pragma once

#include <string_view>

#include "adapter/contract/item_reader.h"

namespace penstock::adapter {

inline constexpr std::string_view kPosthogException = "$exception";

// For ItemShape::take: any event; an exception is named by its class and has the shape. One that
// tells neither a class nor a message is an event as any other.
Result<void> take_posthog_event(json::Value& value, Item& item, const Context& context);

}  // namespace penstock::adapter
