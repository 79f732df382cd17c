// Short texts as a block: of each its length in two bytes, then its bytes.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/function_ref.h"

namespace penstock::store {

// A text of at most 65,535 bytes.
void append_text(std::string_view text, std::string& out);

// Calls `visit` with each text, lent as long as `bytes`. kCorrupt where the last one is cut.
Result<void> visit_texts(std::string_view bytes, FunctionRef<void(std::string_view text)> visit);

}  // namespace penstock::store
