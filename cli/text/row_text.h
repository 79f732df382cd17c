// One event as one line for people.
#pragma once

#include <string>
#include <string_view>

#include "event/row.h"

namespace penstock::cli {

// "10:23:57.312 default  pageview  /pricing  Firefox  DE", without the line's end.
void append_row_line(const event::Row& row, std::string& out);

// `text` with every character that a terminal could obey, or that reorders others, replaced by "?":
// events hold what strangers sent.
std::string for_terminal(std::string_view text);

}  // namespace penstock::cli
