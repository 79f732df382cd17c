// The shapes of the senders that sign: where each puts an event's id, name and time.
#pragma once

#include <cstdint>

#include "adapter/contract/hooks.h"
#include "adapter/contract/item_reader.h"
#include "http/message.h"

namespace penstock::adapter {

enum class Dialect : std::uint8_t { kPlain, kGithub, kStripe, kSlack, kSvix, kVercel };

Dialect dialect_of(HookScheme scheme);
// Of a hook that is not configured: by what its request's headers say.
Dialect dialect_of(const http::Request& request);

const ItemShape& shape_of(Dialect dialect);

// What stands in the headers: ids, GitHub's event. Into what all items of the request have.
void take_headers(Dialect dialect, const http::Request& request, Item& common);

}  // namespace penstock::adapter
