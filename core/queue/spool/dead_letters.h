// Messages that could not be processed, kept with their reason for people to look at.
//
// With Redis they are in the list KEY:dead as JSON texts; without it, or while Redis is full, in
// dead.db in the spool's folder. Each keeps the newest kDeadLettersMax. What is done with them:
// dead_letter_box.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "sqlite/sqlite.h"

namespace penstock::queue {

// As Sidekiq's dead set: what nobody looked at in so many failures, nobody will.
inline constexpr std::int64_t kDeadLettersMax = 10'000;

struct DeadLetter {
  std::string_view message;
  std::string_view reason;
  std::int64_t at_ms = 0;
  std::string_view origin;  // Where it came from: a worker's name, a key.
};

// {"message":"<base64>","reason":"…","at":<milliseconds>,"origin":"…"}
std::string to_json(const DeadLetter& letter);

void append_base64(std::string& out, std::string_view bytes);

// Nullopt for what append_base64() never writes: other letters, white space, missing padding.
std::optional<std::string> parse_base64(std::string_view text);

// dead.db: table letters(id, at_ms, origin, reason, message). Blocking; one thread at a time.
class DeadLetterFile {
 public:
  explicit DeadLetterFile(const std::string& spool) : path_(spool + "/dead.db") {}

  // On the disk when this returns.
  Result<void> add(const DeadLetter& letter);

  // Reads only; 0 where there is no file.
  Result<std::uint64_t> count() const;

 private:
  std::string path_;
  std::optional<sqlite::Database> database_;
};

}  // namespace penstock::queue
