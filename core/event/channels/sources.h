// What a source of visits is: by its host, or by the name that campaigns are marked with.
#pragma once

#include <cstdint>
#include <string_view>

namespace penstock::event {

enum class SourceKind : std::uint8_t {
  kUnknown,
  kSite,  // A site as any other, under the domain of one that is none.
  kSearch,
  kSocial,
  kVideo,
  kShopping,
  kEmail,
  kAssistant,
};

// `host` in lower case, without a port. A table's domain stands for all hosts under it; the longest
// one counts, so that mail.google.com is no search engine.
SourceKind source_kind_of_host(std::string_view host);

// `name` in lower case: a host, or a word as "google" or "fb".
SourceKind source_kind_of_name(std::string_view name);

// Of all that the tables say: they are in files (README.md).
std::uint64_t hash_of_sources();

}  // namespace penstock::event
