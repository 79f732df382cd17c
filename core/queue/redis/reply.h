// What Redis answers, and what it means for a queue.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.h"

namespace penstock::queue {

struct RedisReply {
  enum class Kind : std::uint8_t { kText, kInteger, kNil, kArray, kError };
  Kind kind = Kind::kNil;
  std::string_view text;  // Of kText and kError.
  std::int64_t integer = 0;

  bool is_error() const { return kind == Kind::kError; }
};

// Why a write was refused, by its error's first word. Whatever it is, nothing was stored.
enum class WriteRefusal : std::uint8_t {
  kFull,       // OOM: at maxmemory.
  kNotNow,     // MISCONF and the like: this server will not take writes until something changes.
  kNotHere,    // READONLY, LOADING, MASTERDOWN: another connection may lead to a better server.
  kForbidden,  // NOAUTH, NOPERM, WRONGTYPE, …: a person has to change something.
};
WriteRefusal refusal_of(std::string_view error_text);

// An error reply as an Error, with Redis's own words for a reason: kOverloaded, kDisconnected or
// kConfiguration.
Error to_error(std::string_view error_text, const char* step);

// Of the INFO command.
struct RedisMemory {
  std::uint64_t used = 0;
  std::uint64_t max = 0;  // 0: no limit.
};
std::optional<RedisMemory> parse_memory(std::string_view info);

// Whether Redis forgets at a restart what it has acknowledged: it keeps no append-only file. From
// INFO persistence; false where that does not say.
bool is_forgetful(std::string_view info);

}  // namespace penstock::queue
