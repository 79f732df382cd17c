// JSON in a parameter of a query or a form, as the product-analytics SDKs send it: "data=eyJ…".
#pragma once

#include <string>
#include <string_view>

namespace penstock::adapter {

// Replaces `out` by what the undecoded value of the parameter stands for: JSON as it is, or what
// was encoded as base64, whose plus may have come raw. False: neither, and `out` is empty.
bool decode_data_field(std::string_view raw, std::string& out);

// Whether what is no JSON text yet begins like one.
bool begins_like_json(std::string_view text);

// Makes `text` what json::Reader takes: UTF-8, whatever a script made of it, with padding behind.
void make_readable(std::string& text);

}  // namespace penstock::adapter
