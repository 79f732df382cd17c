// What may be a password or an e-mail address here.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace penstock::console {

// Nullptr for a password that may be used; else a sentence for the person who chose it. 12 to 128
// bytes of any characters, not the e-mail address and not one that attackers try first. No rules of
// composition: they make passwords worse.
const char* password_fault(std::string_view password, std::string_view email);

// In lower case, as it is stored; nullopt for what cannot be an address. A name without a dot
// behind the @ is one: admin@localhost.
std::optional<std::string> normal_email(std::string_view text);

}  // namespace penstock::console
