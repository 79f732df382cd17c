#include "intake/page_script.h"

#include "base/hash.h"
#include "base/text.h"

// The names that page_script_bytes.S gives.
// NOLINTBEGIN(readability-identifier-naming)
extern "C" {
extern const char penstock_page_script_begin[];
extern const char penstock_page_script_end[];
}
// NOLINTEND(readability-identifier-naming)

namespace penstock::intake {

std::string_view page_script() {
  return {penstock_page_script_begin,
          static_cast<std::size_t>(penstock_page_script_end - penstock_page_script_begin)};
}

std::string page_script_etag() { return str_cat('"', hash64(page_script()), '"'); }

}  // namespace penstock::intake
