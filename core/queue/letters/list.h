// The dead letters in the Redis list KEY:dead (dead_letters.h).
//
// Anybody can push to a list: an element that is none of ours is a letter whose message is the
// element itself.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "json/reader.h"
#include "queue/letters/redis.h"
#include "queue/redis/options.h"

namespace penstock::queue {

// What to_json() wrote (dead_letters.h), without id and place; members of other names are passed
// over. Nullopt for anything else. Requires kReadablePadding behind `element`.
std::optional<StoredLetter> read_letter_json(json::Reader& reader, std::string_view element);

// Ids are "r" and the element's hash.
class ListLetters final : public RedisLetters {
 public:
  // Borrows `client`.
  ListLetters(RedisClient& client, const RedisOptions& options);

 private:
  StoredLetter letter_of(std::string_view element, std::string_view score) override;
  Return return_of(std::string_view element) override;
  bool is_ours(std::string_view /*element*/) override { return true; }

  const RedisOptions options_;
  json::Reader reader_;
};

}  // namespace penstock::queue
