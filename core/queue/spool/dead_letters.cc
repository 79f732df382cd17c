#include "queue/spool/dead_letters.h"

#include <utility>

#include <unistd.h>

#include "base/json_text.h"
#include "base/text.h"
#include "queue/spool/versions.h"

namespace penstock::queue {
namespace {

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

void append_base64(std::string& out, std::string_view bytes) {
  const auto byte_at = [bytes](std::size_t i) {
    return i < bytes.size() ? static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) : 0U;
  };
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::uint32_t three = byte_at(i) << 16 | byte_at(i + 1) << 8 | byte_at(i + 2);
    out += kBase64[three >> 18];
    out += kBase64[three >> 12 & 63];
    out += i + 1 < bytes.size() ? kBase64[three >> 6 & 63] : '=';
    out += i + 2 < bytes.size() ? kBase64[three & 63] : '=';
  }
}

std::optional<std::string> parse_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_padding = i >= text.size() - padding;
    const std::size_t digit = is_padding ? 0 : kBase64.find(text[i]);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    if (i % 4 != 3) continue;
    for (const int shift : {16, 8, 0}) bytes += static_cast<char>(bits >> shift & 0xff);
    bits = 0;
  }
  for (std::size_t i = 0; i < padding; ++i) bytes.pop_back();
  return bytes;
}

std::string to_json(const DeadLetter& letter) {
  std::string out;
  out.reserve(letter.message.size() * 4 / 3 + letter.reason.size() + letter.origin.size() + 80);
  out += R"({"message":")";
  append_base64(out, letter.message);
  out += R"(","reason":)";
  append_json_string(out, letter.reason);
  out += R"(,"at":)";
  append_text(out, letter.at_ms);
  out += R"(,"origin":)";
  append_json_string(out, letter.origin);
  out += '}';
  return out;
}

Result<void> DeadLetterFile::add(const DeadLetter& letter) {
  if (!database_) {
    auto opened = sqlite::Database::open(path_, {.sync = sqlite::Sync::kFull});
    if (!opened) return fail(opened.error());
    PENSTOCK_TRY(sqlite::bring_up(*opened, path_, kDeadLettersSteps));
    database_.emplace(std::move(*opened));
  }
  auto transaction = sqlite::Transaction::begin(*database_);
  if (!transaction) return fail(transaction.error());
  auto insert =
      database_->prepare("INSERT INTO letters(at_ms, origin, reason, message) VALUES(?, ?, ?, ?)");
  if (!insert) return fail(insert.error());
  insert->bind(1, letter.at_ms).bind(2, letter.origin).bind(3, letter.reason);
  PENSTOCK_TRY(insert->bind_blob(4, letter.message).run());
  auto trim = database_->prepare("DELETE FROM letters WHERE id <= ?");
  if (!trim) return fail(trim.error());
  PENSTOCK_TRY(trim->bind(1, database_->last_row_id() - kDeadLettersMax).run());
  return transaction->commit();
}

Result<std::uint64_t> DeadLetterFile::count() const {
  if (::access(path_.c_str(), F_OK) != 0) return 0U;
  auto database =
      sqlite::Database::open(path_, {.access = sqlite::Access::kReadOnly, .is_glance = true});
  if (!database) return fail(database.error());
  auto statement = database->prepare("SELECT count(*) FROM letters");
  if (!statement) return fail(statement.error());
  PENSTOCK_TRY(statement->step());
  return static_cast<std::uint64_t>(statement->integer(0));
}

}  // namespace penstock::queue
