// An event in binary mode: attributes in ce-* headers, its data in the body.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapter/contract/mapping.h"
#include "http/message.h"

namespace penstock::adapter {

// Whether any ce-* header is there.
bool has_attribute_headers(const http::Request& request);

// A header's value as the attribute that it stands for: raw bytes beyond ASCII are UTF-8 or else
// Latin-1, quotes around it go, and percent-encoding is undone once. Nullopt where that makes no
// UTF-8.
std::optional<std::string> attribute_text(std::string_view value);

// Puts the attributes and the content type into the item. Returns what is wrong with them, a
// literal, else "".
std::string_view take_attributes(const http::Request& request, Item& item);

// Puts the data where the README says, by what its bytes are and never by its type alone.
void take_data(std::string_view body, std::string_view content_type, Item& item,
               Workspace& workspace);

}  // namespace penstock::adapter
