// Rows as CSV (RFC 4180): a header line, CRLF, quotes where they are needed.
//
// A cell that a spreadsheet would take for a formula gets a quote mark (') before it: events hold
// what strangers sent.
#pragma once

#include <string>
#include <string_view>

#include "event/row.h"

namespace penstock::store {

// Excel takes a file without it for one in its own old code page.
inline constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

void append_csv_cell(std::string& out, std::string_view text);
void append_csv_header(std::string& out);
void append_csv_row(const event::Row& row, std::string& out);

}  // namespace penstock::store
