// Readers of access logs that are lines by a format, and of those that name their fields in a line
// that begins with "#Fields:" (W3C: IIS, CloudFront).
#pragma once

#include <memory>

#include "import/access/log_format.h"
#include "import/contract/row_reader.h"

namespace penstock::importing {

// Takes the format.
std::unique_ptr<RowReader> make_line_reader(LogFormat format, FormatOptions options,
                                            std::string_view source);
std::unique_ptr<RowReader> make_w3c_reader(FormatOptions options, std::string_view source);

}  // namespace penstock::importing
