// What a body is, by its Content-Type and by how it begins.
#pragma once

#include <cstdint>
#include <string_view>

namespace penstock::adapter {

enum class BodyFormat : std::uint8_t {
  kEmpty,     // Nothing, or white space.
  kDocument,  // One JSON text.
  kLines,     // NDJSON.
  kForm,      // "a=1&b=2".
  kUnknown,
};

// Parameters of the type, such as its charset, do not matter. text/plain, no type at all and what
// `curl -d` says of every body mean JSON where the body begins like an event or an array of events,
// else a form.
BodyFormat body_format_of(std::string_view content_type, std::string_view body);

// Whether the type itself says that the body is a form.
bool is_form_type(std::string_view content_type);

}  // namespace penstock::adapter
