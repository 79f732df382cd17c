// Addresses without the part that points at a person.
#pragma once

#include <string>
#include <string_view>

namespace penstock::store {

// Zeroes the last octet of an IPv4 address and the last 80 bits of an IPv6 one (a mapped IPv4
// address counts as IPv4). What is no address becomes "".
std::string anonymized_ip(std::string_view ip);

}  // namespace penstock::store
