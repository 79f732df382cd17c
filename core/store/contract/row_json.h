// A row as the JSON object that the console, tail and export show: the contract's members.
#pragma once

#include <string>

#include "event/row.h"

namespace penstock::store {

void append_row_json(const event::Row& row, std::string& out);

}  // namespace penstock::store
