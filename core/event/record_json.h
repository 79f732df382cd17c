// A record as a JSON object.
#pragma once

#include <string>

#include "event/record.h"

namespace penstock::event {

// Requires properties that are valid JSON, or none.
void append_record_json(const Record& record, std::string& out);

}  // namespace penstock::event
