// A text that is looked for in all that an event says.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "event/row.h"
#include "store/contract/filter.h"

namespace penstock::store {

// How a text may stand in JSON, as writers of it are used to (RFC 8259, section 7): as it is, with
// what has to be escaped, with "\/", and of ASCII alone, as "\u00fc". Each once.
std::vector<std::string> json_spellings(std::string_view text);

// Whether one of the event's texts holds the condition, properties as their JSON. kContains finds
// them however they are spelled there.
bool any_text_holds(const Condition& condition, const event::Row& row);

}  // namespace penstock::store
