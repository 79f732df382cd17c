// The table of protocols as people read it: docs/protocols.md and `penstock protocols`.
#pragma once

#include <string>

#include "adapter/contract/protocol.h"

namespace penstock::adapter {

// Markdown: what a protocol is called, where it is spoken, what to set in its clients, what becomes
// of what they send.
std::string guide_of(const Protocol& protocol);

// All of docs/protocols.md.
std::string guide();

// Whether people are told where it goes: not of what is a property like any other, or how an item
// is told from others.
bool is_told(const Rule& rule);

// The name of a column of the event, or what becomes of a member that goes to no column.
std::string_view to_text(Place place);

}  // namespace penstock::adapter
