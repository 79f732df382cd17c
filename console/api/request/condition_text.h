// A filter's condition as clients write it: what it is about, a sign and what it is compared with.
// That is a dimension, properties.KEY, another member of an event that is a text (user_id, url, …),
// or "text": all that the event says, which can only contain something.
//
//   path=/pricing         is                path!=/pricing   is not
//   path~=pri             contains          path^=/blog/     starts with
//   properties.plan?      has a value       properties.seats>3, properties.seats<10: numbers
//   user_id=ada           text~=voucher
//
// The first sign ends the name, so keys of properties that have one in them cannot be asked for.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "store/contract/filter.h"

namespace penstock::console {

// A dimension, or properties.KEY; nullopt for what is neither.
std::optional<store::Facet> facet_of(std::string_view name);
// The same, and members that are texts, and "text".
std::optional<store::Subject> subject_of(std::string_view name);
// As subject_of() reads it.
std::string to_text(const store::Subject& subject);
// "name, source, …, properties.KEY".
std::string facet_names();

// kRejected, with a step that says what was expected.
Result<store::Condition> parse_condition(std::string_view text);

}  // namespace penstock::console
